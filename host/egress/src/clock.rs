//! The times that a worker may set on a request, and the clock that keeps the first two.
//!
//! Hyper's pooling client gives its connector a URL and nothing else, so the connect time of *this* request reaches the
//! connector through a task-local: the client calls the connector inside the future that asks (`one_connection_for` in
//! hyper-util), never in a task of its own. Rejected: a client per connect time, which would break up the pool.
//!
//! The first-byte time starts when nothing is left to wait for but the origin. It stands still while a connection is made
//! (that has its own limit) and starts anew with each piece of the request body: a long upload is not a silent origin.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tollgate_types::config::EgressConfig;
use wasmtime_wasi_http::RequestOptions;

/// No silence is waited for longer, whatever a worker asks: keeps the arithmetic of instants from overflowing.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

tokio::task_local! {
    pub(crate) static CLOCK: Clock;
}

/// The three times of one request, with defaults and ceilings applied; or, of a network, the times of a request that asks for
/// none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    pub(crate) connect: Duration,
    pub(crate) first_byte: Duration,
    pub(crate) between_bytes: Duration,
}

impl Timeouts {
    /// The times of a request that asks for none.
    pub(crate) fn new(config: &EgressConfig) -> Self {
        Self {
            connect: Duration::from_millis(config.connect_ms),
            first_byte: Duration::from_millis(config.first_byte_ms),
            between_bytes: Duration::from_millis(config.between_bytes_ms),
        }
    }

    /// The times of a request. It can ask for less time to connect, not for more, since a connection that its request no longer
    /// waits for is finished in the background.
    pub(crate) fn of(self, options: Option<RequestOptions>) -> Self {
        let options = options.unwrap_or_default();
        Self {
            connect: options.connect_timeout.unwrap_or(self.connect).min(self.connect),
            first_byte: options.first_byte_timeout.unwrap_or(self.first_byte).min(LONGEST),
            between_bytes: options.between_bytes_timeout.unwrap_or(self.between_bytes).min(LONGEST),
        }
    }
}

impl From<Timeouts> for RequestOptions {
    fn from(Timeouts { connect, first_byte, between_bytes }: Timeouts) -> Self {
        Self {
            connect_timeout: Some(connect),
            first_byte_timeout: Some(first_byte),
            between_bytes_timeout: Some(between_bytes),
        }
    }
}

/// Since when a request waits for its origin; `None` while a connection is made.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    timeouts: Timeouts,
    waits_since: watch::Sender<Option<Instant>>,
}

impl Clock {
    pub(crate) fn start(timeouts: Timeouts) -> Self {
        Self { timeouts, waits_since: watch::Sender::new(Some(Instant::now())) }
    }

    pub(crate) fn restart(&self) {
        self.waits_since.send_replace(Some(Instant::now()));
    }

    /// Stands still until the guard is dropped.
    pub(crate) fn pause(&self) -> Paused {
        self.waits_since.send_replace(None);
        Paused(self.clone())
    }

    /// Ends when the origin has been silent for the first-byte time.
    pub(crate) async fn first_byte_is_late(&self) {
        let mut changes = self.waits_since.subscribe();
        loop {
            let since = *changes.borrow_and_update();
            tokio::select! {
                // A change first: what came a moment ago is no silence.
                biased;
                // The sender is in `self`: this cannot be an error while `self` lives.
                _ = changes.changed() => {}
                () = silence(since, self.timeouts.first_byte) => return,
            }
        }
    }
}

async fn silence(since: Option<Instant>, limit: Duration) {
    match since {
        Some(since) => sleep_until(since + limit).await,
        None => std::future::pending().await,
    }
}

/// Lets the clock run again when dropped, also when the connection failed.
pub(crate) struct Paused(Clock);

impl Paused {
    pub(crate) fn connect_limit(&self) -> Duration {
        self.0.timeouts.connect
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        self.0.restart();
    }
}
