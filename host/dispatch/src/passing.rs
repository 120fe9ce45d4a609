//! Passes on the parts of a message that a worker's language cannot hold: the bytes of a URL, and trailers (interface `passing` of
//! `wit/0.2/platform.wit`).
//!
//! The host watches each body while the worker reads it. It keeps the body's trailers for as long as the body exists, and appends
//! them to the body that the worker makes from it. Such a worker sets neither `te` nor `trailer`. The host sets `te` if the inbound
//! request welcomes trailers, and copies `trailer` from the message that arrived.
//!
//! If the body that arrived broke, the body that was made from it does not end as if it were whole. JavaScript's engine sometimes loses the
//! error of a body that it hands on by itself.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::header::{TE, TRAILER};
use http::{HeaderMap, HeaderValue, Uri};
use http_body::{Body, Frame, SizeHint};
use tollgate_worlds::Passed;
use wasmtime_wasi_http::{Error, WasiBody};

/// The trailers of one body.
struct Trailers {
    /// The `trailer` headers of its message.
    announced: Vec<HeaderValue>,
    /// Set when the body was read to its end.
    read: OnceLock<HeaderMap>,
    /// Whether the body broke.
    broken: AtomicBool,
}

type Request = http::Request<WasiBody>;
type Response = http::Response<WasiBody>;

/// The URL and the trailers that one invocation can pass on.
pub(crate) struct Passing {
    url: Uri,
    /// Whether the sender of the inbound request accepts trailers.
    welcome: bool,
    inbound: Arc<Trailers>,
    responses: Mutex<Responses>,
    /// The trailers that follow the worker's response.
    answer: OnceLock<Arc<Trailers>>,
}

/// The trailers of responses, by the tickets of their requests. The responses' bodies own them.
#[derive(Default)]
struct Responses {
    trailers: HashMap<String, Weak<Trailers>>,
    /// Number of entries at which entries without a body are removed.
    room: usize,
}

impl Passing {
    /// Starts for an invocation with this inbound request.
    pub(crate) fn of(request: &mut Request) -> Self {
        let inbound = Arc::new(Trailers::announced(request.headers()));
        let body = std::mem::take(request.body_mut());
        *request.body_mut() = Watched::body(body, inbound.clone());
        let welcome = tollgate_egress::welcomes_trailers(request.headers());
        Self { url: request.uri().clone(), welcome, inbound, responses: Mutex::default(), answer: OnceLock::new() }
    }

    /// The URL that arrived. A URL in asterisk-form has no path (RFC 9112, section 3.3): an asterisk right behind the host would
    /// look like a part of the host.
    pub(crate) fn url(&self) -> String {
        match (self.url.scheme_str(), self.url.authority()) {
            (Some(scheme), Some(authority)) if self.url.path() == "*" => format!("{scheme}://{authority}"),
            _ => self.url.to_string(),
        }
    }

    /// A request, with the parts of the inbound request that it passes on.
    pub(crate) fn request(&self, mut request: Request, passed: Passed) -> Request {
        if passed.url {
            *request.uri_mut() = self.url.clone();
        }
        if self.welcome {
            request.headers_mut().insert(TE, HeaderValue::from_static("trailers"));
        }
        if passed.trailers {
            self.inbound.announce(request.headers_mut());
            request = request.map(|body| Followed::body(body, self.inbound.clone()));
        }
        request
    }

    /// Keeps the trailers of the response to the request with this ticket.
    pub(crate) fn response(&self, ticket: String, response: Response) -> Response {
        let trailers = Arc::new(Trailers::announced(response.headers()));
        self.responses.lock().unwrap_or_else(PoisonError::into_inner).add(ticket, &trailers);
        response.map(|body| Watched::body(body, trailers))
    }

    /// Lets the trailers of a response follow the worker's own response. Only the first call counts. False if no response with this
    /// ticket is known, or an earlier call succeeded.
    pub(crate) fn answer_with(&self, ticket: &str) -> bool {
        let responses = self.responses.lock().unwrap_or_else(PoisonError::into_inner);
        let trailers = responses.trailers.get(ticket).and_then(Weak::upgrade);
        trailers.is_some_and(|trailers| self.answer.set(trailers).is_ok())
    }

