//! What a test expects of a run, and how a difference is told: where, what was expected, what was found. What is not said is
//! not looked at. It is written in Rust, or read from a scenario file: both are this one type.

use std::collections::BTreeMap;
use std::fmt;

use http::HeaderMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use similar::TextDiff;
use tollgate_dispatch::Hop;

use crate::Run;
use crate::message::{Body, End, Sent};

/// What is expected of a run.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Expect {
    /// The status of the response.
    pub status: Option<u16>,
    /// Headers of the response.
    pub headers: BTreeMap<String, Text>,
    /// The body of the response.
    pub body: Option<Text>,
    /// Trailers of the response.
    pub trailers: BTreeMap<String, Text>,
    /// Whether the response's body breaks off.
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

/// What is expected of a text.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub enum Text {
    /// It is this.
    Is(String),
    /// It contains this.
    Contains(String),
    /// It does not contain this.
    Lacks(String),
    /// It is JSON of this value.
    Json(Value),
    /// Whether it is absent, or empty.
    Absent(bool),
}

/// A text as a file expects it.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Written {
    /// Exactly this.
    Is(String),
    /// One of the keys.
    Table(Table),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    /// It contains this.
    contains: Option<String>,
    /// It does not contain this.
    lacks: Option<String>,
    /// It is JSON of this value.
    json: Option<Value>,
    /// Whether it is absent, or empty.
    absent: Option<bool>,
}

impl TryFrom<Written> for Text {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Table { contains, lacks, json, absent } = match written {
            Written::Is(text) => return Ok(Self::Is(text)),
            Written::Table(table) => table,
        };
        let said =
            [contains.map(Self::Contains), lacks.map(Self::Lacks), json.map(Self::Json), absent.map(Self::Absent)];
        let mut said = said.into_iter().flatten();
        match (said.next(), said.next()) {
            (Some(one), None) => Ok(one),
            _ => Err("expected one of the keys `contains`, `lacks`, `json` and `absent`".to_owned()),
        }
    }
}

/// A difference.
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
        if expected.contains('\n') || found.contains('\n') {
            return write!(f, "{at}:\n{}", difference(expected, found));
        }
        write!(f, "{at}: expected {expected}, found {found}")
    }
}

/// Both texts, line by line: `-` is expected, `+` is found.
pub(crate) fn difference(expected: &str, found: &str) -> String {
    let diff = TextDiff::from_lines(expected, found);
    diff.iter_all_changes().map(|change| format!("{}{}\n", change.tag(), change.value().trim_end())).collect()
}

impl Expect {
    /// Whether it expects nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
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

