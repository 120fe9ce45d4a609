//! A gate: so many may be inside at once, some more wait for a while, and others are turned away.
//!
//! Entering a gate that is not full costs one atomic addition. Those that wait go before those that come.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

/// Counts those inside and those that wait.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    inside: AtomicU32,
    waiting: AtomicU32,
    freed: Notify,
}

/// How many may be inside, and who may wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    /// The most that may be inside.
    pub(crate) inside: u32,
    /// The most that may wait.
    pub(crate) queue: u32,
    /// How long one waits.
    pub(crate) wait: Duration,
}

/// Permission to be inside. Dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct Permit(Arc<Gate>);

impl Gate {
    /// Enters, and waits for a turn if the gate is full. `None` if too many wait already, or if the turn did not come in time.
    pub(crate) async fn enter(self: &Arc<Self>, bound: Bound) -> Option<Permit> {
        match self.try_enter(bound.inside) {
            Some(permit) => Some(permit),
            // Boxed, so that the future of a request that need not wait stays small.
            None => Box::pin(self.wait(bound)).await,
        }
    }

    fn try_enter(self: &Arc<Self>, most: u32) -> Option<Permit> {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            return None;
        }
        self.take(most)
    }

    async fn wait(self: &Arc<Self>, bound: Bound) -> Option<Permit> {
        let _waiting = Waiting::new(self, bound.queue)?;
        tokio::time::timeout(bound.wait, self.turn(bound.inside)).await.ok()
    }

    /// How many are inside.
    pub(crate) fn inside(&self) -> u32 {
        self.inside.load(Ordering::Relaxed)
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> u32 {
        self.waiting.load(Ordering::Relaxed)
    }

    fn take(self: &Arc<Self>, most: u32) -> Option<Permit> {
        let one_more = |inside| (inside < most).then_some(inside + 1);
        self.inside.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_more).ok().map(|_| Permit(self.clone()))
    }

    async fn turn(self: &Arc<Self>, most: u32) -> Permit {
        loop {
            let mut freed = std::pin::pin!(self.freed.notified());
            // Registered before the count is read, so that no permit is given back unnoticed between the two.
            freed.as_mut().enable();
            if let Some(permit) = self.take(most) {
                return permit;
            }
            freed.await;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::SeqCst);
        if self.0.waiting.load(Ordering::SeqCst) > 0 {
            self.0.freed.notify_one();
        }
    }
}

/// A place in the queue.
struct Waiting<'a>(&'a Gate);

impl<'a> Waiting<'a> {
    fn new(gate: &'a Gate, most: u32) -> Option<Self> {
        let place = Self(gate);
        (gate.waiting.fetch_add(1, Ordering::SeqCst) < most).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn bound(inside: u32, queue: u32) -> Bound {
        Bound { inside, queue, wait: Duration::from_secs(60) }
    }

    #[tokio::test(start_paused = true)]
    async fn one_waits_for_its_turn_and_the_next_is_turned_away() {
        let gate = Arc::<Gate>::default();
        let inside = gate.enter(bound(1, 1)).await.unwrap();
        let mut waits = std::pin::pin!(gate.enter(bound(1, 1)));
        assert!(waits.as_mut().now_or_never().is_none());
        assert_eq!((gate.inside(), gate.waiting()), (1, 1));
        assert!(gate.enter(bound(1, 1)).await.is_none(), "the queue is full");
        drop(inside);
        assert!(gate.enter(bound(1, 1)).await.is_none(), "those that wait go first");
        let inside = waits.await.unwrap();
        assert_eq!((gate.inside(), gate.waiting()), (1, 0));
        drop(inside);
        assert_eq!(gate.inside(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_does_not_come_in_time_is_none() {
        let gate = Arc::<Gate>::default();
        let _inside = gate.enter(bound(1, 1)).await.unwrap();
        assert!(gate.enter(bound(1, 1)).await.is_none());
        assert_eq!((gate.inside(), gate.waiting()), (1, 0));
        assert!(gate.enter(bound(2, 1)).await.is_some(), "a higher bound lets it in");
    }

    #[tokio::test]
    async fn a_thousand_pass_a_gate_for_two() {
        let gate = Arc::<Gate>::default();
        let pass = || async {
            let _inside = gate.enter(bound(2, 1_000)).await.unwrap();
            assert!(gate.inside() <= 2);
            tokio::task::yield_now().await;
        };
        futures::future::join_all((0..1_000).map(|_| pass())).await;
        assert_eq!((gate.inside(), gate.waiting()), (0, 0));
    }
}
