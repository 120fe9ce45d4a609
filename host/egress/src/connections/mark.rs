//! Whether a connection is in use, and since when it is not: an idle one may be closed to make room for another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Waker;
use std::time::Instant;

use futures::task::AtomicWaker;
use tokio::sync::Semaphore;

const BUSY: u64 = 0;
const CLOSING: u64 = u64::MAX;

/// The state of one connection. Its stream marks it as busy when it writes; the end of a response marks it as idle.
pub(crate) struct Mark {
    /// [`BUSY`], [`CLOSING`], or the nanoseconds after `start` at which it became idle.
    state: AtomicU64,
    start: Instant,
    /// Wakes the task that reads, which then sees the end of the connection.
    reader: AtomicWaker,
    pub(super) chain: Arc<Semaphore>,
    pub(super) namespace: Arc<Semaphore>,
}

/// The mark of the connection that a response came over.
#[derive(Clone)]
pub(crate) struct Marked(pub(crate) Arc<Mark>);

impl Mark {
    pub(super) fn new(start: Instant, chain: Arc<Semaphore>, namespace: Arc<Semaphore>) -> Self {
        Self { state: AtomicU64::new(BUSY), start, reader: AtomicWaker::new(), chain, namespace }
    }

    /// Marks the connection as in use. False if it is being closed.
    pub(crate) fn is_used(&self) -> bool {
        self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |was| (was != CLOSING).then_some(BUSY)).is_ok()
    }

    /// Marks the connection as idle from now on.
    pub(crate) fn rest(&self) {
        let now = u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(CLOSING - 1).clamp(1, CLOSING - 1);
        let _closing = self.state.compare_exchange(BUSY, now, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Whether the connection is being closed. If not, `waker` is woken when it is.
    pub(crate) fn is_closing(&self, waker: &Waker) -> bool {
        self.reader.register(waker);
        self.state.load(Ordering::Acquire) == CLOSING
    }

    /// Since when it is idle. None if it is not.
    pub(super) fn idle_since(&self) -> Option<u64> {
        Some(self.state.load(Ordering::Acquire)).filter(|state| ![BUSY, CLOSING].contains(state))
    }

    /// Closes the connection, if it has been idle since then.
    pub(super) fn close(&self, since: u64) -> bool {
        let closed = self.state.compare_exchange(since, CLOSING, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if closed {
            self.reader.wake();
        }
        closed
    }
}
