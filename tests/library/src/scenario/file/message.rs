//! Messages of a scenario file: the request, and what the origin replies.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::message::Payload;
use crate::secrets::is_secret;
use crate::{Origin, Reply, Request, TestError};

/// Headers or trailers by name.
type Fields = BTreeMap<String, Values>;

/// The value of a header, or its values in order.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a text, or a list of texts")]
enum Values {
    /// The header once.
    One(String),
    /// The header so many times, in this order.
    Several(Vec<String>),
}

impl Values {
    fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Several(texts) => texts,
        }
    }
}

/// Each header with each of its values.
fn each(fields: &Fields) -> impl Iterator<Item = (&str, &str)> {
    fields.iter().flat_map(|(name, values)| values.texts().iter().map(|text| (name.as_str(), text.as_str())))
}

/// A request.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct Message {
    /// Its URL, with scheme and host.
    #[schemars(regex(pattern = r"^([A-Za-z][A-Za-z0-9+.-]*://[^/?#]|\{origin\})"))]
    url: String,
    /// Its method; GET if not said.
    #[serde(default = "get")]
    method: String,
    /// Its headers.
    #[serde(default)]
    headers: Fields,
    /// The text of its body.
    #[serde(default)]
    body: String,
    /// More of its body, piece by piece.
    #[serde(default)]
    pieces: Vec<Piece>,
    /// What follows its body.
    #[serde(default)]
    trailers: Fields,
}

fn get() -> String {
    "GET".to_owned()
}

impl Message {
    pub(in crate::scenario) fn build(&self) -> Result<Request, TestError> {
        self.request().map_err(|error| error.within("request"))
    }

    fn request(&self) -> Result<Request, TestError> {
        let request = Request::new(&self.method, &self.url)?.body(payload(&self.body, &self.pieces, &self.trailers)?);
        each(&self.headers).try_fold(request, |request, (name, value)| request.header(name, value))
    }

    /// The values of its headers that are called like a secret.
    pub(in crate::scenario) fn secrets(&self) -> impl Iterator<Item = String> {
        each(&self.headers).filter(|(name, _)| is_secret(name)).map(|(_, value)| value.to_owned())
    }
}

/// A piece of a body.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Piece {
    /// How long after the piece before it, in milliseconds.
    after_ms: u64,
    /// Its text.
    text: String,
}

/// A rule of the origin.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct Rule {
    /// The URL, in which `*` stands for any text.
    #[schemars(regex(pattern = r"://|^\*|\{origin\}"))]
    url: String,
    /// The method; any if not said.
    #[schemars(regex(pattern = r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"))]
    method: Option<String>,
    /// For how many requests; for all if not said.
    times: Option<NonZeroU32>,
    /// The status; 200 if not said.
    #[serde(default = "ok")]
    #[schemars(range(min = 200, max = 999))]
    status: u16,
    /// Headers.
    #[serde(default)]
    headers: Fields,
    /// How long the origin thinks, in milliseconds.
    #[serde(default)]
    after_ms: u64,
    /// Whether it replies at the request's head, while the request's body still comes.
    #[serde(default)]
    early: bool,
    /// The text of its body.
    #[serde(default)]
    body: String,
    /// More of its body, piece by piece.
    #[serde(default)]
    pieces: Vec<Piece>,
    /// What follows its body.
    #[serde(default)]
    trailers: Fields,
}

fn ok() -> u16 {
    200
}

impl Rule {
    /// Adds it to an origin; `at` is where it stands.
    pub(in crate::scenario) fn add_to(&self, origin: Origin, at: &str) -> Result<Origin, TestError> {
        let reply = self.reply().map_err(|error| error.within(at))?;
        Ok(origin.rule(self.method.as_deref(), &self.url, self.times.map(NonZeroU32::get), reply))
    }

    /// What it replies, if anybody can ask for it.
    fn reply(&self) -> Result<Reply, TestError> {
        if !self.url.contains("://") && !self.url.starts_with('*') {
            return Err(TestError::shape("url", "a URL with its scheme, or a `*` in its place", &self.url));
        }
        if let Some(method) = self.method.as_ref().filter(|method| method.parse::<Method>().is_err()) {
            return Err(TestError::shape("method", "a method", method));
        }
        let reply = Reply::new(self.status)?
            .body(payload(&self.body, &self.pieces, &self.trailers)?)
            .after(Duration::from_millis(self.after_ms));
        let reply = each(&self.headers).try_fold(reply, |reply, (name, value)| reply.header(name, value))?;
        Ok(if self.early { reply.early() } else { reply })
    }
}

fn payload(body: &str, pieces: &[Piece], trailers: &Fields) -> Result<Payload, TestError> {
    let payload = pieces.iter().fold(Payload::of(body.to_owned()), |payload, piece| {
        payload.then(Duration::from_millis(piece.after_ms), piece.text.clone())
    });
    each(trailers).try_fold(payload, |payload, (name, value)| payload.trailer(name, value))
}
