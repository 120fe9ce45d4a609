//! A run that has been moved to the fair queue: polled by the compute threads, one poll at a time, until it ends or is canceled.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use tokio::runtime::Handle;

use super::{Fair, Run};
use crate::share::Share;

/// A run, and what is to be done with it.
pub(super) struct Moved {
    state: Mutex<State>,
    fair: Arc<Fair>,
    share: Arc<Share>,
    /// The runtime on which the run began: its timers and its tasks belong to it.
    runtime: Handle,
}

struct State {
    /// None while it is polled, and once it is over.
    run: Option<Run>,
    stage: Stage,
    /// Wakes the one that waits for the end.
    holder: Option<Waker>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// It waits to be woken.
    Idle,
    Queued,
    /// A thread polls it. If it is woken meanwhile, it is polled again.
    Polled {
        woken: bool,
    },
    /// It has ended, or was canceled.
    Over,
}

impl Moved {
    /// Puts a run into the queue.
    pub(super) fn start(fair: Arc<Fair>, share: Arc<Share>, runtime: Handle, run: Run) -> Arc<Self> {
        let state = State { run: Some(run), stage: Stage::Queued, holder: None };
        let moved = Arc::new(Self { state: Mutex::new(state), fair, share, runtime });
        moved.fair.push(&moved.share, moved.clone());
        moved
    }

    /// Waits until the run is over.
    pub(super) fn poll_over(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.state();
        if state.stage == Stage::Over {
            return Poll::Ready(());
        }
        if !state.holder.as_ref().is_some_and(|holder| holder.will_wake(cx.waker())) {
            state.holder = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Ends the run. If a thread polls it now, the run is dropped after this poll, else at once.
    pub(super) fn cancel(&self) {
        let mut state = self.state();
        state.stage = Stage::Over;
        let run = state.run.take();
        drop(state);
        drop(run);
    }

    /// Ends the run, since the host stops.
    pub(super) fn stop(&self) {
        self.cancel();
        self.end();
    }

    /// Polls the run once, on a compute thread.
    pub(super) fn poll(self: &Arc<Self>) {
        let Some(mut run) = self.take() else { return };
        let _runtime = self.runtime.enter();
        let waker = Waker::from(self.clone());
        let polled = catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(&mut Context::from_waker(&waker))));
        match polled {
            Ok(Poll::Pending) => self.put_back(run),
            // After a panic too, the thread lives on. What the run held is dropped like everything that is cut off.
            Ok(Poll::Ready(())) | Err(_) => {
                let_go(run);
                self.end();
            }
        }
    }

    fn take(&self) -> Option<Run> {
        let mut state = self.state();
        if state.stage != Stage::Queued {
            return None;
        }
        state.stage = Stage::Polled { woken: false };
        state.run.take()
    }

    fn put_back(self: &Arc<Self>, run: Run) {
        let mut state = self.state();
        match state.stage {
            Stage::Polled { woken } => {
                state.run = Some(run);
                state.stage = if woken { Stage::Queued } else { Stage::Idle };
                drop(state);
                if woken {
                    self.fair.push(&self.share, self.clone());
                }
            }
            Stage::Idle | Stage::Queued | Stage::Over => {
                drop(state);
                let_go(run);
            }
        }
    }

