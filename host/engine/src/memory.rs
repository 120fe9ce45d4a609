//! The memory limit: all linear memories and tables of one instance, and what the host holds for it, together.

use std::sync::Arc;

use wasmtime::{ResourceLimiter, Result};

use crate::budget::{Budget, Holder, NoMemory, charge, uncharge};
use crate::{LimitKind, LimitReached};

/// Bytes that one table element costs the host.
const TABLE_ELEMENT_BYTES: usize = 8;

/// Counts the bytes of an instance: what its memories and tables hold, and what the host holds for it. Traps growth beyond the limit,
/// and beyond what all instances of the host may hold together.
///
/// It traps instead of refusing `memory.grow`: allocators turn a refusal into an abort whose message says nothing.
#[derive(Debug)]
pub struct MemoryLimiter {
    allowed_bytes: u64,
    /// Memories and tables, which never shrink.
    used_bytes: u64,
    /// What the host holds for the instance, when it was last counted.
    held_bytes: u64,
    /// The most of both together.
    most_bytes: u64,
    /// The bytes in use when the instance had started.
    start_bytes: Option<u64>,
    reached: Option<Reached>,
    budget: Option<Arc<Budget>>,
    holder: Holder,
}

/// Why an instance may hold no more.
#[derive(Debug, Clone, Copy)]
pub enum Reached {
    /// The limit of its invocation.
    Limit(LimitReached),
    /// The memory of the whole host.
    Host(NoMemory),
}

impl From<Reached> for wasmtime::Error {
    fn from(reached: Reached) -> Self {
        match reached {
            Reached::Limit(limit) => limit.into(),
            Reached::Host(host) => host.into(),
        }
    }
}

impl MemoryLimiter {
    /// A limit of this many bytes.
    pub fn new(allowed_bytes: u64) -> Self {
        Self {
            allowed_bytes,
            used_bytes: 0,
            held_bytes: 0,
            most_bytes: 0,
            start_bytes: None,
            reached: None,
            budget: None,
            holder: None,
        }
    }

    /// From now on what the instance holds counts in the memory of the whole host, too. For a fresh instance.
    pub(crate) fn count_in(&mut self, budget: Arc<Budget>, holder: Holder) {
        self.budget = Some(budget);
        self.holder = holder;
    }

    /// Charges what the instance holds to another namespace, for the next request of a reused instance.
    pub(crate) fn charge_to(&mut self, holder: Holder) {
        if self.budget.is_some() && holder.as_ref().map(Arc::as_ptr) != self.holder.as_ref().map(Arc::as_ptr) {
            charge(&holder, self.total());
            uncharge(&std::mem::replace(&mut self.holder, holder), self.total());
        }
    }

    /// What the namespace that the instance is charged to holds.
    pub(crate) fn holder_bytes(&self) -> u64 {
        charge(&self.holder, 0)
    }

    /// Sets another limit, for the next request of a reused instance. False if the instance holds more than that already.
    pub(crate) fn allow(&mut self, allowed_bytes: u64) -> bool {
        self.allowed_bytes = allowed_bytes;
        self.most_bytes = self.total();
        self.reached.is_none() && self.total() <= allowed_bytes
    }

    /// The most bytes that there ever were, for this request or left by earlier ones.
    pub(crate) fn most_bytes(&self) -> u64 {
        self.most_bytes
    }

    /// How much memories and tables have grown since the first call of this function.
    pub(crate) fn grown_bytes(&mut self) -> u64 {
        self.used_bytes - *self.start_bytes.get_or_insert(self.used_bytes)
    }

    /// Notes what the host holds for the instance now. False if that is more than it may.
    pub fn hold(&mut self, held_bytes: u64) -> bool {
        if held_bytes <= self.held_bytes {
            self.give_back(self.held_bytes - held_bytes);
            self.held_bytes = held_bytes;
        } else if self.take(held_bytes - self.held_bytes).is_ok() {
            self.held_bytes = held_bytes;
        }
        self.note_most();
        self.reached.is_none()
    }

    /// Why the instance must be stopped, if it must.
    pub fn reached(&self) -> Option<Reached> {
        self.reached
    }

