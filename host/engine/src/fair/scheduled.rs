//! A run as its holder sees it: polled by the holder until it has used its first slice, and by the compute threads from then on.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::runtime::Handle;

use super::moved::Moved;
use super::{Fair, SLICE_NS};
use crate::share::Share;

/// The run was cut off before it had a result: it panicked, or the host stops.
#[derive(Debug, thiserror::Error)]
#[error("the host ended the run")]
pub(crate) struct Stopped;

/// A run. If it is dropped before it has ended, it is canceled.
pub(crate) struct Scheduled<T, U> {
    place: Place<T>,
    /// None if the run stays with its holder.
    fair: Option<(Arc<Fair>, Arc<Share>)>,
    /// The CPU time that its meter counted so far, in nanoseconds.
    used_ns: U,
    /// What its group was charged so far.
    charged_ns: u64,
}

type Run<T> = Pin<Box<dyn Future<Output = T> + Send>>;

enum Place<T> {
    Here(Run<T>),
    Moved(Arc<Moved>, Left<T>),
    /// Only while it moves.
    Nowhere,
}

/// Where a run that was moved leaves its result.
type Left<T> = Arc<Mutex<Option<T>>>;

impl<T: Send + 'static, U: Fn() -> u64> Scheduled<T, U> {
    /// A run that starts with its holder, unless its group is in debt. Without a queue or a share it stays there.
    pub(crate) fn new(fair: Option<&Arc<Fair>>, share: Option<Arc<Share>>, used_ns: U, run: Run<T>) -> Self {
        let fair = fair.cloned().zip(share);
        let in_debt = fair.as_ref().is_some_and(|(fair, share)| fair.is_in_debt(share));
        let mut scheduled = Self { place: Place::Here(run), fair, used_ns, charged_ns: 0 };
        if in_debt {
            scheduled.go();
        }
        scheduled
    }

    /// Whether the compute threads poll it.
    pub(crate) fn is_moved(&self) -> bool {
        matches!(self.place, Place::Moved(..))
    }

    /// Charges the group with what was used since the last time. True once the run has used its slice.
    fn charge(&mut self) -> bool {
        let Some((fair, share)) = &self.fair else { return false };
        let used_ns = (self.used_ns)();
        fair.charge(share, used_ns.saturating_sub(self.charged_ns));
        self.charged_ns = used_ns;
        used_ns >= SLICE_NS
    }

    /// Moves it to the fair queue. It stays where no runtime is.
    fn go(&mut self) {
        let (Some((fair, share)), Ok(runtime)) = (&self.fair, Handle::try_current()) else { return };
        if let Place::Here(run) = std::mem::replace(&mut self.place, Place::Nowhere) {
            let left = Left::default();
            let leaves = left.clone();
            let run = async move {
                let result = run.await;
                *leaves.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            };
            fair.count();
            self.place = Place::Moved(Moved::start(fair.clone(), share.clone(), runtime, Box::pin(run)), left);
        }
    }
}

impl<T: Send + 'static, U: Fn() -> u64 + Unpin> Future for Scheduled<T, U> {
    type Output = Result<T, Stopped>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Place::Here(run) = &mut self.place {
            let polled = run.as_mut().poll(cx);
            if self.charge() && polled.is_pending() {
                self.go();
            } else {
                return polled.map(Ok);
            }
        }
        match &self.place {
            Place::Moved(moved, left) => {
                let result = || left.lock().unwrap_or_else(PoisonError::into_inner).take();
                moved.poll_over(cx).map(|()| result().ok_or(Stopped))
            }
            Place::Here(_) | Place::Nowhere => Poll::Pending,
        }
    }
}

