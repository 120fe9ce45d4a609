//! The memory limit: all linear memories and tables of one instance together.

use wasmtime::{ResourceLimiter, Result};

use crate::{LimitKind, LimitReached};

/// Bytes that one table element costs the host.
const TABLE_ELEMENT_BYTES: usize = 8;

/// Counts the bytes that an instance's memories and tables hold, and traps growth beyond the limit.
///
/// It traps instead of refusing `memory.grow`: allocators turn a refusal into an abort whose message says nothing.
#[derive(Debug)]
pub struct MemoryLimiter {
    allowed_bytes: u64,
    used_bytes: u64,
    /// The bytes in use when the instance had started.
    start_bytes: Option<u64>,
}

impl MemoryLimiter {
    /// A limit of this many bytes.
    pub fn new(allowed_bytes: u64) -> Self {
        Self { allowed_bytes, used_bytes: 0, start_bytes: None }
    }

    /// Sets another limit, for the next request of a reused instance. False if the instance holds more than that already.
    pub(crate) fn allow(&mut self, allowed_bytes: u64) -> bool {
        self.allowed_bytes = allowed_bytes;
        self.used_bytes <= allowed_bytes
    }

    /// The bytes in use. Memories and tables never shrink, so this is also the most that there ever were.
    pub(crate) fn used_bytes(&self) -> u64 {
        self.used_bytes
    }

    /// How much the instance has grown since the first call of this function.
    pub(crate) fn grown_bytes(&mut self) -> u64 {
        self.used_bytes - *self.start_bytes.get_or_insert(self.used_bytes)
    }

    fn grow(&mut self, more: usize) -> Result<bool> {
        let wanted = self.used_bytes.saturating_add(more as u64);
        if wanted > self.allowed_bytes {
            return Err(LimitReached { limit: LimitKind::Memory, allowed: self.allowed_bytes }.into());
        }
        self.used_bytes = wanted;
        Ok(true)
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        self.grow(desired.saturating_sub(current))
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> Result<bool> {
        self.grow(desired.saturating_sub(current).saturating_mul(TABLE_ELEMENT_BYTES))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn memories_and_tables_count_together() {
        let mut memory = MemoryLimiter::new(100);
        assert!(memory.memory_growing(0, 60, None).unwrap());
        assert!(memory.table_growing(0, 5, None).unwrap());
        let error = memory.memory_growing(60, 61, None).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&LimitReached { limit: LimitKind::Memory, allowed: 100 }));
        assert_eq!(memory.used_bytes(), 100);
    }
}
