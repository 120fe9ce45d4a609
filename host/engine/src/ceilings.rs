//! The memory ceiling: all linear memories and tables of one instance together.

use wasmtime::{ResourceLimiter, Result};

use crate::{Ceiling, LimitReached};

/// Bytes that one table element costs the host.
const TABLE_ELEMENT_BYTES: usize = 8;

/// Counts what an instance's memories and tables hold and traps the growth that would pass the ceiling.
///
/// A trap, not a refused `memory.grow`: allocators turn a refusal into an abort whose message says nothing.
#[derive(Debug)]
pub struct Ceilings {
    allowed_bytes: u64,
    used_bytes: u64,
    /// What was in use when the instance had started.
    start_bytes: Option<u64>,
}

impl Ceilings {
    /// A ceiling of this many bytes.
    pub fn new(allowed_bytes: u64) -> Self {
        Self { allowed_bytes, used_bytes: 0, start_bytes: None }
    }

    /// Another ceiling, for the next request of a reused instance; false where it holds more than that already.
    pub(crate) fn allow(&mut self, allowed_bytes: u64) -> bool {
        self.allowed_bytes = allowed_bytes;
        self.used_bytes <= allowed_bytes
    }

    /// How much the instance has grown since it was first asked.
    pub(crate) fn grown_bytes(&mut self) -> u64 {
        self.used_bytes - *self.start_bytes.get_or_insert(self.used_bytes)
    }

    fn grow(&mut self, more: usize) -> Result<bool> {
        let wanted = self.used_bytes.saturating_add(more as u64);
        if wanted > self.allowed_bytes {
            return Err(LimitReached { ceiling: Ceiling::Memory, allowed: self.allowed_bytes }.into());
        }
        self.used_bytes = wanted;
        Ok(true)
    }
}

impl ResourceLimiter for Ceilings {
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
        let mut ceilings = Ceilings::new(100);
        assert!(ceilings.memory_growing(0, 60, None).unwrap());
        assert!(ceilings.table_growing(0, 5, None).unwrap());
        let error = ceilings.memory_growing(60, 61, None).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&LimitReached { ceiling: Ceiling::Memory, allowed: 100 }));
    }
}
