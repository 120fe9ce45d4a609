//! Every request that leaves a worker, by its one way out, through a binding or to a worker that it dispatches to, in the
//! log, with its answer: at level debug under the target `request`, so that it costs one comparison where nobody asks. What
//! came back as an error is said in the words that the worker saw; that nothing came back before somebody gave up is said
//! too. Queries, where credentials are, are not.

use std::fmt;
use std::time::Instant;

use tollgate_types::{Plain, WorkerId};
use tracing::Level;
use wasmtime_wasi_http::WasiBody;

use crate::invocation::{Egress, Invocation};
use crate::state::namespace;

/// The log's target.
const TARGET: &str = "request";

/// A URL as the log may have it: without its query.
pub fn loggable(url: &http::Uri) -> String {
    let text = url.to_string();
    match text.split_once('?') {
        None => text,
        Some((before, _)) => format!("{before}?…"),
    }
}

/// Who sends, as the log has it.
#[derive(Clone)]
pub(crate) struct Sender {
    id: WorkerId,
    version: u64,
}

impl Sender {
    /// Nobody, where nobody listens.
    pub(crate) fn of(invocation: &Invocation) -> Option<Self> {
        let heard = tracing::enabled!(target: TARGET, Level::DEBUG);
        heard.then(|| Self { id: invocation.id.clone(), version: invocation.worker.record.version.0 })
    }
}

/// A request on its way.
pub(crate) struct Sent {
    from: Sender,
    method: http::Method,
    url: String,
    to: String,
    since: Instant,
    answered: bool,
}

impl Sent {
    /// What there will be to say of a request that takes the one way out; nothing where nobody listens.
    pub(crate) fn of(from: &Invocation, request: &http::Request<WasiBody>) -> Option<Self> {
        let sender = Sender::of(from)?;
        let to = match &from.egress {
            Egress::Outbound(worker, _) => worker.to_string(),
            Egress::Network => "network".to_owned(),
            Egress::Denied => "nowhere".to_owned(),
        };
        Some(Self::to(&sender, &to, request))
    }

    /// What there will be to say of one that goes elsewhere.
    pub(crate) fn to(from: &Sender, to: &str, request: &http::Request<WasiBody>) -> Self {
        let (method, url) = (request.method().clone(), loggable(request.uri()));
        Self { from: from.clone(), method, url, to: to.to_owned(), since: Instant::now(), answered: false }
    }

    /// Says it, once its response's head is there.
    pub(crate) fn answered<E: fmt::Display>(mut self, answer: &Result<http::Response<WasiBody>, E>) {
        self.answered = true;
        match answer {
            Ok(response) => self.say(&response.status().as_str()),
            Err(error) => self.say(error),
        }
    }

    fn say(&self, answer: &dyn fmt::Display) {
        let Self { from: Sender { id, version }, method, url, to, since, .. } = self;
        let namespace = namespace(id);
        let ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let worker = id.name.as_str();
        // An error may be in a worker's own words.
        let answer = Plain(&answer.to_string()).to_string();
        tracing::debug!(target: TARGET, namespace, worker, version, to, %method, url, ms, %answer);
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if !self.answered {
            self.say(&"given up");
        }
    }
}
