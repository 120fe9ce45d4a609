//! A scripted origin: rules that say which request gets which reply, and a list of what arrived.
//!
//! In a composition it is reached over the host's own egress, which dials a pipe in the place of a socket; so what arrives is
//! what would arrive on a wire. The same script can listen on a real socket ([`crate::Listener`]).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use wasmtime_wasi_http::WasiBody;

use crate::message::{Payload, Sent, field};
use crate::{Pattern, TestError};

/// What an origin replies.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) after: Duration,
    pub(crate) early: bool,
}

impl Reply {
    /// A status, without a body. One below 200 is no reply: another follows it.
    pub fn new(status: u16) -> Result<Self, TestError> {
        let known = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
        let status = known.ok_or_else(|| TestError::shape("status", "one from 200 to 999", status))?;
        let (headers, payload) = (HeaderMap::new(), Payload::default());
        Ok(Self { status, headers, payload, after: Duration::ZERO, early: false })
    }

    /// 200 and a text.
    pub fn text(text: &str) -> Self {
        let payload = Payload::of(text.to_owned());
        let (status, headers) = (StatusCode::OK, HeaderMap::new());
        Self { status, headers, payload, after: Duration::ZERO, early: false }
    }

    /// With a header; the body says its length itself.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, TestError> {
        let (name, value) = field("headers", name, value)?;
        if name == header::CONTENT_LENGTH || name == header::TRANSFER_ENCODING {
            let found = String::from_utf8_lossy(value.as_bytes());
            return Err(TestError::shape(
                &format!("headers.{name}"),
                "no such header: the body's own length is sent",
                found,
            ));
        }
        self.headers.append(name, value);
        Ok(self)
    }

    /// With a body.
    pub fn body(self, payload: Payload) -> Self {
        Self { payload, ..self }
    }

    /// This long after the request has arrived.
    pub fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }

    /// At the request's head, while its body still comes.
    pub fn early(self) -> Self {
        Self { early: true, ..self }
    }
}

impl Reply {
    /// As a response.
    pub(crate) fn response(mut self) -> http::Response<WasiBody> {
        self.payload.announce(&mut self.headers);
        let mut response = match self.payload.length() {
            // Said, as an origin says it that has its reply at once; of one that comes piece by piece nobody knows it.
            Some(_) => {
                let whole: Vec<u8> = self.payload.pieces.iter().flat_map(|(_, bytes)| bytes.to_vec()).collect();
                http::Response::new(Full::new(whole.into()).map_err(|never| match never {}).boxed_unsync())
            }
            None => http::Response::new(self.payload.stream().boxed_unsync()),
        };
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    method: Option<String>,
    url: Pattern,
    /// How many requests it is for; none: any number.
    times: Option<u32>,
    reply: Reply,
}

impl Rule {
    fn is_for(&self, method: &http::Method, url: &str) -> bool {
        self.method.as_ref().is_none_or(|own| method == own.as_str()) && self.url.fits(url)
    }
}

/// A script: rules, the first of which that fits a request answers it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    rules: Vec<Rule>,
}

impl Origin {
    /// An origin that knows no host.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a reply to every request for a URL, in which `*` stands for any text: `http://api.example.com/*`. The URL's host
    /// is known from then on.
    pub fn reply(self, url: &str, reply: Reply) -> Self {
        self.rule(None, url, None, reply)
    }

    /// With a reply to requests of a method, or of any, and to so many of them, or to all.
    pub fn rule(self, method: Option<&str>, url: &str, times: Option<u32>, reply: Reply) -> Self {
        self.ruled(method, Pattern::new(url), times, reply)
    }

    pub(crate) fn ruled(mut self, method: Option<&str>, url: Pattern, times: Option<u32>, reply: Reply) -> Self {
        self.rules.push(Rule { method: method.map(str::to_owned), url, times, reply });
        self
    }

    /// Whether a host is one of a rule's.
    pub(crate) fn knows(&self, scheme: &str, authority: &str) -> bool {
        let root = format!("{scheme}://{authority}");
        self.rules.iter().any(|rule| rule.url.may_have(&root))
    }
}

/// An origin at work: the rules that are left, and what arrived.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    /// Replies that are promised to requests on their way.
    promised: Vec<(http::Method, String, Reply)>,
    arrived: Vec<Sent>,
}

impl State {
    /// The reply of the first rule that is left for a request.
    fn reply(&mut self, method: &http::Method, url: &str) -> Option<Reply> {
        let fits = |rule: &&mut Rule| rule.times != Some(0) && rule.is_for(method, url);
        let rule = self.rules.iter_mut().find(fits)?;
        rule.times = rule.times.map(|times| times - 1);
        Some(rule.reply.clone())
    }

    fn promise(&mut self, method: &http::Method, url: &str) -> Option<Reply> {
        let place = self.promised.iter().position(|(own, to, _)| own == method && to == url)?;
        Some(self.promised.remove(place).2)
    }
}

impl Log {
    pub(crate) fn new(origin: &Origin) -> Self {
        Self(Arc::new(Mutex::new(State { rules: origin.rules.clone(), ..State::default() })))
    }

    /// Notes a request, and finds its place and its reply.
    pub(crate) fn arrives(&self, request: Sent) -> (usize, Option<Reply>) {
        let mut state = self.lock();
        let promised = state.promise(&request.method, &request.url);
        let reply = promised.or_else(|| state.reply(&request.method, &request.url));
        let early = reply.as_ref().is_some_and(|reply| reply.early);
        state.arrived.push(Sent { early, ..request });
        (state.arrived.len() - 1, reply)
    }

    /// Whether a rule is left for a request, which it is then kept for until the request arrives.
    pub(crate) fn promises(&self, method: &http::Method, url: &str) -> bool {
        let mut state = self.lock();
        let Some(reply) = state.reply(method, url) else { return false };
        state.promised.push((method.clone(), url.to_owned(), reply));
        true
    }

    /// Changes what is noted of a request.
    pub(crate) fn note(&self, place: usize, change: impl FnOnce(&mut Sent)) {
        if let Some(request) = self.lock().arrived.get_mut(place) {
            change(request);
        }
    }

    pub(crate) fn arrived(&self) -> Vec<Sent> {
        self.lock().arrived.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::message::Body;

    #[test]
    fn a_reply_is_promised_to_one_request() {
        let url = "http://a.test/";
        let log = Log::new(&Origin::new().rule(None, url, Some(1), Reply::text("once")));
        let sent = || Sent {
            method: http::Method::GET,
            url: url.to_owned(),
            headers: HeaderMap::new(),
            body: Body::default(),
            early: false,
        };
        assert!(log.promises(&http::Method::GET, url));
        assert!(!log.promises(&http::Method::GET, url), "the second has none, though the first is still on its way");
        assert!(log.arrives(sent()).1.is_some());
        assert!(log.arrives(sent()).1.is_none());
    }
}
