//! The host's log as an observer.
//!
//! - target `request`, level debug: every request that leaves a worker, with its answer. If an error came back, it has the words of the
//!   error, for the operator: a worker that did not dispatch sees only its code. If nothing came back before the sender gave up, it
//!   says so. Queries, which may hold credentials, are left out.
//! - target `invocation`, level debug: how every invocation ended, and what it used.
//! - target `worker`, level info: what workers print.
//! - level warn: every worker that failed. Level info: every run that ended because its worker was stopped.

use std::fmt;
use std::time::Instant;

use tollgate_engine::{CallError, Report};
use tollgate_types::{Plain, WorkerId};
use tracing::Level;

use crate::crossing::{Answer, Crossing, Request};
use crate::invoked::Invoked;
use crate::observe::{End, Observer, Printed, Span};
use crate::request_id::RequestId;

/// The log's targets.
const REQUEST: &str = "request";
const INVOCATION: &str = "invocation";

/// A URL as the log may have it: without its query.
pub fn loggable(url: &http::Uri) -> String {
    let text = url.to_string();
    match text.split_once('?') {
        None => text,
        Some((before, _)) => format!("{before}?…"),
    }
}

/// The host's log.
pub(crate) struct RequestLog;

impl Observer for RequestLog {
    fn watches_crossings(&self) -> bool {
        tracing::enabled!(target: REQUEST, Level::DEBUG)
    }

    fn watches_invocations(&self) -> bool {
        tracing::enabled!(target: INVOCATION, Level::DEBUG)
    }

    fn crossing(&self, crossing: &Crossing, request: &Request) -> Option<Box<dyn Span>> {
        // The front door logs the requests that come in.
        let from = crossing.from()?;
        Some(Box::new(Sent::new(from, crossing, request)))
    }

    fn ended(&self, invoked: Invoked<'_>, end: &End<'_>) {
        log_failure(invoked, end.report);
        if self.watches_invocations() {
            log_end(invoked, end);
        }
    }

    fn printed(&self, invoked: Invoked<'_>, printed: &Printed<'_>) {
        let Invoked { version, request_id, .. } = invoked;
        let (namespace, worker) = (invoked.namespace(), invoked.worker.name.as_str());
        let Printed { stream, shown, .. } = printed;
        tracing::info!(target: "worker", namespace, worker, version, stream, %request_id, "{shown}");
    }
}

fn log_failure(invoked: Invoked<'_>, report: &Report<'_>) {
    let Some(error) = report.error else { return };
    let Invoked { version, request_id, .. } = invoked;
    let (namespace, worker) = (invoked.namespace(), invoked.worker.name.as_str());
    if matches!(error, CallError::Stopped) {
        // The operator's doing, and no fault of the worker's.
        tracing::info!(namespace, worker, version, %request_id, "{error}");
        return;
    }
    // The worker's own words may be in it.
    let error = Plain(&error.to_string()).to_string();
    tracing::warn!(namespace, worker, version, %request_id, %error, "worker failed");
}

fn log_end(invoked: Invoked<'_>, end: &End<'_>) {
    let Invoked { version, request_id, depth, .. } = invoked;
    let (namespace, worker, outcome) = (invoked.namespace(), invoked.worker.name.as_str(), end.report.outcome.as_str());
    let cpu_us = u64::try_from(end.report.cpu.as_micros()).unwrap_or(u64::MAX);
    let wall_us = u64::try_from(end.report.wall.as_micros()).unwrap_or(u64::MAX);
    let (memory_bytes, bytes_in, bytes_out) = (end.report.memory_bytes, end.report.bytes_in, end.report.bytes_out);
    let subrequests = end.subrequests;
    tracing::debug!(
        target: INVOCATION, namespace, worker, version, depth, outcome, cpu_us, wall_us, memory_bytes, subrequests, bytes_in,
        bytes_out, %request_id
    );
}

/// A request that crosses.
struct Sent {
    from: WorkerId,
    version: u64,
    request_id: RequestId,
    method: http::Method,
    url: String,
    to: String,
    since: Instant,
    answered: bool,
}

impl Sent {
    fn new(from: Invoked<'_>, crossing: &Crossing, request: &Request) -> Self {
        let to = match crossing.to() {
            Some(worker) => worker.name.to_string(),
            None if crossing.is_denied() => "nowhere".to_owned(),
            None => "network".to_owned(),
        };
        Self {
            from: from.worker.clone(),
            version: from.version,
            request_id: from.request_id,
            method: request.method().clone(),
            url: loggable(request.uri()),
            to,
            since: Instant::now(),
            answered: false,
        }
    }

    fn log(&self, answer: &dyn fmt::Display) {
        let Self { from, version, request_id, method, url, to, since, .. } = self;
        let sender = Invoked { request_id: *request_id, worker: from, version: *version, depth: 0, number: 0 };
        let (namespace, worker) = (sender.namespace(), from.name.as_str());
        let ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        // An error may be in a worker's own words.
        let answer = Plain(&answer.to_string()).to_string();
        tracing::debug!(target: REQUEST, namespace, worker, version, to, %method, url, ms, %request_id, %answer);
    }
}

impl Span for Sent {
    fn answered(mut self: Box<Self>, answer: &Answer) {
        self.answered = true;
        match answer {
            Ok(response) => self.log(&response.status().as_str()),
            // Without the words that a dispatch worker reads before it.
            Err(tollgate_worlds::DispatchError::WorkerError(error)) => self.log(error),
            Err(error) => self.log(error),
        }
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if !self.answered {
            self.log(&"given up");
        }
    }
}
