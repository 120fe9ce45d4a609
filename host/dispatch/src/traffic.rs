//! Every request that takes a worker's one way out, in the log, with its answer: at level debug under the target `request`,
//! so that it costs one comparison where nobody asks. What came back as an error is said in the words that the worker saw;
//! that nothing came back before somebody gave up is said too. Queries, where credentials are, are not.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use tracing::Level;
use wasmtime_wasi_http::{Error, WasiBody};

use crate::invocation::{Egress, Invocation};
use crate::state::names;

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

/// A request on its way.
pub(crate) struct Sent {
    from: Arc<Invocation>,
    method: http::Method,
    url: String,
    to: String,
    since: Instant,
    answered: bool,
}

impl Sent {
    /// What there will be to say of it; nothing where nobody listens.
    pub(crate) fn of(from: &Arc<Invocation>, request: &http::Request<WasiBody>) -> Option<Self> {
        if !tracing::enabled!(target: TARGET, Level::DEBUG) {
            return None;
        }
        let to = match &from.egress {
            Egress::Outbound(worker, _) => worker.to_string(),
            Egress::Network => "network".to_owned(),
            Egress::Denied => "nowhere".to_owned(),
        };
        let (method, url) = (request.method().clone(), loggable(request.uri()));
        Some(Self { from: from.clone(), method, url, to, since: Instant::now(), answered: false })
    }

    /// Says it, once its response's head is there.
    pub(crate) fn answered(mut self, answer: &Result<http::Response<WasiBody>, Error>) {
        self.answered = true;
        self.say(&Outcome(answer));
    }

    fn say(&self, answer: &dyn fmt::Display) {
        let (namespace, worker, version) = names(&self.from);
        let Self { method, url, to, since, .. } = self;
        let ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
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

/// A status, or an error.
struct Outcome<'a>(&'a Result<http::Response<WasiBody>, Error>);

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(response) => f.write_str(response.status().as_str()),
            Err(error) => write!(f, "{error}"),
        }
    }
}
