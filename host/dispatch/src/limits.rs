//! The platform's limits in force. A reload changes them while requests read them, without a lock.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use tollgate_types::config::PlatformLimits;

/// The platform's limits. A request that reads them while they change may see some old and some new ones; each is one that an
/// operator chose.
#[derive(Debug, Default)]
pub(crate) struct LimitsInForce {
    cpu_ms: AtomicU64,
    wall_ms: AtomicU64,
    memory_bytes: AtomicU64,
    subrequests: AtomicU64,
    log_bytes: AtomicU64,
    dispatch_depth: AtomicU32,
    resources: AtomicU32,
    tickets: AtomicU32,
    concurrent_subrequests: AtomicU32,
    background_ms: AtomicU64,
}

impl LimitsInForce {
    pub(crate) fn new(limits: PlatformLimits) -> Self {
        let all = Self::default();
        all.set(limits);
        all
    }

    /// Puts other limits into force, for every invocation that begins from now on.
    pub(crate) fn set(&self, limits: PlatformLimits) {
        self.cpu_ms.store(limits.cpu_ms, Ordering::Relaxed);
        self.wall_ms.store(limits.wall_ms, Ordering::Relaxed);
        self.memory_bytes.store(limits.memory_bytes, Ordering::Relaxed);
        self.subrequests.store(limits.subrequests, Ordering::Relaxed);
        self.log_bytes.store(limits.log_bytes, Ordering::Relaxed);
        self.dispatch_depth.store(limits.dispatch_depth, Ordering::Relaxed);
        self.resources.store(limits.resources, Ordering::Relaxed);
        self.tickets.store(limits.tickets, Ordering::Relaxed);
        self.concurrent_subrequests.store(limits.concurrent_subrequests, Ordering::Relaxed);
        self.background_ms.store(limits.background_ms, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> PlatformLimits {
        PlatformLimits {
            cpu_ms: self.cpu_ms.load(Ordering::Relaxed),
            wall_ms: self.wall_ms.load(Ordering::Relaxed),
            memory_bytes: self.memory_bytes.load(Ordering::Relaxed),
            subrequests: self.subrequests.load(Ordering::Relaxed),
            dispatch_depth: self.dispatch_depth.load(Ordering::Relaxed),
            log_bytes: self.log_bytes.load(Ordering::Relaxed),
            resources: self.resources.load(Ordering::Relaxed),
            tickets: self.tickets.load(Ordering::Relaxed),
            concurrent_subrequests: self.concurrent_subrequests.load(Ordering::Relaxed),
            background_ms: self.background_ms.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_that_is_set_is_in_force() {
        let other = PlatformLimits {
            cpu_ms: 1,
            wall_ms: 2,
            memory_bytes: 3,
            subrequests: 4,
            dispatch_depth: 5,
            log_bytes: 6,
            resources: 7,
            tickets: 8,
            concurrent_subrequests: 9,
            background_ms: 10,
        };
        let limits = LimitsInForce::new(PlatformLimits::default());
        assert_eq!(limits.get(), PlatformLimits::default());
        limits.set(other);
        assert_eq!(limits.get(), other);
    }
}