    fn end(&self) {
        let mut state = self.state();
        state.stage = Stage::Over;
        let holder = state.holder.take();
        drop(state);
        if let Some(holder) = holder {
            holder.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops a run on a compute thread, which lives on if a part of the run panics as it is dropped.
fn let_go(run: Run) {
    drop(catch_unwind(AssertUnwindSafe(|| drop(run))));
}

impl Wake for Moved {
    fn wake(self: Arc<Self>) {
        Self::wake_by_ref(&self);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut state = self.state();
        match &mut state.stage {
            Stage::Idle => {
                state.stage = Stage::Queued;
                drop(state);
                self.fair.push(&self.share, self.clone());
            }
            Stage::Polled { woken } => *woken = true,
            Stage::Queued | Stage::Over => {}
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
mod tests {
    use std::future::{pending, poll_fn};
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::{Barrier, Weak};
    use std::time::Duration;

    use super::*;
    use crate::fair::Threads;
    use crate::share::Group;

    fn start(threads: &Threads, run: impl Future<Output = ()> + Send + 'static) -> Arc<Moved> {
        let share = Arc::new(Share::new(Arc::new(Group::budgeted())));
        Moved::start(threads.fair().clone(), share, Handle::current(), Box::pin(run))
    }

    /// Far longer than any of these takes: a thread that has died must fail the test, and not stop it.
    const PATIENCE: Duration = Duration::from_secs(60);

    async fn over(moved: &Moved) {
        tokio::time::timeout(PATIENCE, poll_fn(|cx| moved.poll_over(cx))).await.unwrap()
    }

    /// Something that a run holds, and whether the run is gone.
    fn held() -> (Arc<()>, Weak<()>) {
        let held = Arc::new(());
        let weak = Arc::downgrade(&held);
        (held, weak)
    }

    #[tokio::test]
    async fn a_run_that_is_woken_while_it_is_polled_is_polled_again() {
        let threads = Threads::start(None).unwrap();
        let polls = Arc::new(AtomicU32::new(0));
        let counted = polls.clone();
        let run = poll_fn(move |cx| {
            cx.waker().wake_by_ref();
            if counted.fetch_add(1, Ordering::Relaxed) == 2 { Poll::Ready(()) } else { Poll::Pending }
        });
        over(&start(&threads, run)).await;
        assert_eq!(polls.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn a_run_has_the_timers_and_tasks_of_its_runtime() {
        let threads = Threads::start(None).unwrap();
        let run = async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            let name = tokio::spawn(async { std::thread::current().name().map(str::to_owned) }).await.unwrap();
            assert!(!name.unwrap().starts_with("compute-"));
            assert!(std::thread::current().name().unwrap().starts_with("compute-"));
        };
        over(&start(&threads, run)).await;
    }

    /// Panics as it is dropped.
    struct Fragile;

    impl Drop for Fragile {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("no message on standard error"))
        }
    }

    /// A run that ends, and holds something fragile until it is dropped.
    fn ends_badly() -> impl Future<Output = ()> {
        let fragile = Fragile;
        poll_fn(move |_| {
            let _held = &fragile;
            Poll::Ready(())
        })
    }

    #[tokio::test]
    async fn a_panic_ends_the_run_and_not_the_threads() {
        let threads = Threads::start(None).unwrap();
        for _ in 0..100 {
            over(&start(&threads, ends_badly())).await;
            let (holds, gone) = held();
            let panics = start(&threads, async move {
                let _holds = holds;
                std::panic::resume_unwind(Box::new("no message on standard error"))
            });
            over(&panics).await;
            assert!(gone.upgrade().is_none());
        }
        over(&start(&threads, async {})).await;
    }

    #[tokio::test]
    async fn a_run_that_is_canceled_while_it_is_polled_is_dropped_after_the_poll() {
        let threads = Threads::start(None).unwrap();
        let (holds, gone) = held();
        let (begun, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (begins, goes_on) = (begun.clone(), go_on.clone());
        let moved = start(&threads, async move {
            let _holds = holds;
            begins.wait();
            goes_on.wait();
            pending().await
        });
        begun.wait();
        moved.cancel();
        assert!(gone.upgrade().is_some());
        go_on.wait();
        threads.close();
        assert!(gone.upgrade().is_none());
    }

    #[tokio::test]
    async fn nothing_is_left_once_the_threads_are_closed() {
        let threads = Threads::start(None).unwrap();
        let (holds, gone) = held();
        let loops = start(&threads, async move {
            let _holds = holds;
            loop {
                tokio::task::yield_now().await;
            }
        });
        threads.close();
        over(&loops).await;
        assert!(gone.upgrade().is_none());
        let late = start(&threads, pending());
        over(&late).await;
        drop((loops, late));
        assert_eq!(Arc::strong_count(threads.fair()), 1);
    }

    #[tokio::test]
    async fn the_threads_end_with_the_engine() {
        let threads = Threads::start(None).unwrap();
        let fair = threads.fair().clone();
        drop(threads);
        while Arc::strong_count(&fair) > 1 {
            tokio::task::yield_now().await;
        }
    }
}
