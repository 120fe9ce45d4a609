//! A run as its holder sees it: polled by the holder until it has used its first slice, and by the compute threads from then on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

use super::moved::Moved;
use super::{Ended, Fair, Run, SLICE_NS};
use crate::Invocation;

/// A run. If it is dropped before it has ended, it is canceled.
pub(crate) struct Scheduled {
    place: Place,
    invocation: Arc<dyn Invocation>,
    /// None if the run stays with its holder.
    fair: Option<Arc<Fair>>,
    /// What its group was charged so far.
    charged_ns: u64,
}

enum Place {
    Here(Run),
    Moved(Arc<Moved>),
    /// Only while it moves.
    Nowhere,
}

impl Scheduled {
    /// A run that starts with its holder, unless its group is in debt. Without a queue it stays there.
    pub(crate) fn new(
        fair: Option<Arc<Fair>>,
        invocation: Arc<dyn Invocation>,
        run: impl Future<Output = Ended> + Send + 'static,
    ) -> Self {
        let place = Place::Here(Box::pin(run));
        let mut scheduled = Self { place, invocation, fair, charged_ns: 0 };
        scheduled.start();
        scheduled
    }

    /// Whether the compute threads poll it.
    pub(crate) fn is_moved(&self) -> bool {
        matches!(self.place, Place::Moved(_))
    }

    fn start(&mut self) {
        if let (Some(fair), Some(share)) = (&self.fair, self.invocation.share())
            && fair.is_in_debt(share)
        {
            self.go();
        }
    }

    /// Charges the group with what was used since the last time. True once the run has used its slice.
    fn charge(&mut self) -> bool {
        let (Some(fair), Some(share)) = (&self.fair, self.invocation.share()) else { return false };
        let used_ns = self.invocation.progress().meter.used_ns();
        fair.charge(share, used_ns.saturating_sub(self.charged_ns));
        self.charged_ns = used_ns;
        used_ns >= SLICE_NS
    }

    /// Moves it to the fair queue. It stays where no runtime is.
    fn go(&mut self) {
        let (Some(fair), Some(share)) = (&self.fair, self.invocation.share()) else { return };
        let Ok(runtime) = Handle::try_current() else { return };
        if let Place::Here(run) = std::mem::replace(&mut self.place, Place::Nowhere) {
            fair.count();
            self.place = Place::Moved(Moved::start(fair.clone(), share.clone(), runtime, run));
        }
    }
}

impl Future for Scheduled {
    type Output = Ended;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Ended> {
        if let Place::Here(run) = &mut self.place {
            let polled = run.as_mut().poll(cx);
            if self.charge() && polled.is_pending() {
                self.go();
            } else {
                return polled;
            }
        }
        match &self.place {
            Place::Moved(moved) => moved.poll_ended(cx),
            Place::Here(_) | Place::Nowhere => Poll::Pending,
        }
    }
}

impl Drop for Scheduled {
    fn drop(&mut self) {
        if let Place::Moved(moved) = &self.place {
            moved.cancel();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Waker;

    use super::*;
    use crate::fair::{Group, Share, Threads};
    use crate::meter::{Metered, tests::pass};
    use crate::{Progress, Report};

    /// An invocation of which nothing is known but its share.
    struct Sharing(Progress, Arc<Share>);

    impl Invocation for Sharing {
        fn progress(&self) -> &Progress {
            &self.0
        }

        fn is_timed(&self) -> bool {
            false
        }

        fn wall_ms(&self) -> u64 {
            1_000
        }

        fn memory_bytes(&self) -> u64 {
            0
        }

        fn is_observed(&self) -> bool {
            false
        }

        fn share(&self) -> Option<&Arc<Share>> {
            Some(&self.1)
        }

        fn ended(&self, _: &Report<'_>) {}
    }

    fn invocation(group: &Arc<Group>) -> Arc<dyn Invocation> {
        Arc::new(Sharing(Progress::new(1_000), Arc::new(Share::new(group.clone()))))
    }

    /// A run that works so long, gives way, and works on another thread or on the same.
    fn working(invocation: &Arc<dyn Invocation>, ms: u64) -> impl Future<Output = Ended> + Send + use<> {
        let invocation = invocation.clone();
        async move {
            let mut work = pin!(async {
                pass(ms);
                tokio::task::yield_now().await;
                pass(ms);
            });
            poll_fn(|cx| {
                let mut metered = Metered { future: work.as_mut(), meter: &invocation.progress().meter, p3: false };
                Pin::new(&mut metered).poll(cx)
            })
            .await;
            Ok(())
        }
    }

    fn poll(run: &mut Scheduled) -> Poll<Ended> {
        Pin::new(run).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[tokio::test]
    async fn a_run_moves_once_it_has_used_its_slice() {
        let (threads, group) = (Threads::start(None).unwrap(), Arc::new(Group::budgeted()));
        for (ms, moves) in [(1, false), (2, true)] {
            let invocation = invocation(&group);
            let mut run = Scheduled::new(Some(threads.fair().clone()), invocation.clone(), working(&invocation, ms));
            assert!(poll(&mut run).is_pending());
            assert_eq!(run.is_moved(), moves, "after {ms} ms");
            (&mut run).await.unwrap();
        }
        assert_eq!(threads.fair().moved(), 1);
    }

    #[tokio::test]
    async fn a_run_stays_with_its_holder_if_the_engine_is_alone() {
        let invocation = invocation(&Arc::new(Group::budgeted()));
        let mut run = Scheduled::new(None, invocation.clone(), working(&invocation, 50));
        assert!(poll(&mut run).is_pending());
        assert!(!run.is_moved());
        assert!(poll(&mut run).is_ready());
    }

    #[tokio::test]
    async fn the_runs_of_a_group_in_debt_start_in_the_queue() {
        let threads = Threads::start(Some(1_000)).unwrap();
        let fair = threads.fair();
        let group = |group| Arc::new(group);
        let (busy, other, free) = (group(Group::budgeted()), group(Group::budgeted()), group(Group::unlimited()));
        let moves = |group: &Arc<Group>| {
            let invocation = invocation(group);
            Scheduled::new(Some(fair.clone()), invocation.clone(), working(&invocation, 1)).is_moved()
        };
        assert!(!moves(&busy));
        // Again, in case that this machine stands still for longer than another group counts.
        while !moves(&busy) {
            fair.charge(&Share::new(other.clone()), 1);
            fair.charge(&Share::new(free.clone()), 3_600_000_000_000);
            fair.charge(&Share::new(busy.clone()), 3_600_000_000_000);
        }
        assert!(!moves(&other) && !moves(&free));
    }

    #[tokio::test]
    async fn a_run_that_is_dropped_is_canceled_wherever_it_is() {
        let (threads, group) = (Threads::start(None).unwrap(), Arc::new(Group::budgeted()));
        for moved in [false, true] {
            let invocation = invocation(&group);
            let held = Arc::new(());
            let holds = held.clone();
            let pending = async move {
                let _holds = holds;
                std::future::pending().await
            };
            let mut run = Scheduled::new(Some(threads.fair().clone()), invocation, pending);
            if moved {
                run.go();
            }
            assert!(poll(&mut run).is_pending());
            drop(run);
            while Arc::strong_count(&held) > 1 {
                tokio::task::yield_now().await;
            }
        }
    }
}