    /// The worker's response, with the trailers that follow its body.
    pub(crate) fn answer(&self, mut response: Response) -> Response {
        let Some(trailers) = self.answer.get() else { return response };
        trailers.announce(response.headers_mut());
        response.map(|body| Followed::body(body, trailers.clone()))
    }
}

impl Trailers {
    fn announced(headers: &HeaderMap) -> Self {
        let announced = headers.get_all(TRAILER).iter().cloned().collect();
        Self { announced, read: OnceLock::new(), broken: AtomicBool::new(false) }
    }

    /// What follows the last byte of a body that was made from this one.
    fn end(&self) -> Option<Result<Frame<Bytes>, Error>> {
        if self.is_broken() {
            return Some(Err(Error::HttpResponseIncomplete));
        }
        self.read.get().map(|trailers| Ok(Frame::trailers(trailers.clone())))
    }

    fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    /// Copies the `trailer` headers to another message, unless it has its own.
    fn announce(&self, headers: &mut HeaderMap) {
        if !headers.contains_key(TRAILER) {
            headers.extend(self.announced.iter().map(|value| (TRAILER, value.clone())));
        }
    }
}

impl Responses {
    fn add(&mut self, ticket: String, trailers: &Arc<Trailers>) {
        if self.trailers.len() >= self.room {
            self.trailers.retain(|_, trailers| trailers.strong_count() > 0);
            self.room = 2 * self.trailers.len() + 16;
        }
        self.trailers.insert(ticket, Arc::downgrade(trailers));
    }
}

/// A body whose trailers are kept when they arrive.
struct Watched {
    inner: WasiBody,
    trailers: Arc<Trailers>,
}

impl Watched {
    fn body(inner: WasiBody, trailers: Arc<Trailers>) -> WasiBody {
        WasiBody::new(Self { inner, trailers })
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        match &polled {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    let _twice = self.trailers.read.set(trailers.clone());
                }
            }
            Some(Err(_)) => self.trailers.broken.store(true, Ordering::Relaxed),
            None => {}
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A body that ends with the trailers of another body, unless it has its own trailers or fails.
enum Followed {
    Reading(WasiBody, Arc<Trailers>),
    Ended,
}

impl Followed {
    fn body(inner: WasiBody, trailers: Arc<Trailers>) -> WasiBody {
        WasiBody::new(Self::Reading(inner, trailers))
    }
}

impl Body for Followed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Self::Reading(inner, trailers) = &mut *self else { return Poll::Ready(None) };
        let last = match ready!(Pin::new(inner).poll_frame(cx)) {
            Some(Ok(frame)) if frame.is_data() => return Poll::Ready(Some(Ok(frame))),
            Some(last) => Some(last),
            None => trailers.end(),
        };
        *self = Self::Ended;
        Poll::Ready(last)
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Reading(inner, trailers) => {
                inner.is_end_stream() && trailers.read.get().is_none() && !trailers.is_broken()
            }
            Self::Ended => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Reading(inner, _) => inner.size_hint(),
            Self::Ended => SizeHint::with_exact(0),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http_body_util::{BodyExt as _, Full, StreamBody};

    use super::*;

    fn body(text: &'static str) -> WasiBody {
        Full::new(Bytes::from_static(text.as_bytes())).map_err(|never| match never {}).boxed_unsync()
    }

