//! Requests and responses as they passed, and what a test sends.

use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use http_body::Frame;
use http_body_util::StreamBody;
use wasmtime_wasi_http::Error;

use crate::TestError;

/// The most that is kept of one body. A client that has so much reads no more.
const KEPT_BYTES: usize = 64 << 20;

/// A body as it passed.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// Its bytes so far.
    pub bytes: Vec<u8>,
    /// When each piece came, since the run began, and how long it was.
    pub pieces: Vec<(Duration, usize)>,
    /// What followed it.
    pub trailers: HeaderMap,
    /// How it ended.
    pub end: End,
}

/// How a body ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum End {
    /// It was not read to its end.
    #[default]
    Unread,
    /// Whole.
    Whole,
    /// With an error: it was cut off.
    Cut(String),
}

impl Body {
    /// Whether there is room for more of it.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= KEPT_BYTES
    }

    /// As text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn took(&mut self, at: Duration, frame: Option<Result<&Frame<Bytes>, String>>) {
        match frame {
            None if self.end == End::Unread => self.end = End::Whole,
            None => {}
            Some(Err(error)) => self.end = End::Cut(error),
            Some(Ok(frame)) => match (frame.data_ref(), frame.trailers_ref()) {
                (Some(data), _) => {
                    let room = KEPT_BYTES.saturating_sub(self.bytes.len()).min(data.len());
                    self.bytes.extend_from_slice(data.get(..room).unwrap_or_default());
                    self.pieces.push((at, data.len()));
                }
                (None, Some(trailers)) => {
                    self.trailers.clone_from(trailers);
                    self.end = End::Whole;
                }
                (None, None) => {}
            },
        }
    }
}

/// A request as it passed.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Its method.
    pub method: Method,
    /// Its URL, with scheme and authority.
    pub url: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Body,
    /// Whether it was replied to at its head: how its body ends is then nobody's fault. Of what arrives at an origin.
    pub early: bool,
}

impl Sent {
    /// Whether it is the same request as another, as far as method and URL say.
    pub(crate) fn is_for_the_place_of(&self, other: &Self) -> bool {
        self.method == other.method && (self.url == other.url || place(&self.url) == place(&other.url))
    }
}

/// A URL by what is the same however it is written: without userinfo, with a port.
fn place(url: &str) -> Option<(String, String, u16, String)> {
    let url: Uri = url.parse().ok()?;
    let scheme = url.scheme_str()?.to_ascii_lowercase();
    let port = url.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
    let path = url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    Some((scheme, url.host()?.to_ascii_lowercase(), port, path.to_owned()))
}

/// A response as it passed.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Body,
}

impl Received {
    /// The body as text.
    pub fn text(&self) -> String {
        self.body.text()
    }

    /// A header as text, empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A body that a test sends: pieces, each some time after the one before it, and trailers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Payload {
    pub(crate) pieces: Vec<(Duration, Bytes)>,
    pub(crate) trailers: HeaderMap,
}

type Frames = Vec<Result<Frame<Bytes>, Error>>;

impl Payload {
    /// One piece, if it has any bytes.
    pub fn of(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let pieces = if bytes.is_empty() { Vec::new() } else { vec![(Duration::ZERO, bytes)] };
        Self { pieces, trailers: HeaderMap::new() }
    }

    /// With another piece, some time after the one before it.
    pub fn then(mut self, after: Duration, bytes: impl Into<Bytes>) -> Self {
        self.pieces.push((after, bytes.into()));
        self
    }

    /// With a trailer.
    pub fn trailer(mut self, name: &str, value: &str) -> Result<Self, TestError> {
        let (name, value) = field("trailers", name, value)?;
        self.trailers.append(name, value);
        Ok(self)
    }

    /// Says in a head which trailers follow: HTTP/1.1 sends no others (RFC 9110, section 6.6.2).
    pub(crate) fn announce(&self, headers: &mut HeaderMap) {
        if headers.contains_key(http::header::TRAILER) {
            return;
        }
        self.trailers.keys().for_each(|name| {
            headers.append(http::header::TRAILER, name.clone().into());
        });
    }

    /// How many bytes it has, where its length is known when it begins.
    pub(crate) fn length(&self) -> Option<usize> {
        let at_once = self.trailers.is_empty() && self.pieces.iter().all(|(after, _)| after.is_zero());
        at_once.then(|| self.pieces.iter().map(|(_, bytes)| bytes.len()).sum())
    }

    /// As a body.
    pub(crate) fn stream(
        self,
    ) -> StreamBody<impl futures::Stream<Item = Result<Frame<Bytes>, Error>> + Send + 'static> {
        let pieces = stream::iter(self.pieces).then(|(after, bytes)| async move {
            if !after.is_zero() {
                tokio::time::sleep(after).await;
            }
            Ok(Frame::data(bytes))
        });
        let last: Frames = if self.trailers.is_empty() { Vec::new() } else { vec![Ok(Frame::trailers(self.trailers))] };
        StreamBody::new(pieces.chain(stream::iter(last)))
    }
}

/// A request that a test makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
}

impl Request {
    /// A request without a body, whose URL has a scheme and a host.
    pub fn new(method: &str, url: &str) -> Result<Self, TestError> {
        let shape = |expected| TestError::shape("url", expected, url);
        let parsed: Uri = url.parse().map_err(|_invalid| shape("a URL"))?;
        if parsed.scheme().is_none() || parsed.host().is_none() {
            return Err(shape("a URL with a scheme and a host"));
        }
        let method = method.parse().map_err(|_invalid| TestError::shape("method", "a method", method))?;
        Ok(Self { method, url: parsed, headers: HeaderMap::new(), payload: Payload::default() })
    }

    /// A GET.
    pub fn get(url: &str) -> Result<Self, TestError> {
        Self::new("GET", url)
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, TestError> {
        let (name, value) = field("headers", name, value)?;
        self.headers.append(name, value);
        Ok(self)
    }

    /// With a body.
    pub fn body(self, payload: Payload) -> Self {
        Self { payload, ..self }
    }

    /// As a request for somebody outside of this process: to another authority, with its own as `host`, and with the body's
    /// pieces as one.
    pub fn elsewhere(&self, authority: &str) -> Result<http::Request<Bytes>, TestError> {
        let body: Vec<u8> = self.payload.pieces.iter().flat_map(|(_, bytes)| bytes.to_vec()).collect();
        let path = self.url.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let host = self.url.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        let request = http::Request::builder().method(self.method.clone()).uri(format!("http://{authority}{path}"));
        let request = self.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        let request = request.header(http::header::HOST, host).body(body.into());
        request.map_err(|error| TestError::shape("request", "one that can be sent", error))
    }
}

/// The name and the value of one among headers or trailers.
pub(crate) fn field(among: &str, name: &str, value: &str) -> Result<(HeaderName, HeaderValue), TestError> {
    let parsed = name.parse().map_err(|_invalid| TestError::shape(among, "a header's name", name))?;
    let wrong = |_invalid| TestError::shape(&format!("{among}.{name}"), "a header's value, on one line", value);
    Ok((parsed, value.parse().map_err(wrong)?))
}
