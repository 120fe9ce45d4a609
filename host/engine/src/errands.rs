//! Work that goes on beside a worker, within its run: the requests that it sent and that are on their way.
//!
//! It is polled after the worker, outside its meter, and dropped when the run ends. Rejected: a task for each request, which
//! wakes another core to start and again to hand its outcome back.

use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;

/// The errands of one invocation.
#[derive(Default)]
pub struct Errands(Mutex<FuturesUnordered<BoxFuture<'static, ()>>>);

impl Errands {
    /// One more, from within the worker's own poll.
    pub fn add(&self, work: BoxFuture<'static, ()>) {
        self.lock().push(work);
    }

    /// Polls them; true if any ended, so that the worker may have something to do.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> bool {
        let mut errands = self.lock();
        let mut any = false;
        while let Poll::Ready(Some(())) = errands.poll_next_unpin(cx) {
            any = true;
        }
        any
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Drops them: the run has ended. They hold the invocation, which holds this.
    pub(crate) fn clear(&self) {
        let errands = std::mem::take(&mut *self.lock());
        drop(errands);
    }

    /// Never contended: only the run adds and polls, one after the other.
    fn lock(&self) -> std::sync::MutexGuard<'_, FuturesUnordered<BoxFuture<'static, ()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
