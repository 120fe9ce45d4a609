//! Compares a run with what is expected of it.

use std::collections::BTreeMap;
use std::fmt;

use http::HeaderMap;
use serde_json::Value;
use tollgate_dispatch::Hop;

use super::field::{listed, values};
use super::{Expect, ExpectRequest, Field, Mismatch, Text};
use crate::Run;
use crate::message::{Body, End, Sent};
use crate::plain::quoted;
use crate::secrets::{body_without_values, field_without_value, line_without_values, redact, without_values};
use crate::trace::Exchange;

impl Expect {
    pub(crate) fn check(&self, run: &Run) -> Vec<Mismatch> {
        let mut found = Differences::default();
        let response = &run.response;
        let status = self.status.map(|status| status.to_string());
        found.equal("status", status.as_deref(), response.status.as_str());
        found.fields("headers", &self.headers, &response.headers);
        found.body("", self.body.as_ref(), &self.trailers, &response.headers, &response.body);
        found.end("cut", self.cut, &response.body.end);
        found.text("failure", self.failure.as_ref(), run.failure.as_deref(), &without_values);
        // Who does not say that no worker answers expects one that does.
        if let (Some(failure), None) = (&run.failure, &self.failure) {
            let words = "an answer of a worker's".to_owned();
            found.told("failure", [words.clone(), failure.clone()], (words, without_values(failure)));
        }
        if let Some(span) = self.lasted_ms.filter(|span| !span.has(run.lasted)) {
            found.add("lasted_ms", span.told(), format!("{} ms", run.lasted.as_millis()));
        }
        let lines: Vec<_> = run.printed.iter().map(|printed| printed.line.as_str()).collect();
        let without = |text: &str| text.lines().map(line_without_values).collect::<Vec<_>>().join("\n");
        found.text("printed", self.printed.as_ref(), Some(&lines.join("\n")), &without);
        for unused in &run.unused_faults {
            found.add("fault", "a request that it is for", format!("none: {unused}"));
        }
        found.hop("dispatch", self.dispatch.as_deref(), run, &run.over(Hop::Dispatch));
        found.hop("service", self.service.as_deref(), run, &run.over(Hop::Service));
        found.hop("outbound", self.outbound.as_deref(), run, &run.intercepted());
        if let Some(expected) = &self.origin {
            let arrived: Vec<_> = run.arrived.iter().map(Seen::arrived).collect();
            found.requests("origin", expected, &arrived);
            run.lost().iter().for_each(|exchange| found.lost(exchange));
        }
        found.0
    }
}

/// A request as it was seen at its end.
struct Seen<'a> {
    sent: &'a Sent,
    /// Who received it, and with which parameters; nobody but the origin.
    exchange: Option<&'a Exchange>,
    /// Whether it was replied to while its body still came.
    early: bool,
}

impl<'a> Seen<'a> {
    fn arrived(sent: &'a Sent) -> Self {
        Self { sent, exchange: None, early: sent.early }
    }

    /// One before the origin, which may have arrived as another or not at all. An early reply excuses that it breaks off where
    /// it came to this very request; where none that arrived is for the same place, to every one of which the body broke off.
    fn over_a_hop(exchange: &'a Exchange, run: &Run) -> Self {
        let sent = &exchange.request;
        let own: Vec<_> = run.arrived.iter().filter(|arrived| arrived.is_for_the_place_of(sent)).collect();
        let among = if own.is_empty() { run.arrived.iter().collect() } else { own };
        let excused = |arrived: &&Sent| arrived.early || !matches!(arrived.body.end, End::Cut(_));
        let early = among.iter().any(|arrived| arrived.early) && among.iter().all(excused);
        Self { sent, exchange: Some(exchange), early }
    }
}

#[derive(Default)]
struct Differences(Vec<Mismatch>);

impl Differences {
    fn add(&mut self, at: &str, expected: impl fmt::Display, found: impl fmt::Display) {
        self.0.push(Mismatch::new(at, expected, found));
    }

    /// One of which something may be secret: what was expected and what was found, and what of both is told.
    fn told(&mut self, at: &str, [expected, found]: [String; 2], told: (String, String)) {
        self.0.push(Mismatch { told: Some(told), ..Mismatch::new(at, expected, found) });
    }

    fn equal(&mut self, at: &str, expected: Option<&str>, found: &str) {
        if let Some(expected) = expected.filter(|expected| *expected != found) {
            self.add(at, expected, found);
        }
    }

    /// `tell` takes away what is called like a secret.
    fn text(&mut self, at: &str, expected: Option<&Text>, found: Option<&str>, tell: &dyn Fn(&str) -> String) {
        let Some(expected) = expected.filter(|expected| !expected.fits(found)) else { return };
        // Both sides alike, so that what differs is what is not the same.
        let by_lines = expected.has_lines() || found.is_some_and(|found| found.contains('\n'));
        let words = |found: Option<&str>| found.map_or_else(|| "nothing".to_owned(), |text| quoted(text, by_lines));
        let told = (expected.without(tell).told(by_lines), words(found.map(tell).as_deref()));
        self.told(at, [expected.told(by_lines), words(found)], told);
    }

