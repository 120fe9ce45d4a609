//! Values that are each within their bounds and contradict each other.

use super::{Config, ConfigError, Problem};

/// Linear memories that one instance may have in the pool: enough for a component composed of several, in languages that bring
/// their own runtime. The engine sizes its pool with it.
pub const MEMORIES_PER_INSTANCE: u32 = 4;

/// Address space that the pools may reserve: half of what x86-64 and AArch64 give a process. Each pool is one mapping, and the
/// program sits in the middle: with 2,650 instances, 69 % of the address space, `mmap` failed on Linux.
const POOL_SPACE_BYTES: u64 = 1 << 46;

/// Address space of one memory of the pool: wasmtime reserves all of a 32-bit memory and a guard of 32 MiB, so that no access
/// needs a bounds check.
const RESERVED_BYTES: u64 = (4 << 30) + (32 << 20);

/// The host has one pool for each version of WASI.
const POOLS: u64 = 2;

impl Config {
    /// Checks that no two values contradict each other.
    ///
    /// # Errors
    /// Each contradiction, by the names of its keys.
    pub fn check(&self) -> Result<(), ConfigError> {
        let problems = self.contradictions();
        if problems.is_empty() { Ok(()) } else { Err(ConfigError(problems)) }
    }

    /// Values of `[limits]` and `[instances]` that contradict each other. A new section here belongs into `Reading::compares` too.
    pub(super) fn contradictions(&self) -> Vec<Problem> {
        let found = [self.memory_fits_slot(), self.resident_fits_slot(), self.pool_fits_address_space()];
        found.into_iter().flatten().collect()
    }

    fn memory_fits_slot(&self) -> Option<Problem> {
        let (memory, slot) = (self.limits.memory_bytes, self.instances.slot_bytes);
        let reason = format!("{memory} bytes do not fit a slot of the pool (instances.slot_bytes = {slot})");
        let hint = "lower limits.memory_bytes, raise instances.slot_bytes, or set instances.pooled = false";
        (self.instances.pooled && memory > slot).then(|| problem("limits.memory_bytes", reason, hint))
    }

    fn resident_fits_slot(&self) -> Option<Problem> {
        let (resident, slot) = (self.instances.resident_bytes, self.instances.slot_bytes);
        let reason = format!("{resident} bytes are more than a slot of the pool has (instances.slot_bytes = {slot})");
        let hint = "lower instances.resident_bytes";
        (self.instances.pooled && resident > slot).then(|| problem("instances.resident_bytes", reason, hint))
    }

    fn pool_fits_address_space(&self) -> Option<Problem> {
        let instance = POOLS * u64::from(MEMORIES_PER_INSTANCE) * RESERVED_BYTES;
        let most = POOL_SPACE_BYTES / instance;
        let found = self.instances.count;
        let reason = format!(
            "a pool for {found} instances needs more address space than a process has: {instance} bytes each, of {POOL_SPACE_BYTES}"
        );
        let hint = format!("set instances.count to at most {most}, or instances.pooled = false");
        (self.instances.pooled && u64::from(found) > most).then(|| problem("instances.count", reason, hint))
    }
}

fn problem(key: &str, reason: String, hint: impl Into<String>) -> Problem {
    Problem { line: None, key: key.to_owned(), reason, hint: Some(hint.into()) }
}
