//! What came of a run: the response, every hop, and what arrived at the origin; and the assertions on it.

mod redact;

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use tollgate_dispatch::Hop;

use crate::Secrets;
use crate::expect::{Expect, Mismatch};
use crate::message::{Body, End, Received, Sent};
use crate::plain::Plain;
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

    /// Requests to the network that came to no origin, and that no planned fault kept back.
    pub fn lost(&self) -> Vec<&Exchange> {
        self.unarrived().into_iter().filter(|exchange| !exchange.kept_back).collect()
    }

    /// Requests to the network that came to no origin.
    fn unarrived(&self) -> Vec<&Exchange> {
        let answered = |exchange: &&Exchange| !exchange.kept_back && matches!(exchange.answer, Some(Ok(_)));
        let (answered, others): (Vec<_>, Vec<_>) = self.over(Hop::Network).into_iter().partition(answered);
        let mut arrived: Vec<_> = self.arrived.iter().collect();
        let mut arrives = |exchange: &Exchange| {
            let place = arrived.iter().position(|sent| sent.is_for_the_place_of(&exchange.request));
            place.map(|place| arrived.remove(place)).is_some()
        };
        for exchange in answered {
            arrives(exchange);
        }
        others.into_iter().filter(|exchange| exchange.kept_back || !arrives(exchange)).collect()
    }

    /// What the client and the network see otherwise than in another run, line by line: `-` is the other run's, `+` this one's.
    /// Nothing where it is the same to both. Secrets differ, and are not told.
    pub fn changes(&self, other: &Self, secrets: &Secrets) -> String {
        let (ours, theirs) = (self.outside(), other.outside());
        if ours.to_string() == theirs.to_string() && ours.bodies() == theirs.bodies() {
            return String::new();
        }
        let [ours, theirs] = [ours, theirs].map(|run| secrets.redacted(&run.redacted(secrets).to_string()));
        match ours == theirs {
            true => "what differs is a secret, or beyond what is shown of a body".to_owned(),
            false => crate::expect::difference(&theirs, &ours),
        }
    }

    /// As it is seen from outside: what was sent to the network and did not arrive is seen too.
    fn outside(&self) -> Self {
        let unarrived = self.exchanges.as_ref().map(|_| self.unarrived().into_iter().cloned().collect());
        Self { exchanges: unarrived, printed: Vec::new(), ..self.clone() }
    }

    /// The bodies that it has, whole.
    fn bodies(&self) -> Vec<&[u8]> {
        let sent = self.exchanges.iter().flatten().map(|exchange| &exchange.request).chain(&self.arrived);
        sent.map(|sent| &sent.body).chain([&self.response.body]).map(|body| body.bytes.as_slice()).collect()
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
