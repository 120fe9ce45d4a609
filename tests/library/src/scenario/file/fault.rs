//! Faults of a scenario file: what goes wrong at which hop.

use std::num::NonZeroUsize;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{Composition, Fault, Hop, TestError};

/// A fault at a hop.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct Planned {
    /// Where.
    hop: Place,
    /// What goes wrong.
    kind: Kind,
    /// At which request over the hop, counted from 1; at each if not said.
    at: Option<NonZeroUsize>,
    /// For `cut`: how many bytes arrive.
    #[serde(default)]
    after_bytes: usize,
    /// For `drip`: the bytes of a piece.
    #[serde(default = "one")]
    bytes: usize,
    /// For `drip`: the pause before each piece, in milliseconds.
    #[serde(default)]
    every_ms: u64,
}

fn one() -> usize {
    1
}

impl Planned {
    pub(in crate::scenario) fn add_to(&self, composition: Composition) -> Result<Composition, TestError> {
        let hop = match self.hop {
            Place::Entrance => Hop::Entrance,
            Place::Dispatch => Hop::Dispatch,
            Place::Outbound => Hop::Outbound,
            Place::Service => Hop::Service,
            Place::Origin => Hop::Network,
        };
        let fault = match self.kind {
            Kind::Refuse => Fault::Refuse,
            Kind::Reset => Fault::Reset,
            Kind::Stall => Fault::Stall,
            Kind::Cut => Fault::Cut { after_bytes: self.after_bytes },
            Kind::Drip => Fault::Drip { bytes: self.bytes, every: Duration::from_millis(self.every_ms) },
            Kind::Trap => Fault::Trap,
            Kind::OverLimit => Fault::OverLimit,
        };
        match self.at {
            None => composition.fault(hop, fault),
            Some(nth) => composition.fault_at(hop, nth.get(), fault),
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
