//! What came of a run: the response, every hop, and what arrived at the origin; and the assertions on it.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use tollgate_dispatch::Hop;

use crate::Secrets;
use crate::expect::{Expect, Mismatch};
use crate::message::{Body, End, Received, Sent};
use crate::plain::Plain;
use crate::secrets::redact;
use crate::trace::{Exchange, Printed};

/// A run. Its text is a line for each hop, in order; a test that fails shows it.
#[derive(Debug, Clone)]
pub struct Run {
    /// What the client was answered.
    pub response: Received,
    /// Why no worker answered, in the words that a dispatch worker or the operator's log would have.
    pub failure: Option<String>,
    /// Every request over every hop, in the order in which they were sent. None where the run was not in this process.
    pub exchanges: Option<Vec<Exchange>>,
    /// What workers printed, line by line.
    pub printed: Vec<Printed>,
    /// Faults that were planned and that no request met.
    pub unused_faults: Vec<String>,
    /// What arrived at the origin, in order.
    pub arrived: Vec<Sent>,
    /// How long it took, on its own clock.
    pub lasted: Duration,
}

impl Run {
    /// What crossed a hop.
    pub fn over(&self, hop: Hop) -> Vec<&Exchange> {
        self.exchanges.iter().flatten().filter(|exchange| exchange.hop == hop).collect()
    }

    /// What the outbound worker received: from a customer's worker, or itself as the first.
    pub(crate) fn intercepted(&self) -> Vec<&Exchange> {
        self.exchanges.iter().flatten().filter(|exchange| exchange.to_outbound).collect()
    }

    /// What an expectation and this run disagree on.
    pub fn differs(&self, expect: &Expect) -> Vec<Mismatch> {
        expect.check(self)
    }

    /// What the client and the origin see otherwise than in another run, line by line: `-` is the other run's, `+` this one's.
    /// Nothing where it is the same to both.
    pub fn changes(&self, other: &Self) -> String {
        let outside = |run: &Self| Self { exchanges: None, printed: Vec::new(), ..run.clone() }.to_string();
        let (ours, theirs) = (outside(self), outside(other));
        match (self.outside() == other.outside(), ours == theirs) {
            (true, true) => String::new(),
            (_, false) => crate::expect::difference(&theirs, &ours),
            (false, true) => "a body differs beyond what is shown of it".to_owned(),
        }
    }

    /// With no secret in its bodies, to be told: of a long body only the beginning is, which could cut a secret in two. Nor in
    /// parameters that are called like one, however short.
    pub fn redacted(mut self, secrets: &Secrets) -> Self {
        for exchange in self.exchanges.iter_mut().flatten() {
            exchange.parameters.iter_mut().for_each(|(name, value)| redact(name, value));
        }
        let exchanges = self.exchanges.iter_mut().flatten();
        let passed = exchanges.flat_map(|Exchange { request, answer, .. }| {
            let answered = answer.as_mut().and_then(|answer| answer.as_mut().ok());
            [Some(&mut request.body), answered.map(|response| &mut response.body)].into_iter().flatten()
        });
        let outside = self.arrived.iter_mut().map(|sent| &mut sent.body).chain([&mut self.response.body]);
        passed.chain(outside).for_each(|body| body.bytes = secrets.redacted_bytes(&body.bytes));
        self
    }

    /// The bodies that the client and the origin see, whole.
    fn outside(&self) -> (&[u8], Vec<&[u8]>) {
        (&self.response.body.bytes, self.arrived.iter().map(|sent| sent.body.bytes.as_slice()).collect())
    }

    /// Panics where the run is not as expected, with both sides and the whole run.
    #[track_caller]
    #[allow(clippy::panic, reason = "an assertion")]
    pub fn assert(&self, expect: &Expect) {
        let found = self.differs(expect);
        if !found.is_empty() {
            let found: Vec<_> = found.iter().map(ToString::to_string).collect();
            panic!("the run is not as expected\n{}\n\nthe run\n{self}", found.join("\n"));
        }
    }

    /// Panics where the response is not this one.
    #[track_caller]
    pub fn assert_response(&self, status: u16, body: &str) {
        self.assert(&Expect::new().status(status).body(body));
    }

    /// Panics where the run's text is not this one, with the difference line by line, and where no request met a fault.
    /// Indentation and blank lines at either end do not count.
    #[track_caller]
    #[allow(clippy::panic, reason = "an assertion")]
    pub fn assert_transcript(&self, expected: &str) {
        let tidy =
            |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        let unmet = self.unused_faults.iter().map(|unused| format!("\nfault that no request met: {unused}"));
        let (expected, found) = (tidy(expected), tidy(&(self.to_string() + &unmet.collect::<String>())));
        if expected != found {
            panic!("the run is not as expected\n{}", crate::expect::difference(&expected, &found));
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for exchange in self.exchanges.iter().flatten() {
            writeln!(f, "{}", Line(exchange))?;
        }
        for Printed { worker, line } in &self.printed {
            writeln!(f, "{worker} printed: {}", Plain(line))?;
        }
        for sent in &self.arrived {
            writeln!(f, "arrived: {} {}{}{}", sent.method, sent.url, Headers(&sent.headers), Content(&sent.body))?;
        }
        let Received { status, headers, body } = &self.response;
        write!(f, "response: {}{}{}", status.as_u16(), Headers(headers), Content(body))?;
        match &self.failure {
            Some(failure) => write!(f, "\nfailure: {}", Plain(failure)),
            None => Ok(()),
        }
    }
}

/// One exchange on one line.
struct Line<'a>(&'a Exchange);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Exchange { hop, to, parameters, request, answer, .. } = self.0;
        let to = if *hop == Hop::Network { "network" } else { to };
        write!(f, "to {to}: {} {}{}", request.method, request.url, Headers(&request.headers))?;
        write!(f, "{}", Content(&request.body))?;
        for (name, value) in parameters {
            write!(f, " {name}={}", Plain(&value.to_string()))?;
        }
        match answer {
            None => f.write_str(" => given up"),
            Some(Err(error)) => write!(f, " => error: {}", Plain(error)),
            Some(Ok(response)) => {
                let (status, headers, body) = (response.status.as_u16(), &response.headers, &response.body);
                write!(f, " => {status}{}{}", Headers(headers), Content(body))
            }
        }
    }
}

/// Headers that say something, sorted.
struct Headers<'a>(&'a HeaderMap);

/// What is there for the wire alone.
const NOISE: [&str; 4] = ["content-length", "transfer-encoding", "date", "host"];

impl fmt::Display for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all: Vec<_> = self.0.iter().filter(|(name, _)| !NOISE.contains(&name.as_str())).collect();
        all.sort_by_key(|(name, _)| name.as_str());
        all.iter()
            .try_for_each(|(name, value)| write!(f, ", {name}: {}", Plain(&String::from_utf8_lossy(value.as_bytes()))))
    }
}

/// The most of a body that a line shows, in characters.
const SHOWN: usize = 200;

struct Content<'a>(&'a Body);

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.text();
        if !text.is_empty() {
            let shown: String = text.chars().take(SHOWN).collect();
            let more = if shown.len() < text.len() { "…" } else { "" };
            write!(f, " {shown:?}{more}")?;
        }
        if !self.0.trailers.is_empty() {
            write!(f, " trailers{}", Headers(&self.0.trailers))?;
        }
        match &self.0.end {
            End::Cut(error) => write!(f, " cut: {}", Plain(error)),
            End::Unread | End::Whole => Ok(()),
        }
    }
}
