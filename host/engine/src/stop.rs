//! The signal that ends all invocations of a worker.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use tokio::sync::Notify;

/// Ends every invocation that holds it. A worker that goes on after that needs a new one.
#[derive(Debug, Default)]
pub struct Stop {
    stopped: AtomicBool,
    notify: Notify,
}

impl Stop {
    /// Ends the invocations.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.notify.notify_waiters();
    }

    /// Waits until they are to end. It costs nothing until it is polled, which an invocation that never waits does not do.
    pub(crate) async fn stopped(&self) {
        let mut notified = pin!(self.notify.notified());
        poll_fn(|cx| {
            // Registered before the flag is read, so that no signal falls between the two.
            let polled = notified.as_mut().poll(cx);
            if self.stopped.load(Ordering::Acquire) { Poll::Ready(()) } else { polled }
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn those_that_wait_and_those_that_come_later_are_stopped() {
        let stop = Arc::<Stop>::default();
        let waits = tokio::spawn({
            let stop = stop.clone();
            async move { stop.stopped().await }
        });
        tokio::task::yield_now().await;
        assert!(stop.stopped().now_or_never().is_none());
        stop.stop();
        assert!(waits.await.is_ok());
        assert!(stop.stopped().now_or_never().is_some());
    }
}
