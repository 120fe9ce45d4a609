//! The memory of all instances of the host together.
//!
//! If the budget is used up, idle instances give way first, those of the namespace that holds most before the others. What still
//! does not fit is refused: new instances, and growth. The last quarter of the budget is only for namespaces that hold little, so the
//! largest ones are refused before the others.

use std::cmp::Reverse;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::share::Group;

/// The part of the budget, a quarter, that is kept for namespaces that hold little.
const RESERVED_PART: u64 = 4;
/// The part of the budget, an eighth, below which a namespace holds little.
const LITTLE_PART: u64 = 8;

/// What instances hold, and may hold.
#[derive(Debug)]
pub struct Budget {
    allowed: u64,
    used: AtomicU64,
    idle: Mutex<Vec<Weak<dyn Idle>>>,
}

/// The namespace that memory is charged to. None if it is the operator's.
pub(crate) type Holder = Option<Arc<Group>>;

/// Instances that wait for a request.
pub(crate) trait Idle: Send + Sync {
    /// What the namespace that they are charged to holds, in bytes. None if no instance waits.
    fn weight(&self) -> Option<u64>;
    /// Drops them.
    fn give_way(&self);
}

impl std::fmt::Debug for dyn Idle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("idle instances")
    }
}

/// All instances of the host together hold as much memory as they may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host has no memory left for its workers (instances.memory_mib, {} MiB)", self.allowed >> 20)]
pub struct NoMemory {
    /// How much they may, in bytes.
    pub allowed: u64,
}

impl Budget {
    pub(crate) fn new(allowed: u64) -> Self {
        Self { allowed, used: AtomicU64::new(0), idle: Mutex::default() }
    }

    /// Bytes in use.
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Whether another instance may start.
    pub(crate) fn admit(&self, holder: &Holder) -> Result<(), NoMemory> {
        self.take(1, holder)?;
        self.give_back(1, holder);
        Ok(())
    }

    /// Takes more bytes for an instance.
    pub(crate) fn take(&self, more: u64, holder: &Holder) -> Result<(), NoMemory> {
        if self.took(more, holder) || self.reclaim(more, holder) {
            return Ok(());
        }
        Err(NoMemory { allowed: self.allowed })
    }

    fn took(&self, more: u64, holder: &Holder) -> bool {
        let before = charge(holder, more);
        let allowed = if self.is_little(before.saturating_add(more)) {
            self.allowed
        } else {
            self.allowed - self.allowed / RESERVED_PART
        };
        // What does not fit is never counted: it must not refuse what others ask for meanwhile.
        let fitting = |used: u64| used.checked_add(more).filter(|used| *used <= allowed);
        let fits = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fitting).is_ok();
        if !fits {
            uncharge(holder, more);
        }
        fits
    }

    fn is_little(&self, bytes: u64) -> bool {
        bytes <= self.allowed / LITTLE_PART
    }

    pub(crate) fn give_back(&self, bytes: u64, holder: &Holder) {
        uncharge(holder, bytes);
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Remembers instances that wait, for as long as they exist.
    pub(crate) fn register(&self, idle: Weak<dyn Idle>) {
        let mut known = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|one| one.strong_count() > 0);
        known.push(idle);
    }

    /// Takes bytes after dropping as many idle instances as it needs. For a namespace that holds much, none gives way that holds less.
    fn reclaim(&self, more: u64, holder: &Holder) -> bool {
        let own = holder.as_ref().map_or(0, |group| group.memory_bytes.load(Ordering::Relaxed));
        let little = self.is_little(own.saturating_add(more));
        let mut idle = self.idle_by_weight();
        idle.retain(|(weight, _)| little || *weight >= own);
        idle.sort_by_key(|(weight, _)| Reverse(*weight));
        idle.iter().any(|(_, one)| {
            one.give_way();
            self.took(more, holder)
        })
    }

    fn idle_by_weight(&self) -> Vec<(u64, Arc<dyn Idle>)> {
        let known = self.idle.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let weighed = |one: &Weak<dyn Idle>| one.upgrade().and_then(|one| Some((one.weight()?, one)));
        known.iter().filter_map(weighed).collect()
    }
}

/// Charges bytes to a namespace, and gives what it held before.
pub(crate) fn charge(holder: &Holder, bytes: u64) -> u64 {
    holder.as_ref().map_or(0, |group| group.memory_bytes.fetch_add(bytes, Ordering::Relaxed))
}

/// Takes bytes off what a namespace holds.
pub(crate) fn uncharge(holder: &Holder, bytes: u64) {
    if let Some(group) = holder {
        group.memory_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;
    const GIB: u64 = 1 << 30;

    struct Waiting {
        budget: Arc<Budget>,
        holder: Holder,
        bytes: AtomicU64,
    }

    impl Idle for Waiting {
        fn weight(&self) -> Option<u64> {
            let waits = self.bytes.load(Ordering::Relaxed) > 0;
            waits.then(|| self.holder.as_ref().unwrap().memory_bytes.load(Ordering::Relaxed))
        }

        fn give_way(&self) {
            self.budget.give_back(self.bytes.swap(0, Ordering::Relaxed), &self.holder);
        }
    }

    fn namespace() -> Holder {
        Some(Arc::new(Group::budgeted()))
    }

    /// An instance of a namespace of its own that waits.
    fn waiting(budget: &Arc<Budget>, bytes: u64) -> Arc<Waiting> {
        let waiting = Waiting { budget: budget.clone(), holder: namespace(), bytes: AtomicU64::new(bytes) };
        budget.take(bytes, &waiting.holder).unwrap();
        let waiting = Arc::new(waiting);
        let idle: Arc<dyn Idle> = waiting.clone();
        budget.register(Arc::downgrade(&idle));
        waiting
    }

    #[test]
    fn the_largest_namespace_is_refused_before_the_others() {
        let (budget, large, small) = (Budget::new(GIB), namespace(), namespace());
        assert_eq!(budget.take(768 * MIB, &large), Ok(()));
        assert_eq!(budget.take(1, &large), Err(NoMemory { allowed: GIB }));
        assert_eq!(budget.admit(&large), Err(NoMemory { allowed: GIB }));
        assert_eq!(budget.take(128 * MIB, &small), Ok(()));
        assert_eq!(budget.take(1, &small), Err(NoMemory { allowed: GIB }));
        budget.give_back(128 * MIB, &small);
        budget.give_back(768 * MIB, &large);
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn no_idle_instance_gives_way_to_a_namespace_that_holds_more() {
        let (budget, large) = (Arc::new(Budget::new(GIB)), namespace());
        let idle = waiting(&budget, 50 * MIB);
        assert_eq!(budget.take(700 * MIB, &large), Ok(()));
        assert_eq!(budget.take(100 * MIB, &large), Err(NoMemory { allowed: GIB }));
        assert!(idle.weight().is_some());
        assert_eq!((budget.used(), charge(&large, 0)), (750 * MIB, 700 * MIB));
    }

    #[test]
    fn idle_instances_of_the_largest_namespace_give_way_first() {
        let budget = Arc::new(Budget::new(GIB));
        let [less, most] = [100, 600].map(|mib| waiting(&budget, mib * MIB));
        assert_eq!(budget.take(200 * MIB, &namespace()), Ok(()));
        assert_eq!(most.weight(), None);
        assert!(less.weight().is_some());
        assert_eq!(budget.used(), 300 * MIB);
    }
}