    fn fields(&mut self, at: &str, expected: &BTreeMap<String, Field>, found: &HeaderMap) {
        for (name, field) in expected {
            let (at, values) = (format!("{at}.{name}"), values(found, name));
            let tell = |value: &str| field_without_value(name, value);
            match field {
                Field::One(text) => {
                    let joined = values.join(", ");
                    self.text(&at, Some(text), (!values.is_empty()).then_some(joined.as_str()), &tell);
                }
                Field::Each(texts) => self.each(&at, texts, &values, &tell),
            }
        }
    }

    fn each(&mut self, at: &str, expected: &[Text], found: &[String], tell: &dyn Fn(&str) -> String) {
        let fit = expected.iter().zip(found).all(|(text, value)| text.fits(Some(value)));
        if expected.len() != found.len() || !fit {
            let words = |tell: &dyn Fn(&str) -> String| {
                let expected = listed(expected.iter().map(|text| text.without(tell).told(false)));
                (expected, listed(found.iter().map(|value| quoted(&tell(value), false))))
            };
            self.told(at, words(&str::to_owned).into(), words(tell));
        }
    }

    fn body(
        &mut self,
        at: &str,
        text: Option<&Text>,
        trailers: &BTreeMap<String, Field>,
        headers: &HeaderMap,
        found: &Body,
    ) {
        let tell = |text: &str| body_without_values(headers, text, found.end == End::Whole, &str::to_owned);
        self.text(&format!("{at}body"), text, Some(&found.text()), &tell);
        self.fields(&format!("{at}trailers"), trailers, &found.trailers);
    }

    /// Who does not say that a body breaks off expects a whole one.
    fn end(&mut self, at: &str, cut: Option<bool>, found: &End) {
        let words = |cut| if cut { "a body that breaks off" } else { "a whole body" };
        let how = match found {
            End::Whole => words(false).to_owned(),
            End::Cut(_) if cut == Some(true) => words(true).to_owned(),
            End::Cut(why) => format!("one that breaks off: {why}"),
            End::Unread => "a body that did not end".to_owned(),
        };
        self.equal(at, Some(words(cut.unwrap_or_default())), &how);
    }

    fn hop(&mut self, at: &str, expected: Option<&[ExpectRequest]>, run: &Run, found: &[&Exchange]) {
        if let Some(expected) = expected {
            let found: Vec<_> = found.iter().map(|exchange| Seen::over_a_hop(exchange, run)).collect();
            self.requests(at, expected, &found);
        }
    }

