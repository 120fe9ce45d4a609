//! The memory of all instances of the host together.
//!
//! Idle instances give way first. Then the last part of the budget is for small instances, so that a few workers that fill
//! their memories do not stop every other one. What stays beyond the budget is refused: new instances, and growth.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, Weak};

/// The part of the budget, an eighth, that only small instances may use.
const RESERVED_PART: u64 = 8;
/// The largest instance that counts as small: those of JavaScript and Python do.
const SMALL_BYTES: u64 = 32 << 20;

/// What instances hold, and may hold.
#[derive(Debug)]
pub struct Budget {
    allowed: u64,
    used: AtomicU64,
    idle: Mutex<Vec<Weak<dyn Idle>>>,
}

/// Instances that wait for a request.
pub(crate) trait Idle: Send + Sync {
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
    #[cfg(test)]
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Whether another instance may start.
    pub(crate) fn admit(&self) -> Result<(), NoMemory> {
        self.take(0, 0)
    }

    /// Takes more bytes for an instance that then has `total`.
    pub(crate) fn take(&self, more: u64, total: u64) -> Result<(), NoMemory> {
        let allowed = if total <= SMALL_BYTES { self.allowed } else { self.allowed - self.allowed / RESERVED_PART };
        if self.took(more, allowed) {
            return Ok(());
        }
        self.drop_idle();
        if self.took(more, allowed) { Ok(()) } else { Err(NoMemory { allowed: self.allowed }) }
    }

    fn took(&self, more: u64, allowed: u64) -> bool {
        let fits = self.used.fetch_add(more, Ordering::Relaxed).saturating_add(more) <= allowed;
        if !fits {
            self.give_back(more);
        }
        fits
    }

    pub(crate) fn give_back(&self, bytes: u64) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Remembers instances that wait, for as long as they exist.
    pub(crate) fn register(&self, idle: Weak<dyn Idle>) {
        let mut known = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|one| one.strong_count() > 0);
        known.push(idle);
    }

    fn drop_idle(&self) {
        let known = self.idle.lock().unwrap_or_else(PoisonError::into_inner).clone();
        known.iter().filter_map(Weak::upgrade).for_each(|idle| idle.give_way());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn large_instances_leave_room_for_small_ones() {
        let budget = Budget::new(1 << 30);
        let large = (1 << 30) - (1 << 27);
        assert_eq!(budget.take(large, large), Ok(()));
        assert_eq!(budget.take(1, large + 1), Err(NoMemory { allowed: 1 << 30 }));
        assert_eq!(budget.take(1 << 20, 1 << 20), Ok(()));
        assert_eq!(budget.used(), large + (1 << 20));
    }

    #[test]
    fn idle_instances_give_way_first() {
        struct Waiting(Arc<Budget>);
        impl Idle for Waiting {
            fn give_way(&self) {
                self.0.give_back(800);
            }
        }
        let budget = Arc::new(Budget::new(1_000));
        let waiting: Arc<dyn Idle> = Arc::new(Waiting(budget.clone()));
        budget.register(Arc::downgrade(&waiting));
        assert_eq!(budget.take(800, 800), Ok(()));
        assert_eq!(budget.take(900, 900), Ok(()));
        assert_eq!(budget.used(), 900);
    }
}