    fn with_trailers(name: &'static str) -> WasiBody {
        let trailers: HeaderMap = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static("1"))]);
        body("text").with_trailers(async move { Some(Ok(trailers)) }).boxed_unsync()
    }

    fn passing() -> Passing {
        Passing::of(&mut http::Request::new(body("")))
    }

    /// The names of the trailers that follow a response with this body.
    async fn followed(passing: &Passing, answer: WasiBody) -> Vec<String> {
        let collected = passing.answer(http::Response::new(answer)).into_body().collect().await.unwrap();
        collected.trailers().map_or_else(Vec::new, |map| map.keys().map(ToString::to_string).collect())
    }

    #[tokio::test]
    async fn a_response_has_the_trailers_of_the_body_that_was_read() {
        let passing = passing();
        let response = http::Response::builder().header("trailer", "x-sum").body(with_trailers("x-sum")).unwrap();
        let response = passing.response("t".to_owned(), response);
        assert!(!passing.answer_with("another"));
        assert!(followed(&passing, body("text")).await.is_empty());
        assert!(passing.answer_with("t"));
        // The body has not been read to its end.
        assert!(followed(&passing, body("text")).await.is_empty());
        response.into_body().collect().await.unwrap();
        assert_eq!(followed(&passing, body("text")).await, ["x-sum"]);
        assert_eq!(followed(&passing, with_trailers("x-own")).await, ["x-own"]);
        assert_eq!(passing.answer(http::Response::new(body("text"))).headers()["trailer"], "x-sum");
    }

    #[tokio::test]
    async fn a_body_made_from_one_that_broke_does_not_end_as_whole() {
        let passing = passing();
        let cut =
            StreamBody::new(futures::stream::iter([Ok(Frame::data(Bytes::new())), Err(Error::ConnectionTerminated)]));
        let response = passing.response("t".to_owned(), http::Response::new(WasiBody::new(cut)));
        assert!(passing.answer_with("t"));
        let answer = passing.answer(http::Response::new(body("text")));
        assert!(response.into_body().collect().await.is_err());
        let mut answer = answer.into_body();
        assert_eq!(answer.frame().await.unwrap().unwrap().into_data().unwrap(), "text");
        assert!(!answer.is_end_stream());
        assert!(matches!(answer.frame().await, Some(Err(Error::HttpResponseIncomplete))));
        assert!(answer.is_end_stream() && answer.frame().await.is_none());
    }

    #[tokio::test]
    async fn a_body_that_ended_is_not_polled_again() {
        // An unfolded stream panics if it is polled again.
        let once = futures::stream::unfold(Some(Bytes::new()), async |text| Some((Ok(Frame::data(text?)), None)));
        let trailers = Trailers { read: OnceLock::from(HeaderMap::new()), ..Trailers::announced(&HeaderMap::new()) };
        let mut followed = Followed::body(WasiBody::new(StreamBody::new(Box::pin(once))), Arc::new(trailers));
        assert!(followed.frame().await.unwrap().unwrap().is_data());
        assert!(followed.frame().await.unwrap().unwrap().is_trailers());
        assert!(followed.is_end_stream() && followed.frame().await.is_none() && followed.frame().await.is_none());
    }

    #[test]
    fn an_asterisk_is_not_part_of_the_host() {
        for (path, text) in [("*", "http://a:1"), ("/*", "http://a:1/*"), ("/", "http://a:1/")] {
            let uri = Uri::builder().scheme("http").authority("a:1").path_and_query(path).build().unwrap();
            let mut request = http::Request::new(body(""));
            *request.uri_mut() = uri;
            assert_eq!(Passing::of(&mut request).url(), text);
        }
    }

    #[tokio::test]
    async fn trailers_without_a_body_are_not_kept() {
        let passing = passing();
        for number in 0..1_000 {
            let response = passing.response(number.to_string(), http::Response::new(with_trailers("x-sum")));
            response.into_body().collect().await.unwrap();
        }
        assert!(passing.responses.lock().unwrap().trailers.len() <= 16);
        assert!(!passing.answer_with("999"));
    }

    #[tokio::test]
    async fn a_request_has_only_what_it_passes_on() {
        let inbound = || http::Request::get("http://a/x/../{y}").header("trailer", "x-sum");
        for (te, url, trailers) in [(true, true, false), (false, false, true)] {
            let inbound = if te { inbound().header("te", "trailers") } else { inbound() };
            let mut inbound = inbound.body(with_trailers("x-sum")).unwrap();
            let passing = Passing::of(&mut inbound);
            inbound.into_body().collect().await.unwrap();
            let request = http::Request::get("http://b/").body(body("text")).unwrap();
            let request = passing.request(request, Passed { url, trailers });
            assert_eq!(request.uri() == "http://a/x/../{y}", url);
            assert_eq!(request.headers().contains_key("te"), te);
            assert_eq!(request.headers().contains_key("trailer"), trailers);
            assert_eq!(request.into_body().collect().await.unwrap().trailers().is_some(), trailers);
        }
    }
}
