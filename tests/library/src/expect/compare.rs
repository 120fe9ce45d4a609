//! Compares a run with what is expected of it.

use std::collections::BTreeMap;
use std::fmt;

use http::HeaderMap;
use serde_json::Value;

use super::{Expect, ExpectRequest, Mismatch, Text};
use crate::Run;
use crate::message::{Body, End, Sent};
use crate::plain::quoted;

impl Expect {
    pub(crate) fn check(&self, run: &Run) -> Vec<Mismatch> {
        let mut found = Differences::default();
        let response = &run.response;
        let status = self.status.map(|status| status.to_string());
        found.equal("status", status.as_deref(), response.status.as_str());
        found.fields("headers", &self.headers, &response.headers);
        found.body("", self.body.as_ref(), &self.trailers, &response.body);
        // Who does not say that the body breaks off expects a whole one.
        let words = |cut| if cut { "a body that breaks off" } else { "a whole body" };
        let how = match &response.body.end {
            End::Whole => words(false).to_owned(),
            End::Cut(_) if self.cut == Some(true) => words(true).to_owned(),
            End::Cut(why) => format!("one that breaks off: {why}"),
            End::Unread => "a body that did not end".to_owned(),
        };
        found.equal("cut", Some(words(self.cut.unwrap_or_default())), &how);
        found.text("failure", self.failure.as_ref(), run.failure.as_deref());
        // Who expects neither a status nor a failure expects a worker that answers.
        if let (Some(failure), None, None) = (&run.failure, &self.failure, self.status) {
            found.add("failure", "an answer of a worker's", failure);
        }
        for unused in &run.unused_faults {
            found.add("fault", "a request that it is for", format!("none: {unused}"));
        }
        if let Some(expected) = &self.outbound {
            let seen = run.intercepted();
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
        // Both sides alike, so that what differs is what is not the same.
        let by_lines = expected.has_lines() || found.is_some_and(|found| found.contains('\n'));
        let found = found.map_or_else(|| "nothing".to_owned(), |found| quoted(found, by_lines));
        self.add(at, expected.told(by_lines), found);
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
        if let (Some(_), End::Cut(why)) = (&expected.body, &sent.body.end) {
            self.add(&format!("{at}.body"), "a whole body", format!("one that breaks off: {why}"));
        }
        for (name, value) in &expected.parameters {
            let found = parameters.and_then(|all| all.get(name));
            if found != Some(value) {
                let found = found.map_or_else(|| "nothing".to_owned(), ToString::to_string);
                self.add(&format!("{at}.parameters.{name}"), value, found);
            }
        }
    }
}
