//! A gate: so many may be inside at once, and the others wait for a while.
//!
//! Entering a gate that is not full costs one atomic addition. While others wait, a newcomer waits too, if it may. Who of them enters
//! next is not promised.

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

/// How many may be inside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    /// The most that may be inside.
    pub(crate) inside: u32,
    /// How long one waits.
    pub(crate) wait: Duration,
}

/// Permission to be inside. Dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct Permit(Arc<Gate>);

impl Gate {
    /// Enters, and waits for a turn if the gate is full. `None` if the turn did not come in time.
    pub(crate) async fn enter(self: &Arc<Self>, bound: Bound) -> Option<Permit> {
        match self.try_enter(bound.inside) {
            Some(permit) => Some(permit),
            // Boxed, so that the future of a request that need not wait stays small.
            None => Box::pin(self.wait(bound)).await,
        }
    }

    /// Enters, unless the gate is full or others wait.
    pub(crate) fn try_enter(self: &Arc<Self>, most: u32) -> Option<Permit> {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            return None;
        }
        self.take(most)
    }

    /// Waits for a turn. `None` if it did not come in time.
    pub(crate) async fn wait(self: &Arc<Self>, bound: Bound) -> Option<Permit> {
        let _waiting = Place::take(&self.waiting, u32::MAX)?;
        tokio::time::timeout(bound.wait, self.turn(bound.inside)).await.ok()
    }

    /// How many are inside.
    pub(crate) fn inside(&self) -> u32 {
        self.inside.load(Ordering::Relaxed)
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

/// A place among so many. Dropping it makes room.
#[derive(Debug)]
pub(crate) struct Place<'a>(&'a AtomicU32);

impl<'a> Place<'a> {
    /// One place more, unless that many are taken.
    pub(crate) fn take(taken: &'a AtomicU32, most: u32) -> Option<Self> {
        let one_more = |taken| (taken < most).then_some(taken + 1);
        taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_more).ok().map(|_| Self(taken))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn bound(inside: u32) -> Bound {
        Bound { inside, wait: Duration::from_secs(60) }
    }

    fn counts(gate: &Gate) -> (u32, u32) {
        (gate.inside(), gate.waiting.load(Ordering::Relaxed))
    }

    #[tokio::test(start_paused = true)]
    async fn one_waits_for_its_turn_and_newcomers_do_not_go_before_it() {
        let gate = Arc::<Gate>::default();
        let inside = gate.enter(bound(1)).await.unwrap();
        let mut waits = std::pin::pin!(gate.enter(bound(1)));
        assert!(waits.as_mut().now_or_never().is_none());
        assert_eq!(counts(&gate), (1, 1));
        drop(inside);
        assert!(gate.try_enter(1).is_none());
        let inside = waits.await.unwrap();
        assert_eq!(counts(&gate), (1, 0));
        drop(inside);
        assert!(gate.try_enter(1).is_some());
        assert_eq!(counts(&gate), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_does_not_come_in_time_is_none() {
        let gate = Arc::<Gate>::default();
        let _inside = gate.enter(bound(1)).await.unwrap();
        assert!(gate.enter(bound(1)).await.is_none());
        assert_eq!(counts(&gate), (1, 0));
        assert!(gate.enter(bound(2)).await.is_some(), "a higher bound lets it in");
    }

    #[test]
    fn a_place_is_free_again_once_it_is_dropped() {
        let taken = AtomicU32::new(0);
        let place = Place::take(&taken, 1);
        assert!(place.is_some() && Place::take(&taken, 1).is_none());
        drop(place);
        assert!(Place::take(&taken, 1).is_some() && Place::take(&taken, 0).is_none());
    }

    #[tokio::test]
    async fn a_thousand_pass_a_gate_for_two() {
        let gate = Arc::<Gate>::default();
        let pass = || async {
            let _inside = gate.enter(bound(2)).await.unwrap();
            assert!(gate.inside() <= 2);
            tokio::task::yield_now().await;
        };
        futures::future::join_all((0..1_000).map(|_| pass())).await;
        assert_eq!(counts(&gate), (0, 0));
    }
}
