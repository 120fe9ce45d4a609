//! What a test expects of a run, and how a difference is told: where, what was expected, what was found. What is not said is
//! not looked at. It is written in Rust, or read from a scenario file: both are this one type.

mod build;
mod compare;
mod field;
mod mismatch;
mod span;
mod text;

use std::collections::BTreeMap;

use http::HeaderName;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

pub use field::Field;
pub use mismatch::Mismatch;
pub(crate) use mismatch::difference;
pub use span::Span;
pub use text::Text;

/// What is expected of a run.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct Expect {
    /// The status of the response.
    pub status: Option<u16>,
    /// Headers of the response.
    pub headers: BTreeMap<String, Field>,
    /// The body of the response.
    pub body: Option<Text>,
    /// Trailers of the response.
    pub trailers: BTreeMap<String, Field>,
    /// Whether the response's body breaks off. If not said, it must not.
    pub cut: Option<bool>,
    /// Why no worker answered. If not said, one must.
    pub failure: Option<Text>,
    /// How long it took on its own clock, in milliseconds.
    pub lasted_ms: Option<Span>,
    /// The lines that workers printed, in order. In this process alone, as the next three: elsewhere nobody sees them.
    pub printed: Option<Text>,
    /// Every request that a dispatch worker dispatched, in order.
    pub dispatch: Option<Vec<ExpectRequest>>,
    /// Every request that a worker sent to one that it is bound to, in order.
    pub service: Option<Vec<ExpectRequest>>,
    /// Every request that the outbound worker received, in order.
    pub outbound: Option<Vec<ExpectRequest>>,
    /// Every request that arrived at the origin, in order; none may have been sent anywhere else.
    pub origin: Option<Vec<ExpectRequest>>,
}

/// What is expected of a request.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExpectRequest {
    /// The name of the worker that received it.
    pub to: Option<String>,
    /// Its method.
    pub method: Option<String>,
    /// Its URL.
    pub url: Option<Text>,
    /// Its headers.
    pub headers: BTreeMap<String, Field>,
    /// Its body.
    pub body: Option<Text>,
    /// Its trailers.
    pub trailers: BTreeMap<String, Field>,
    /// Whether its body breaks off. If not said, it must not, unless the origin replied early.
    pub cut: Option<bool>,
    /// Parameters that came with it, for the outbound worker alone.
    pub parameters: BTreeMap<String, Value>,
}

impl Expect {
    /// Whether it expects nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What of it no run would show: where, what belongs there, and what is there.
    pub(crate) fn wrong(&self) -> Option<(String, &'static str, String)> {
        if let Some(expected) = self.lasted_ms.as_ref().and_then(Span::wrong) {
            let Span { least, most } = self.lasted_ms.unwrap_or_default();
            let said = |name: &str, ms: Option<u64>| ms.map(|ms| format!("{name} {ms}")).unwrap_or_default();
            let found = format!("{} {}", said("least", least), said("most", most)).trim().to_owned();
            return Some((".lasted_ms".to_owned(), expected, found));
        }
        self.no_header().map(|name| (String::new(), "a header's name", name.to_owned()))
    }

    /// A name among its headers and trailers that none can have.
    fn no_header(&self) -> Option<&str> {
        let requests = self.dispatch.iter().chain(&self.service).chain(&self.outbound).chain(&self.origin).flatten();
        let of_requests = requests.flat_map(|one| one.headers.keys().chain(one.trailers.keys()));
        let mut all = self.headers.keys().chain(self.trailers.keys()).chain(of_requests);
        all.find(|name| name.parse::<HeaderName>().is_err()).map(String::as_str)
    }
}
