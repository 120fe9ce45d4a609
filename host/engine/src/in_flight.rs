//! Subrequests in flight: the requests that a worker sent and that are not answered yet, and the rest of request bodies whose
//! receivers have left (`body.rs`).
//!
//! They are polled after the worker, outside its meter, and dropped when the run ends. Rejected: a task for each request, which
//! wakes another core to start and again to hand its result back.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;

type Work = BoxFuture<'static, ()>;

/// The subrequests in flight of one invocation.
#[derive(Default)]
pub struct InFlight {
    /// Never contended: only the run polls it. None until the first work: most workers send nothing.
    polled: Mutex<Option<FuturesUnordered<Work>>>,
    new: Mutex<New>,
}

/// Work that was added since the last poll.
#[derive(Default)]
struct New {
    work: Vec<Work>,
    /// Wakes the run, unless the run is polling just now.
    waker: Option<Waker>,
    over: bool,
}

impl InFlight {
    /// Adds work, from within the worker's own poll.
    pub fn add(&self, work: Work) {
        lock(&self.new).work.push(work);
    }

    /// Adds work from anywhere. It is dropped if the run has ended.
    pub(crate) fn hand_over(&self, work: Work) {
        let mut new = lock(&self.new);
        if new.over {
            return;
        }
        new.work.push(work);
        if let Some(waker) = new.waker.take() {
            drop(new);
            waker.wake();
        }
    }

    /// Wakes the run, so that it looks at what has changed.
    pub(crate) fn wake(&self) {
        let waker = lock(&self.new).waker.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Polls all work. True if some of it ended, so that the worker may have something to do.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> bool {
        let mut polled = lock(&self.polled);
        let mut any = false;
        loop {
            let mut new = lock(&self.new);
            if new.work.is_empty() && polled.is_none() {
                new.waker = Some(cx.waker().clone());
                return any;
            }
            new.waker = None;
            if !new.work.is_empty() {
                polled.get_or_insert_default().extend(new.work.drain(..));
            }
            drop(new);
            while let Some(polled) = &mut *polled
                && let Poll::Ready(Some(())) = polled.poll_next_unpin(cx)
            {
                any = true;
            }
            let mut new = lock(&self.new);
            if new.work.is_empty() {
                new.waker = Some(cx.waker().clone());
                return any;
            }
        }
    }

    /// Whether nothing is in flight. While a compute thread polls the work, some is.
    pub(crate) fn is_empty(&self) -> bool {
        let none = |polled: MutexGuard<'_, Option<FuturesUnordered<Work>>>| {
            polled.as_ref().is_none_or(FuturesUnordered::is_empty)
        };
        self.polled.try_lock().is_ok_and(none) && lock(&self.new).work.is_empty()
    }

    /// Drops all work, since the run has ended. The work holds the invocation, which holds this: without this, neither is freed.
    pub(crate) fn clear(&self) {
        let new = std::mem::replace(&mut *lock(&self.new), New { over: true, ..New::default() });
        let polled = lock(&self.polled).take();
        drop((new, polled));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::future::{pending, poll_fn};
    use std::sync::Arc;
    use std::time::Duration;

    use futures::FutureExt as _;

    use super::*;

    fn polled(in_flight: Arc<InFlight>) -> impl Future<Output = ()> {
        poll_fn(move |cx| if in_flight.poll(cx) { Poll::Ready(()) } else { Poll::Pending })
    }

    #[tokio::test]
    async fn work_added_while_the_run_waits_wakes_the_run() {
        let in_flight = Arc::<InFlight>::default();
        let run = tokio::spawn(polled(in_flight.clone()));
        tokio::task::yield_now().await;
        in_flight.hand_over(async {}.boxed());
        tokio::time::timeout(Duration::from_secs(10), run).await.unwrap().unwrap();
        assert!(in_flight.is_empty());
    }

    #[tokio::test]
    async fn work_may_add_work_until_the_run_is_over() {
        let in_flight = Arc::<InFlight>::default();
        let other = in_flight.clone();
        in_flight.add(async move { other.hand_over(pending().boxed()) }.boxed());
        polled(in_flight.clone()).await;
        assert!(!in_flight.is_empty());
        in_flight.clear();
        in_flight.hand_over(pending().boxed());
        assert!(in_flight.is_empty(), "the run is over");
    }
}