    fn requests(&mut self, at: &str, expected: &[ExpectRequest], found: &[Seen<'_>]) {
        if expected.len() != found.len() {
            let number = |count: usize| if count == 1 { "1 request".to_owned() } else { format!("{count} requests") };
            let all = |url: &dyn Fn(&str) -> String| {
                let seen: Vec<_> =
                    found.iter().map(|one| format!("{} {}", one.sent.method, url(&one.sent.url))).collect();
                let seen = if seen.is_empty() { String::new() } else { format!(": {}", seen.join(", ")) };
                number(found.len()) + &seen
            };
            let expected = number(expected.len());
            self.told(at, [expected.clone(), all(&str::to_owned)], (expected, all(&without_values)));
        }
        for (place, (expected, found)) in expected.iter().zip(found).enumerate() {
            self.request(&format!("{at}[{place}]"), expected, found);
        }
    }

    fn request(&mut self, at: &str, expected: &ExpectRequest, Seen { sent, exchange, early }: &Seen<'_>) {
        if let Some(to) = expected.to.as_deref() {
            self.equal(&format!("{at}.to"), Some(to), exchange.map_or("nobody", |exchange| exchange.to.as_str()));
        }
        self.equal(&format!("{at}.method"), expected.method.as_deref(), sent.method.as_str());
        self.text(&format!("{at}.url"), expected.url.as_ref(), Some(&sent.url), &without_values);
        self.fields(&format!("{at}.headers"), &expected.headers, &sent.headers);
        self.body(&format!("{at}."), expected.body.as_ref(), &expected.trailers, &sent.headers, &sent.body);
        // What nobody reads to its end has not broken off.
        match (&sent.body.end, expected.cut) {
            (End::Unread, None | Some(false)) => {}
            (_, None) if *early => {}
            (end, cut) => self.end(&format!("{at}.cut"), cut, end),
        }
        for (name, value) in &expected.parameters {
            let found = exchange.and_then(|exchange| exchange.parameters.get(name));
            if found != Some(value) {
                let words = |found: Option<&Value>| found.map_or_else(|| "nothing".to_owned(), ToString::to_string);
                let told = |value: &Value| {
                    let mut told = value.clone();
                    redact(name, &mut told);
                    told
                };
                let redacted = (told(value).to_string(), words(found.map(told).as_ref()));
                self.told(&format!("{at}.parameters.{name}"), [value.to_string(), words(found)], redacted);
            }
        }
    }

    /// One that was sent to the network, and came to no origin.
    fn lost(&mut self, Exchange { request, answer, .. }: &Exchange) {
        let why = match answer {
            // A host without a rule has no address.
            Some(Err(error)) if error.starts_with("DNS error") => "which no rule is for".to_owned(),
            Some(Err(error)) => format!("which did not arrive: {error}"),
            Some(Ok(_)) | None => "which did not arrive".to_owned(),
        };
        let found = |url: &str| format!("{} {url}, {why}", request.method);
        let (words, told) = ("no other request".to_owned(), found(&without_values(&request.url)));
        self.told("origin", [words.clone(), found(&request.url)], (words, told));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderValue, Method, StatusCode};

    use super::*;
    use crate::Received;

    fn sent(url: &str, early: bool, end: End) -> Sent {
        let body = Body { end, ..Body::default() };
        Sent { method: Method::POST, url: url.to_owned(), headers: HeaderMap::new(), body, early }
    }

    fn intercepted(request: Sent) -> Exchange {
        Exchange {
            hop: Hop::Outbound,
            to: "outbound".to_owned(),
            to_outbound: true,
            parameters: BTreeMap::new(),
            at: Duration::ZERO,
            request,
            kept_back: false,
            answer: None,
        }
    }

    /// Where a run differs in which the outbound worker received such requests, each of which breaks off.
    fn unexcused(received: &[&str], arrived: Vec<Sent>) -> Vec<String> {
        let exchanges: Vec<_> = received.iter().map(|url| intercepted(sent(url, false, cut()))).collect();
        let run = Run {
            response: Received { status: StatusCode::OK, headers: HeaderMap::new(), body: Body::default() },
            failure: None,
            exchanges: Some(exchanges),
            printed: Vec::new(),
            unused_faults: Vec::new(),
            arrived,
            lasted: Duration::ZERO,
        };
        let mut all = Differences::default();
        let expected: Vec<_> = received.iter().map(|_| ExpectRequest::any()).collect();
        all.hop("outbound", Some(&expected), &run, &run.intercepted());
        all.0.into_iter().map(|one| one.at).collect()
    }

    fn cut() -> End {
        End::Cut("gone".to_owned())
    }

    #[test]
    fn an_early_reply_excuses_no_other_request_that_breaks_off() {
        let (here, there) = ("http://a.test/here", "http://a.test/there");
        let early = || sent(here, true, cut());
        assert_eq!(unexcused(&[here], vec![early()]), Vec::<String>::new());
        assert_eq!(unexcused(&[here, there], vec![early(), sent(there, false, cut())]), ["outbound[1].cut"]);
        // Sent on as another: nobody knows which is which, and one of the two has no excuse.
        let both = ["http://b.test/1", "http://b.test/2"];
        assert_eq!(unexcused(&both[..1], vec![early(), sent(there, false, End::Whole)]), Vec::<String>::new());
        let found = unexcused(&both, vec![early(), sent(there, false, cut())]);
        assert_eq!(found, ["outbound[0].cut", "outbound[1].cut"]);
    }

    fn told(expected: &Field, found: &[&'static str]) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for value in found {
            headers.append("set-cookie", HeaderValue::from_static(value));
        }
        let mut all = Differences::default();
        all.fields("headers", &BTreeMap::from([("set-cookie".to_owned(), expected.clone())]), &headers);
        all.0.iter().map(|one| format!("{one} | {}", one.clone().redacted())).collect()
    }

    #[test]
    fn a_header_twice_is_told_from_one_of_both() {
        let each = Field::each(&["a", "b"]);
        assert_eq!((told(&each, &["a", "b"]), told(&Field::is("a, b"), &["a", "b"])), (Vec::new(), Vec::new()));
        let joined = "headers.set-cookie: expected [\"a\", \"b\"], found [\"a, b\"]";
        let redacted = "headers.set-cookie: expected [\"[redacted]\", \"[redacted]\"], found [\"[redacted]\"]";
        assert_eq!(told(&each, &["a, b"]), [format!("{joined} | {redacted}")]);
        assert_eq!((told(&each, &["b", "a"]).len(), told(&each, &["a"]).len(), told(&each, &[]).len()), (1, 1, 1));
        assert_eq!((told(&Field::Each(Vec::new()), &[]).len(), told(&Field::Each(Vec::new()), &["a"]).len()), (0, 1));
    }
}
