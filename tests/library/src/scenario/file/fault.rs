//! Faults of a scenario file: what goes wrong at which hop.

use std::num::NonZeroUsize;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Composition, Fault, Hop, TestError};

/// A fault at a hop.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub(in crate::scenario) struct Planned {
    hop: Hop,
    nth: Option<usize>,
    fault: Fault,
}

/// A fault as a file has it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend(
    "dependentSchemas" = {
        "after_bytes": { "properties": { "kind": { "const": "cut" } } },
        "bytes": { "properties": { "kind": { "const": "drip" } } },
        "every_ms": { "properties": { "kind": { "const": "drip" } } },
    },
    // An origin is no worker.
    "not" = {
        "properties": { "hop": { "const": "origin" }, "kind": { "enum": ["trap", "over-limit"] } },
        "required": ["hop", "kind"],
    },
))]
struct Written {
    /// Where.
    hop: Place,
    /// What goes wrong.
    kind: Kind,
    /// At which request over the hop, counted from 1; at each if not said.
    at: Option<NonZeroUsize>,
    /// For `cut`: how many bytes arrive; none if not said.
    after_bytes: Option<usize>,
    /// For `drip`: the bytes of a piece; 1 if not said.
    bytes: Option<NonZeroUsize>,
    /// For `drip`: the pause before each piece, in milliseconds.
    every_ms: Option<u64>,
}

impl TryFrom<Written> for Planned {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { hop, kind, at, after_bytes, bytes, every_ms } = written;
        let (cuts, drips) = (matches!(kind, Kind::Cut), matches!(kind, Kind::Drip));
        let keys = [
            ("after_bytes", "cut", after_bytes.is_some() && !cuts),
            ("bytes", "drip", bytes.is_some() && !drips),
            ("every_ms", "drip", every_ms.is_some() && !drips),
        ];
        if let Some((key, of, _)) = keys.into_iter().find(|(_, _, strange)| *strange) {
            return Err(format!("`{key}` is for a fault of the kind `{of}` alone"));
        }
        let fault = match kind {
            Kind::Refuse => Fault::Refuse,
            Kind::Reset => Fault::Reset,
            Kind::Stall => Fault::Stall,
            Kind::Cut => Fault::Cut { after_bytes: after_bytes.unwrap_or_default() },
            Kind::Drip => Fault::Drip {
                bytes: bytes.map_or(1, NonZeroUsize::get),
                every: Duration::from_millis(every_ms.unwrap_or_default()),
            },
            Kind::Trap => Fault::Trap,
            Kind::OverLimit => Fault::OverLimit,
        };
        Ok(Self { hop: hop.into(), nth: at.map(NonZeroUsize::get), fault })
    }
}

impl Planned {
    pub(in crate::scenario) fn add_to(&self, composition: Composition) -> Result<Composition, TestError> {
        match self.nth {
            None => composition.fault(self.hop, self.fault.clone()),
            Some(nth) => composition.fault_at(self.hop, nth, self.fault.clone()),
        }
    }
}

/// A hop, by who receives.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Place {
    /// The first worker: the dispatch worker, or without one the customer's, or the outbound worker alone.
    Entrance,
    /// The customer's worker, behind a dispatch worker.
    Dispatch,
    /// The outbound worker, from a customer's.
    Outbound,
    /// A worker that another is bound to.
    Service,
    /// The origin.
    Origin,
}

impl From<Place> for Hop {
    fn from(place: Place) -> Self {
        match place {
            Place::Entrance => Self::Entrance,
            Place::Dispatch => Self::Dispatch,
            Place::Outbound => Self::Outbound,
            Place::Service => Self::Service,
            Place::Origin => Self::Network,
        }
    }
}

/// What goes wrong at a hop.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// Nobody takes the connection.
    Refuse,
    /// The connection breaks before there is a response.
    Reset,
    /// No response ever comes.
    Stall,
    /// The response's body breaks off.
    Cut,
    /// The response's body comes in small pieces, with pauses.
    Drip,
    /// The worker traps.
    Trap,
    /// The worker reaches a limit.
    OverLimit,
}
