//! Cassettes: what a real origin answered, kept beside the scenarios and replayed without it.
//!
//! Of a request only method and URL are kept, never a header nor a body: what an outbound worker adds is mostly a credential.
//! Where a URL or a response holds one, it is redacted, so that a cassette can be committed: the secrets that the scenarios
//! themselves name, values of headers and of keys of queries, forms and JSON that are called like one, cookies, and userinfo.

mod recorder;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::message::Payload;
use crate::{Origin, Pattern, Reply, TestError};
pub use recorder::Recorder;

/// What an origin answered, by the scenarios' names.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cassette(BTreeMap<String, Vec<Take>>);

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Take {
    method: String,
    /// `*` stands for what was redacted.
    url: String,
    status: u16,
    headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    body: String,
    /// A body that is no text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    body_hex: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    trailers: Vec<(String, String)>,
}

impl Cassette {
    /// Reads one; one that is not there is empty.
    pub fn read(path: &Path) -> Result<Self, TestError> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                serde_json::from_str(&text).map_err(|error| TestError::setup(&path.display().to_string(), error))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(TestError::setup(&path.display().to_string(), error)),
        }
    }

    /// Writes it, whole or not at all: until then what was there stays.
    pub fn write(&self, path: &Path) -> Result<(), TestError> {
        let setup = |reason: String| TestError::setup(&path.display().to_string(), reason);
        let text = serde_json::to_string_pretty(self).map_err(|error| setup(error.to_string()))?;
        replace(path, &(text + "\n")).map_err(|error| setup(error.to_string()))
    }

    /// Keeps what was recorded for a scenario, in the place of what was there; or says that it did not. What lacks an answer
    /// replaces nothing, for what an earlier run got may lack none.
    ///
    /// # Errors
    /// Where an answer is none that can be kept ([`Recorder::check`]).
    pub fn keep(&mut self, scenario: &str, recorder: &Recorder) -> Result<bool, TestError> {
        recorder.check()?;
        let takes = recorder.takes();
        let keeps = !takes.is_empty() && (recorder.unanswered() == 0 || !self.0.contains_key(scenario));
        if keeps {
            self.0.insert(scenario.to_owned(), takes);
        }
        Ok(keeps)
    }

    /// The origin, with what was recorded for a scenario after its own rules. Answers to one request are given in the order in
    /// which they were recorded; the last one again and again.
    pub fn replayed(&self, scenario: &str, origin: Origin) -> Result<Origin, TestError> {
        let mut takes = self.0.get(scenario).cloned().unwrap_or_default();
        // What is known whole comes before what was redacted and may be anything.
        takes.sort_by_key(|take| take.url.contains('*'));
        takes.iter().enumerate().try_fold(origin, |origin, (place, take)| {
            let alike = |other: &Take| (&other.method, &other.url) == (&take.method, &take.url);
            let again = takes.iter().skip(place + 1).any(alike);
            Ok(origin.ruled(Some(&take.method), Pattern::redacted(&take.url), again.then_some(1), take.reply()?))
        })
    }
}

/// Puts a file in the place of another, or of the one that a link leads to. It is written beside it first.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_none_yet| path.to_owned());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Who may read it is for the umask to say, as with any file that is made.
    let made = tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder);
    let mut file = made?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(&path).map(drop).map_err(|error| error.error)
}

impl Take {
    fn reply(&self) -> Result<Reply, TestError> {
        let body = if self.body_hex.is_empty() { self.body.clone().into_bytes() } else { unhex(&self.body_hex)? };
        let payload =
            self.trailers.iter().try_fold(Payload::of(body), |payload, (name, value)| payload.trailer(name, value))?;
        let reply = Reply::new(self.status)?.body(payload);
        self.headers.iter().try_fold(reply, |reply, (name, value)| reply.header(name, value))
    }
}

fn unhex(text: &str) -> Result<Vec<u8>, TestError> {
    let wrong = || TestError::shape("body_hex", "pairs of hexadecimal digits", text);
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if !text.len().is_multiple_of(2) {
        return Err(wrong());
    }
    text.as_bytes().chunks(2).map(pair).collect::<Option<_>>().ok_or_else(wrong)
}
