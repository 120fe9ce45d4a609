//! Whether a connection is in use, and since when it is not: an idle one may be closed to make room for another.
//!
//! Closing takes two steps, so that it never meets a request half-way. One that needs room asks for the connection. If the task that
//! reads it sees this first, the connection is closed, and hyper's pool sends a request that chose it over another one. If a
//! request writes first, the connection stays, and room must be made elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Waker;
use std::time::Instant;

use futures::task::AtomicWaker;
use tokio::sync::{Notify, Semaphore};

const BUSY: u64 = 0;
/// Asked for, and still open.
const WANTED: u64 = u64::MAX - 1;
const CLOSED: u64 = u64::MAX;

/// The state of one connection. Its stream marks it as busy when it writes; the end of a response marks it as idle.
pub(crate) struct Mark {
    /// [`BUSY`], [`WANTED`], [`CLOSED`], or the nanoseconds after `start` at which it became idle.
    state: AtomicU64,
    start: Instant,
    /// Wakes the task that reads, which then sees the end of the connection.
    reader: AtomicWaker,
    /// Wakes the one that asked for it, if a request was quicker.
    kept: Notify,
    pub(super) chain: Arc<Semaphore>,
    pub(super) namespace: Arc<Semaphore>,
}

/// The mark of the connection that a response came over.
#[derive(Clone)]
pub(crate) struct Marked(pub(crate) Arc<Mark>);

impl Mark {
    pub(super) fn new(start: Instant, chain: Arc<Semaphore>, namespace: Arc<Semaphore>) -> Self {
        Self { state: AtomicU64::new(BUSY), start, reader: AtomicWaker::new(), kept: Notify::new(), chain, namespace }
    }

    /// Marks the connection as in use. False if it is closed.
    pub(crate) fn is_used(&self) -> bool {
        let open = |was| (was != CLOSED).then_some(BUSY);
        let before = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, open);
        if before == Ok(WANTED) {
            self.kept.notify_one();
        }
        before.is_ok()
    }

    /// Marks the connection as idle from now on.
    pub(crate) fn rest(&self) {
        let now = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(WANTED - 1).clamp(1, WANTED - 1);
        let _closing = self.state.compare_exchange(BUSY, now, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Whether the connection is closed, from now on at the latest if it is wanted. If not, `waker` is woken when it is.
    pub(crate) fn is_closing(&self, waker: &Waker) -> bool {
        self.reader.register(waker);
        match self.state.compare_exchange(WANTED, CLOSED, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => true,
            Err(state) => state == CLOSED,
        }
    }

    /// Since when it is idle. None if it is not.
    pub(super) fn idle_since(&self) -> Option<u64> {
        Some(self.state.load(Ordering::Acquire)).filter(|state| ![BUSY, WANTED, CLOSED].contains(state))
    }

    /// Asks for the connection, if it has been idle since then.
    pub(super) fn close(&self, since: u64) -> bool {
        let asked = self.state.compare_exchange(since, WANTED, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if asked {
            self.reader.wake();
        }
        asked
    }

    /// Waits until a request keeps the connection that was asked for.
    pub(super) async fn kept(&self) {
        self.kept.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idle() -> (Mark, u64) {
        let (chain, namespace) = (Arc::new(Semaphore::new(1)), Arc::new(Semaphore::new(1)));
        let mark = Mark::new(Instant::now(), chain, namespace);
        mark.rest();
        let since = mark.idle_since().unwrap_or_default();
        (mark, since)
    }

    #[tokio::test]
    async fn a_connection_is_either_closed_or_used() {
        let (mark, since) = idle();
        assert!(mark.close(since) && !mark.close(since));
        assert!(mark.is_used(), "the request was quicker");
        mark.kept().await;
        assert!(!mark.is_closing(Waker::noop()));
        mark.rest();
        assert!(mark.idle_since().is_some_and(|since| mark.close(since)));
        assert!(mark.is_closing(Waker::noop()), "the reader was quicker");
        assert!(!mark.is_used() && mark.is_closing(Waker::noop()));
    }
}