    pub(crate) fn check(&self, run: &Run) -> Vec<Mismatch> {
        let mut found = Differences::default();
        let response = &run.response;
        let status = self.status.map(|status| status.to_string());
        found.equal("status", status.as_deref(), response.status.as_str());
        found.fields("headers", &self.headers, &response.headers);
        found.body("", self.body.as_ref(), &self.trailers, &response.body);
        if let Some(cut) = self.cut {
            let words = |cut| if cut { "a body that breaks off" } else { "a whole body" };
            let how = match &response.body.end {
                End::Whole => words(false),
                End::Cut(_) => words(true),
                End::Unread => "a body that did not end",
            };
            found.equal("cut", Some(words(cut)), how);
        }
        found.text("failure", self.failure.as_ref(), run.failure.as_deref());
        // Who expects neither a status nor a failure expects a worker that answers.
        if let (Some(failure), None, None) = (&run.failure, &self.failure, self.status) {
            found.add("failure", "an answer of a worker's", failure);
        }
        for unused in &run.unused_faults {
            found.add("fault", "a request that it is for", format!("none: {unused}"));
        }
        if let Some(expected) = &self.outbound {
            let seen = run.over(Hop::Outbound);
            let seen: Vec<_> = seen.iter().map(|seen| (&seen.request, Some(&seen.parameters))).collect();
            found.requests("outbound", expected, &seen);
        }
        if let Some(expected) = &self.origin {
            let arrived: Vec<_> = run.arrived.iter().map(|sent| (sent, None)).collect();
            found.requests("origin", expected, &arrived);
        }
        found.0
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

impl Text {
    /// Whether a text is as expected; none where it is absent.
    fn fits(&self, text: Option<&str>) -> bool {
        match (self, text) {
            (Self::Absent(absent), text) => text.is_none_or(str::is_empty) == *absent,
            (Self::Is(expected), Some(text)) => expected == text,
            (Self::Contains(part), Some(text)) => text.contains(part.as_str()),
            (Self::Lacks(part), text) => !text.unwrap_or_default().contains(part.as_str()),
            (Self::Json(json), Some(text)) => serde_json::from_str::<Value>(text).is_ok_and(|found| found == *json),
            (Self::Is(_) | Self::Contains(_) | Self::Json(_), None) => false,
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(text) if text.contains('\n') => f.write_str(text),
            Self::Is(text) => write!(f, "{text:?}"),
            Self::Contains(part) => write!(f, "something with {part:?}"),
            Self::Lacks(part) => write!(f, "nothing with {part:?}"),
            Self::Json(json) => write!(f, "JSON {json}"),
            Self::Absent(true) => f.write_str("nothing"),
            Self::Absent(false) => f.write_str("something"),
        }
    }
}

#[derive(Default)]
struct Differences(Vec<Mismatch>);

impl Differences {
    fn add(&mut self, at: &str, expected: impl fmt::Display, found: impl fmt::Display) {
        self.0.push(Mismatch { at: at.to_owned(), expected: expected.to_string(), found: found.to_string() });
    }

    fn equal(&mut self, at: &str, expected: Option<&str>, found: &str) {
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            self.add(at, expected, found);
        }
    }

    fn text(&mut self, at: &str, expected: Option<&Text>, found: Option<&str>) {
        let Some(expected) = expected.filter(|expected| !expected.fits(found)) else { return };
        match found {
            None => self.add(at, expected, "nothing"),
            Some(found) if found.contains('\n') => self.add(at, expected, found),
            Some(found) => self.add(at, expected, format!("{found:?}")),
        }
    }

    fn fields(&mut self, at: &str, expected: &BTreeMap<String, Text>, found: &HeaderMap) {
        for (name, text) in expected {
            let all: Vec<_> =
                found.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
            let joined = all.join(", ");
            self.text(&format!("{at}.{name}"), Some(text), (!all.is_empty()).then_some(joined.as_str()));
        }
    }

    fn body(&mut self, at: &str, text: Option<&Text>, trailers: &BTreeMap<String, Text>, found: &Body) {
        self.text(&format!("{at}body"), text, Some(&found.text()));
        self.fields(&format!("{at}trailers"), trailers, &found.trailers);
    }

    fn requests(&mut self, at: &str, expected: &[ExpectRequest], found: &[(&Sent, Option<&BTreeMap<String, Value>>)]) {
        if expected.len() != found.len() {
            let seen: Vec<_> = found.iter().map(|(sent, _)| format!("{} {}", sent.method, sent.url)).collect();
            let number = |count: usize| if count == 1 { "1 request".to_owned() } else { format!("{count} requests") };
            let seen = if seen.is_empty() { String::new() } else { format!(": {}", seen.join(", ")) };
            self.add(at, number(expected.len()), number(found.len()) + &seen);
        }
        for (place, (expected, (sent, parameters))) in expected.iter().zip(found).enumerate() {
            self.request(&format!("{at}[{place}]"), expected, sent, *parameters);
        }
    }

    fn request(
        &mut self,
        at: &str,
        expected: &ExpectRequest,
        sent: &Sent,
        parameters: Option<&BTreeMap<String, Value>>,
    ) {
        self.equal(&format!("{at}.method"), expected.method.as_deref(), sent.method.as_str());
        self.text(&format!("{at}.url"), expected.url.as_ref(), Some(&sent.url));
        self.fields(&format!("{at}.headers"), &expected.headers, &sent.headers);
        self.body(&format!("{at}."), expected.body.as_ref(), &expected.trailers, &sent.body);
        for (name, value) in &expected.parameters {
            let found = parameters.and_then(|all| all.get(name));
            if found != Some(value) {
                let found = found.map_or_else(|| "nothing".to_owned(), ToString::to_string);
                self.add(&format!("{at}.parameters.{name}"), value, found);
            }
        }
    }
}
