//! Records: asks the real network, redacts what it says, and tells what cannot be kept.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderMap, HeaderValue, Uri};
use http_body_util::{BodyExt as _, Limited};
use tollgate_dispatch::{Answer, DispatchError};
use tollgate_egress::address::is_public;
use tollgate_egress::{EgressConfig, Network};
use wasmtime_wasi_http::{Error, WasiBody};

use super::Take;
use crate::message::Payload;
use crate::secrets::{field_without_value, without_values};
use crate::{Secrets, TestError};

/// The largest body that is kept.
const BODY_BYTES: usize = 16 << 20;

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
/// cassette.keep("a page", &recorder)?;
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
    /// In the order in which the requests were sent.
    asked: Mutex<Vec<Asked>>,
}

/// What came of a request.
pub(super) enum Asked {
    /// No answer, or none yet.
    Unanswered,
    /// An answer.
    Answered(Take),
    /// An answer that cannot be kept, and why.
    Refused(String),
}

impl Recorder {
    /// Over the host's egress, with what may be dialled there. `secrets` are redacted wherever they stand.
    pub fn new(egress: EgressConfig, secrets: Secrets) -> Result<Self, TestError> {
        let network = Network::new(egress).map_err(|error| TestError::setup("egress", error))?;
        Ok(Self(Arc::new(Inner { network, secrets, asked: Mutex::default() })))
    }

    /// What was recorded, in order.
    pub fn takes(&self) -> Vec<Take> {
        let take = |asked: &Asked| if let Asked::Answered(take) = asked { Some(take.clone()) } else { None };
        self.lock().iter().filter_map(take).collect()
    }

    /// How many requests have no answer: nobody gave one, or it did not come in time.
    pub fn unanswered(&self) -> usize {
        self.lock().iter().filter(|asked| matches!(asked, Asked::Unanswered)).count()
    }

    /// That no answer was one that a replay could not give, or in which no secret would be found.
    pub fn check(&self) -> Result<(), TestError> {
        let reason = |asked: &Asked| if let Asked::Refused(reason) = asked { Some(reason.clone()) } else { None };
        let mut reasons: Vec<_> = self.lock().iter().filter_map(reason).collect();
        reasons.dedup();
        if reasons.is_empty() { Ok(()) } else { Err(TestError::Refused(reasons.join("; "))) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, place: usize, what: Asked) {
        if let Some(asked) = self.lock().get_mut(place) {
            *asked = what;
        }
    }

    pub(crate) async fn fetch(&self, request: http::Request<WasiBody>) -> Answer {
        let place = {
            let mut asked = self.lock();
            asked.push(Asked::Unanswered);
            asked.len() - 1
        };
        self.exchange(place, request).await.map_err(DispatchError::WorkerError)
    }

    async fn exchange(
        &self,
        place: usize,
        mut request: http::Request<WasiBody>,
    ) -> Result<http::Response<WasiBody>, Error> {
        let (method, url) = (request.method().to_string(), request.uri().clone());
        request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let (head, body) = self.0.network.send("record", request, None).await?.into_parts();
        let collected = Limited::new(body, BODY_BYTES).collect().await;
        let collected = collected.map_err(|error| Error::InternalError(Some(format!("not recorded: {error}"))))?;
        let trailers = collected.trailers().cloned().unwrap_or_default();
        let bytes = collected.to_bytes();
        if let Some(reason) = no_take(&url, &head.headers, &bytes) {
            self.note(place, Asked::Refused(format!("{method} {}: {reason}", self.told(&url.to_string()))));
            return Err(Error::InternalError(Some(format!("not recorded: {reason}"))));
        }
        let take = self.take(method, &url.to_string(), head.status.as_u16(), &head.headers, &bytes, &trailers);
        self.note(place, Asked::Answered(take));
        let payload = Payload { trailers, ..Payload::of(bytes) };
        Ok(http::Response::from_parts(head, payload.stream().boxed_unsync()))
    }

    pub(super) fn take(
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
        Take {
            method,
            url: self.told(url),
            status,
            headers: self.fields(headers),
            body,
            body_hex,
            trailers: self.fields(trailers),
        }
    }

    /// A URL with a `*` for each secret.
    fn told(&self, url: &str) -> String {
        self.0.secrets.replaced(&without_values(url), "*")
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

/// Why an answer cannot be kept.
pub(super) fn no_take(url: &Uri, headers: &HeaderMap, body: &[u8]) -> Option<String> {
    // The egress of a replay is a host's, with no exceptions.
    let host = url.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    if host.parse::<IpAddr>().is_ok_and(|address| !is_public(address)) {
        return Some(format!(
            "expected a name or a public address, which a replay reaches too, found {host}: for this machine say localhost"
        ));
    }
    let encodings = headers.get_all(CONTENT_ENCODING).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let encodings = encodings.collect::<Vec<_>>().join(", ");
    let is_plain = |one: &str| one.trim().is_empty() || one.trim().eq_ignore_ascii_case("identity");
    if body.is_empty() || encodings.split(',').all(is_plain) {
        return None;
    }
    Some(format!(
        "expected a body without content-encoding, as was asked for, found {encodings:?}: no secret is found in it"
    ))
}