impl<T, U> Drop for Scheduled<T, U> {
    fn drop(&mut self) {
        if let Place::Moved(moved, _) = &self.place {
            moved.cancel();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::future::{pending, poll_fn};
    use std::pin::pin;
    use std::task::Waker;

    use super::*;
    use crate::fair::Threads;
    use crate::meter::{Meter, Metered, tests::pass};
    use crate::share::Group;

    fn share(group: &Arc<Group>) -> Arc<Share> {
        Arc::new(Share::new(group.clone()))
    }

    /// A run that works so long, gives way, and works as long again.
    fn working(
        fair: Option<&Arc<Fair>>,
        share: &Arc<Share>,
        ms: u64,
    ) -> Scheduled<(), impl Fn() -> u64 + Unpin + use<>> {
        let meter = Arc::new(Meter::new(1_000));
        let metered = meter.clone();
        let run = async move {
            let mut work = pin!(async {
                pass(ms);
                tokio::task::yield_now().await;
                pass(ms);
            });
            poll_fn(|cx| Pin::new(&mut Metered { future: work.as_mut(), meter: &metered, p3: false }).poll(cx)).await;
        };
        Scheduled::new(fair, Some(share.clone()), move || meter.used_ns(), Box::pin(run))
    }

    fn poll<T: Send + 'static, U: Fn() -> u64 + Unpin>(run: &mut Scheduled<T, U>) -> Poll<Result<T, Stopped>> {
        Pin::new(run).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn a_run_moves_once_it_has_used_its_slice() {
        let (threads, group) = (Threads::start(None).unwrap(), Arc::new(Group::budgeted()));
        for (ms, moves) in [(1, false), (2, true)] {
            let mut run = working(Some(threads.fair()), &share(&group), ms);
            assert!(poll(&mut run).is_pending());
            assert_eq!(run.is_moved(), moves, "after {ms} ms");
            run.await.unwrap();
        }
        assert_eq!(threads.fair().moved(), 1);
    }

    #[tokio::test]
    async fn a_run_stays_with_its_holder_if_the_engine_is_alone() {
        let mut run = working(None, &share(&Arc::new(Group::budgeted())), 50);
        assert!(poll(&mut run).is_pending());
        assert!(!run.is_moved());
        assert!(poll(&mut run).is_ready());
    }

    #[tokio::test]
    async fn the_runs_of_a_group_in_debt_start_in_the_queue() {
        let threads = Threads::start(Some(1_000)).unwrap();
        let fair = threads.fair();
        let [busy, other] = [Group::budgeted(), Group::budgeted()].map(|group| share(&Arc::new(group)));
        let free = share(&Arc::new(Group::unlimited()));
        let moves = |share| working(Some(fair), share, 1).is_moved();
        assert!(!moves(&busy));
        // Again, in case that this machine stands still for longer than another group counts.
        while !moves(&busy) {
            fair.charge(&other, 1);
            fair.charge(&free, 3_600_000_000_000);
            fair.charge(&busy, 3_600_000_000_000);
        }
        assert!(!moves(&other) && !moves(&free));
    }

    #[tokio::test]
    async fn a_run_that_was_moved_gives_its_result_or_none_if_the_host_stops() {
        let threads = Threads::start(None).unwrap();
        let share = share(&Arc::new(Group::budgeted()));
        let mut run = Scheduled::new(Some(threads.fair()), Some(share.clone()), || 0, Box::pin(async { 7 }));
        run.go();
        assert_eq!(run.await.unwrap(), 7);
        let mut run = Scheduled::new(Some(threads.fair()), Some(share.clone()), || 0, Box::pin(pending::<()>()));
        run.go();
        threads.close();
        // Woken after the end, an idle run ends too.
        let Place::Moved(moved, _) = &run.place else { unreachable!() };
        Waker::from(moved.clone()).wake();
        assert!(matches!(run.await, Err(Stopped)));
    }

    #[tokio::test]
    async fn a_run_that_is_dropped_is_canceled_wherever_it_is() {
        let threads = Threads::start(None).unwrap();
        let share = share(&Arc::new(Group::budgeted()));
        for moves in [false, true] {
            let held = Arc::new(());
            // What a timer or a connection keeps of a run that waits for it.
            let waker = Arc::new(Mutex::new(None));
            let (holds, wakes) = (held.clone(), waker.clone());
            let waits = poll_fn(move |cx| {
                let _holds = &holds;
                *wakes.lock().unwrap() = Some(cx.waker().clone());
                Poll::<()>::Pending
            });
            let mut run = Scheduled::new(Some(threads.fair()), Some(share.clone()), || 0, Box::pin(waits));
            if moves {
                run.go();
            }
            assert!(poll(&mut run).is_pending());
            while waker.lock().unwrap().is_none() {
                tokio::task::yield_now().await;
            }
            drop(run);
            while Arc::strong_count(&held) > 1 {
                tokio::task::yield_now().await;
            }
        }
    }
}
