//! Work that goes on beside a worker, within its run: the requests that it sent and that are on their way, and the bodies of
//! those whose readers have left (`body.rs`).
//!
//! It is polled after the worker, outside its meter, and dropped when the run ends. Rejected: a task for each request, which
//! wakes another core to start and again to hand its outcome back.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;

type Work = BoxFuture<'static, ()>;

/// The errands of one invocation.
#[derive(Default)]
pub struct Errands {
    /// Never contended: only the run polls them.
    under_way: Mutex<FuturesUnordered<Work>>,
    new: Mutex<New>,
}

/// What came since they were last polled.
#[derive(Default)]
struct New {
    work: Vec<Work>,
    /// Of the run, where it is not polling them just now.
    waker: Option<Waker>,
    over: bool,
}

impl Errands {
    /// One more, from within the worker's own poll.
    pub fn add(&self, work: Work) {
        lock(&self.new).work.push(work);
    }

    /// One more, from wherever. Dropped where the run has ended.
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

    /// Polls them; true if any ended, so that the worker may have something to do.
    pub(crate) fn poll(&self, cx: &mut Context<'_>) -> bool {
        let mut under_way = lock(&self.under_way);
        let mut any = false;
        loop {
            let mut new = lock(&self.new);
            new.waker = None;
            under_way.extend(new.work.drain(..));
            drop(new);
            while let Poll::Ready(Some(())) = under_way.poll_next_unpin(cx) {
                any = true;
            }
            let mut new = lock(&self.new);
            if new.work.is_empty() {
                new.waker = Some(cx.waker().clone());
                return any;
            }
        }
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        lock(&self.under_way).is_empty() && lock(&self.new).work.is_empty()
    }

    /// Drops them: the run has ended. They hold the invocation, which holds this.
    pub(crate) fn clear(&self) {
        let new = std::mem::replace(&mut *lock(&self.new), New { over: true, ..New::default() });
        let under_way = std::mem::take(&mut *lock(&self.under_way));
        drop((new, under_way));
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

    fn polled(errands: Arc<Errands>) -> impl Future<Output = ()> {
        poll_fn(move |cx| if errands.poll(cx) { Poll::Ready(()) } else { Poll::Pending })
    }

    #[tokio::test]
    async fn what_is_handed_over_while_the_run_waits_wakes_it() {
        let errands = Arc::<Errands>::default();
        let run = tokio::spawn(polled(errands.clone()));
        tokio::task::yield_now().await;
        errands.hand_over(async {}.boxed());
        tokio::time::timeout(Duration::from_secs(10), run).await.unwrap().unwrap();
        assert!(errands.is_empty());
    }

    #[tokio::test]
    async fn an_errand_hands_another_over() {
        let errands = Arc::<Errands>::default();
        let other = errands.clone();
        errands.add(async move { other.hand_over(pending().boxed()) }.boxed());
        polled(errands.clone()).await;
        assert!(!errands.is_empty());
        errands.clear();
        errands.hand_over(pending().boxed());
        assert!(errands.is_empty(), "the run is over");
    }
}