    fn grow(&mut self, more: usize) -> Result<bool> {
        self.take(more as u64)?;
        self.used_bytes = self.used_bytes.saturating_add(more as u64);
        self.note_most();
        Ok(true)
    }

    /// Takes more bytes, if the instance and the host may have them.
    fn take(&mut self, more: u64) -> Result<(), Reached> {
        let total = self.total().saturating_add(more);
        let taken = if total > self.allowed_bytes {
            Err(Reached::Limit(LimitReached { limit: LimitKind::Memory, allowed: self.allowed_bytes }))
        } else {
            self.budget.as_ref().map_or(Ok(()), |budget| budget.take(more, &self.holder)).map_err(Reached::Host)
        };
        taken.inspect_err(|reached| self.reached = Some(*reached))
    }

    fn give_back(&self, bytes: u64) {
        if let Some(budget) = &self.budget {
            budget.give_back(bytes, &self.holder);
        }
    }

    fn total(&self) -> u64 {
        self.used_bytes.saturating_add(self.held_bytes)
    }

    fn note_most(&mut self) {
        self.most_bytes = self.most_bytes.max(self.total());
    }
}

impl Drop for MemoryLimiter {
    fn drop(&mut self) {
        self.give_back(self.total());
    }
}

/// Whether the component's own maximum allows it. wasmtime asks the limiter first, and what then does not grow must not count.
fn fits(desired: usize, maximum: Option<usize>) -> Option<()> {
    maximum.is_none_or(|maximum| desired <= maximum).then_some(())
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        fits(desired, maximum).map_or(Ok(false), |()| self.grow(desired.saturating_sub(current)))
    }

    fn table_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        let more = desired.saturating_sub(current).saturating_mul(TABLE_ELEMENT_BYTES);
        fits(desired, maximum).map_or(Ok(false), |()| self.grow(more))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::share::Group;

    #[test]
    fn memories_and_tables_count_together() {
        let mut memory = MemoryLimiter::new(100);
        assert!(memory.memory_growing(0, 60, None).unwrap());
        assert!(memory.table_growing(0, 5, None).unwrap());
        let error = memory.memory_growing(60, 61, None).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&LimitReached { limit: LimitKind::Memory, allowed: 100 }));
        assert_eq!(memory.most_bytes(), 100);
    }

    #[test]
    fn what_the_components_own_maximum_refuses_does_not_count() {
        let mut memory = MemoryLimiter::new(100);
        assert!(!memory.memory_growing(0, 60, Some(50)).unwrap());
        assert!(!memory.table_growing(0, 5, Some(4)).unwrap());
        assert!(memory.memory_growing(0, 100, Some(100)).unwrap());
        assert!(memory.most_bytes() == 100 && memory.reached().is_none());
    }

    #[test]
    fn what_the_host_holds_counts_with_the_memories() {
        let mut memory = MemoryLimiter::new(100);
        assert!(memory.hold(60));
        assert!(memory.hold(10));
        assert!(memory.memory_growing(0, 90, None).unwrap());
        assert!(!memory.hold(11));
        assert!(matches!(memory.reached(), Some(Reached::Limit(_))));
    }

    #[test]
    fn an_instance_gives_back_to_the_host_what_it_held() {
        let budget = Arc::new(Budget::new(1_000));
        let mut memory = MemoryLimiter::new(5_000);
        memory.count_in(budget.clone(), None);
        assert!(memory.memory_growing(0, 600, None).unwrap());
        assert!(memory.hold(100));
        let error = memory.memory_growing(600, 2_000, None).unwrap_err();
        assert!(error.is::<NoMemory>(), "{error}");
        assert_eq!(budget.used(), 700);
        drop(memory);
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn a_reused_instance_is_charged_to_the_namespace_that_it_serves() {
        let [first, second] = [(); 2].map(|()| Some(Arc::new(Group::budgeted())));
        let held = |holder: &Holder| charge(holder, 0);
        let mut memory = MemoryLimiter::new(5_000);
        memory.count_in(Arc::new(Budget::new(1_000)), first.clone());
        assert!(memory.hold(100));
        memory.charge_to(second.clone());
        assert_eq!((held(&first), held(&second)), (0, 100));
        drop(memory);
        assert_eq!(held(&second), 0);
    }
}
