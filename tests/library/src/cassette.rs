//! Cassettes: what a real origin answered, kept beside the scenarios and replayed without it.
//!
//! Of a request only method and URL are kept, never a header nor a body: what an outbound worker adds is mostly a credential.
//! Where a URL or a response holds one, it is redacted, so that a cassette can be committed: the secrets that the scenarios
//! themselves name, values of headers and of keys of queries, forms and JSON that are called like one, cookies, and userinfo.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt as _, Limited};
use serde::{Deserialize, Serialize};
use tollgate_dispatch::{DispatchError, Passed};
use tollgate_egress::{EgressConfig, Network};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::message::Payload;
use crate::secrets::{field_without_value, without_values};
use crate::{Origin, Pattern, Reply, Secrets, TestError};

/// The largest body that is kept.
const BODY_BYTES: usize = 16 << 20;

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

    /// Writes it.
    pub fn write(&self, path: &Path) -> Result<(), TestError> {
        let setup = |reason: String| TestError::setup(&path.display().to_string(), reason);
        let text = serde_json::to_string_pretty(self).map_err(|error| setup(error.to_string()))?;
        std::fs::write(path, text + "\n").map_err(|error| setup(error.to_string()))
    }

    /// Keeps what was recorded for a scenario, in the place of what was there. Nothing replaces nothing: a run that got
    /// nowhere does not take away what an earlier one got.
    pub fn keep(&mut self, scenario: &str, takes: Vec<Take>) {
        if !takes.is_empty() {
            self.0.insert(scenario.to_owned(), takes);
        }
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

impl Take {
    fn reply(&self) -> Result<Reply, TestError> {
        let body = if self.body_hex.is_empty() { self.body.clone().into_bytes() } else { unhex(&self.body_hex)? };
        let payload =
            self.trailers.iter().try_fold(Payload::of(body), |payload, (name, value)| payload.trailer(name, value))?;
        let reply = Reply::new(self.status)?.body(payload);
        self.headers.iter().try_fold(reply, |reply, (name, value)| reply.header(name, value))
    }
}

/// Asks the real network for what no rule of a script answers, and keeps what it says.
///
/// ```no_run
/// # use tollgate_test::*;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let guests = "../../target/guests/wasm32-wasip2/release";
/// # let lab = Lab::in_folder("../../target/compiled-for-tests")?;
/// # let user = lab.user(std::fs::read(format!("{guests}/test_user.wasm"))?)?;
/// let secrets = Secrets::new(vec!["s3cret".to_owned()], Vec::new())?;
/// let recorder = Recorder::new(EgressConfig::default(), secrets)?;
/// let alone = lab.compose().user("alice", &user)?;
/// let request = Request::get("http://alice.example/fetch")?.header("x-target-url", "https://example.com/")?;
/// let run = alone.clone().record(&recorder).send(request.clone())?;
///
/// let path = std::path::Path::new("alice.cassette.json");
/// let mut cassette = Cassette::read(path)?;
/// cassette.keep("a page", recorder.takes());
/// cassette.write(path)?;
///
/// // From now on without the network.
/// let replayed = alone.origin(cassette.replayed("a page", Origin::new())?).send(request)?;
/// assert_eq!(replayed.response.text(), run.response.text());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Recorder(Arc<Inner>);

struct Inner {
    network: Network,
    secrets: Secrets,
    /// In the order in which the requests were sent; those that are not answered yet have none.
    takes: Mutex<Vec<Option<Take>>>,
}

impl Recorder {
    /// Over the host's egress, with what may be dialled there. `secrets` are redacted wherever they stand.
    pub fn new(egress: EgressConfig, secrets: Secrets) -> Result<Self, TestError> {
        let network = Network::new(egress).map_err(|error| TestError::setup("egress", error))?;
        Ok(Self(Arc::new(Inner { network, secrets, takes: Mutex::default() })))
    }

    /// What was recorded, in order.
    pub fn takes(&self) -> Vec<Take> {
        self.lock().iter().flatten().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Option<Take>>> {
        self.0.takes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) async fn fetch(&self, request: http::Request<WasiBody>) -> Passed {
        let place = {
            let mut takes = self.lock();
            takes.push(None);
            takes.len() - 1
        };
        self.exchange(place, request).await.map_err(DispatchError::WorkerError)
    }

    async fn exchange(
        &self,
        place: usize,
        request: http::Request<WasiBody>,
    ) -> Result<http::Response<WasiBody>, Error> {
        let (method, url) = (request.method().to_string(), request.uri().to_string());
        let (head, body) = self.0.network.send("record", request, None).await?.into_parts();
        let collected = Limited::new(body, BODY_BYTES).collect().await;
        let collected = collected.map_err(|error| Error::InternalError(Some(format!("not recorded: {error}"))))?;
        let trailers = collected.trailers().cloned().unwrap_or_default();
        let bytes = collected.to_bytes();
        let take = self.take(method, &url, head.status.as_u16(), &head.headers, &bytes, &trailers);
        if let Some(kept) = self.lock().get_mut(place) {
            *kept = Some(take);
        }
        let payload = Payload { trailers, ..Payload::of(bytes) };
        Ok(http::Response::from_parts(head, payload.stream().boxed_unsync()))
    }

    fn take(
        &self,
        method: String,
        url: &str,
        status: u16,
        headers: &HeaderMap,
        body: &Bytes,
        trailers: &HeaderMap,
    ) -> Take {
        let (body, body_hex) = match std::str::from_utf8(body) {
            Ok(text) => (self.0.secrets.redacted_body(headers, text, true), String::new()),
            Err(_) => {
                let bytes = self.0.secrets.redacted_bytes(body);
                (String::new(), bytes.iter().map(|byte| format!("{byte:02x}")).collect())
            }
        };
        let url = self.0.secrets.replaced(&without_values(url), "*");
        Take { method, url, status, headers: self.fields(headers), body, body_hex, trailers: self.fields(trailers) }
    }

    fn fields(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        // How a body was sent is for the wire of the day.
        let kept = headers.iter().filter(|(name, _)| !["content-length", "transfer-encoding"].contains(&name.as_str()));
        let field = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
            let text = field_without_value(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
            (name.to_string(), self.0.secrets.redacted(&text))
        };
        kept.map(field).collect()
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn take(url: &str, headers: &[(&'static str, &'static str)], body: &'static [u8]) -> Take {
        let secrets = Secrets::new(vec!["s3cret".to_owned(), "s3cret-too".to_owned()], Vec::new()).unwrap();
        let recorder = Recorder::new(EgressConfig::default(), secrets).unwrap();
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        recorder.take("GET".to_owned(), url, 200, &headers, &Bytes::from_static(body), &HeaderMap::new())
    }

    #[test]
    fn no_secret_is_kept() {
        let headers = [("set-cookie", "id=1"), ("x-api-key", "k"), ("x-echo", "it was s3cret-too"), ("etag", "\"1\"")];
        let take = take("http://a/s3cret/x?api_key=abc&page=2", &headers, b"you sent s3cret");
        let text = serde_json::to_string(&take).unwrap();
        for secret in ["s3cret", "abc", "id=1", "\"k\"", "-too"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert_eq!(take.url, "http://a/*/x?api_key=*&page=2");
        assert!(text.contains("\\\"1\\\"") && text.contains("you sent [redacted]"), "{text}");
        let location = take_of(
            "http://a/",
            &[("location", "http://b/?access_token=abc")],
            &[0xff, b's', b'3', b'c', b'r', b'e', b't'],
        );
        assert!(!location.contains("abc"), "{location}");
        assert!(!location.contains("733363726574"), "{location}");
    }

    #[test]
    fn what_a_body_calls_a_secret_is_not_kept() {
        let json = take("http://a/", &[], b"{\"access_token\": \"abc\", \"n\": 1.0}");
        assert_eq!(json.body, "{\"access_token\": \"[redacted]\", \"n\": 1.0}");
        let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        assert_eq!(take("http://a/", &form, b"access_token=abc&n=s3cret").body, "access_token=*&n=[redacted]");
        let text = serde_json::to_string(&take("http://a/?author=bob&x=%73%33cret&passwd=p", &[], b"")).unwrap();
        assert!(text.contains("?author=bob&x=*&passwd=*"), "{text}");
    }

    fn take_of(url: &str, headers: &[(&'static str, &'static str)], body: &'static [u8]) -> String {
        serde_json::to_string(&take(url, headers, body)).unwrap()
    }

    #[test]
    fn bytes_that_are_no_text_come_back() {
        let take = take("http://a/", &[], &[0xff, 0x00, 0x10]);
        assert_eq!(take.body_hex, "ff0010");
        assert_eq!(unhex(&take.body_hex).unwrap(), [0xff, 0x00, 0x10]);
        assert!(unhex("f").is_err() && unhex("zz").is_err());
    }
}
