//! What a test expects of a run, and how a difference is told: where, what was expected, what was found. What is not said is
//! not looked at. It is written in Rust, or read from a scenario file: both are this one type.

mod compare;
mod text;

use std::collections::BTreeMap;
use std::fmt;

use http::HeaderName;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use similar::TextDiff;

use crate::plain::Plain;
pub use text::Text;

/// What is expected of a run.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("minProperties" = 1))]
pub struct Expect {
    /// The status of the response.
    pub status: Option<u16>,
    /// Headers of the response.
    pub headers: BTreeMap<String, Text>,
    /// The body of the response.
    pub body: Option<Text>,
    /// Trailers of the response.
    pub trailers: BTreeMap<String, Text>,
    /// Whether the response's body breaks off. If not said, it must not.
    pub cut: Option<bool>,
    /// Why no worker answered.
    pub failure: Option<Text>,
    /// Every request that the outbound worker received, in order. In this process alone: elsewhere nobody sees it.
    pub outbound: Option<Vec<ExpectRequest>>,
    /// Every request that arrived at the origin, in order.
    pub origin: Option<Vec<ExpectRequest>>,
}

/// What is expected of a request.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ExpectRequest {
    /// Its method.
    pub method: Option<String>,
    /// Its URL.
    pub url: Option<Text>,
    /// Its headers.
    pub headers: BTreeMap<String, Text>,
    /// Its body.
    pub body: Option<Text>,
    /// Its trailers.
    pub trailers: BTreeMap<String, Text>,
    /// Parameters that came with it, for the outbound worker alone.
    pub parameters: BTreeMap<String, Value>,
}

/// A difference. Texts are in quotes, with line ends and all that would not be seen escaped; where one of the two has several
/// lines, each line of both is in quotes of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where: `body`, `origin[0].headers.authorization`.
    pub at: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, expected, found } = self;
        let at = Plain(at);
        if expected.contains('\n') || found.contains('\n') {
            let lines = difference(expected, found);
            write!(f, "{at}:")?;
            return lines.lines().try_for_each(|line| write!(f, "\n{}", Plain(line)));
        }
        write!(f, "{at}: expected {}, found {}", Plain(expected), Plain(found))
    }
}

/// Both texts, line by line: `-` is expected, `+` is found.
pub(crate) fn difference(expected: &str, found: &str) -> String {
    // The last line is one like the others.
    let (expected, found) = (format!("{expected}\n"), format!("{found}\n"));
    let diff = TextDiff::from_lines(&expected, &found);
    diff.iter_all_changes().map(|change| format!("{}{}", change.tag(), change.value())).collect()
}

impl Expect {
    /// Whether it expects nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// A name among its headers and trailers that none can have: no run would show it.
    pub(crate) fn no_header(&self) -> Option<&str> {
        let requests = self.outbound.iter().chain(&self.origin).flatten();
        let of_requests = requests.flat_map(|one| one.headers.keys().chain(one.trailers.keys()));
        let mut all = self.headers.keys().chain(self.trailers.keys()).chain(of_requests);
        all.find(|name| name.parse::<HeaderName>().is_err()).map(String::as_str)
    }

    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// This status.
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// This body.
    pub fn body(self, text: &str) -> Self {
        Self { body: Some(Text::Is(text.to_owned())), ..self }
    }

    /// This header.
    pub fn header(mut self, name: &str, text: &str) -> Self {
        self.headers.insert(name.to_owned(), Text::Is(text.to_owned()));
        self
    }

    /// One more request at the origin, and no other but those that are said.
    pub fn origin(mut self, request: ExpectRequest) -> Self {
        self.origin.get_or_insert_default().push(request);
        self
    }

    /// Nothing at the origin.
    pub fn no_origin(self) -> Self {
        Self { origin: Some(Vec::new()), ..self }
    }

    /// One more request at the outbound worker, and no other but those that are said.
    pub fn outbound(mut self, request: ExpectRequest) -> Self {
        self.outbound.get_or_insert_default().push(request);
        self
    }
}

impl ExpectRequest {
    /// This method and URL.
    pub fn new(method: &str, url: &str) -> Self {
        Self { method: Some(method.to_owned()), url: Some(Text::Is(url.to_owned())), ..Self::default() }
    }

    /// This header.
    pub fn header(mut self, name: &str, text: &str) -> Self {
        self.headers.insert(name.to_owned(), Text::Is(text.to_owned()));
        self
    }

    /// Without this header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.insert(name.to_owned(), Text::Absent(true));
        self
    }

    /// This body.
    pub fn body(self, text: &str) -> Self {
        Self { body: Some(Text::Is(text.to_owned())), ..self }
    }

    /// This parameter.
    pub fn parameter(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }
}
