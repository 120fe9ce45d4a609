//! The limits in force for one invocation: the platform's, tightened by worker and dispatch.

use tollgate_types::Limits;

/// The platform's ceilings; each holds where nobody set a smaller one.
#[derive(Debug, Clone, Copy)]
pub struct PlatformLimits {
    /// CPU time of an invocation, in milliseconds.
    pub cpu_ms: u64,
    /// Time on the clock of an invocation, in milliseconds.
    pub wall_ms: u64,
    /// Bytes of all memories and tables of an instance.
    pub memory_bytes: u64,
    /// Requests that an invocation may send.
    pub subrequests: u64,
}

impl Default for PlatformLimits {
    /// Cloudflare's figures for paid accounts where it names one, and five minutes on the clock.
    fn default() -> Self {
        Self { cpu_ms: 30_000, wall_ms: 300_000, memory_bytes: 128 << 20, subrequests: 1_000 }
    }
}

impl PlatformLimits {
    /// These, tightened.
    pub(crate) fn tightened_by(self, limits: Limits) -> Self {
        let smaller = |own: u64, other: Option<u64>| other.map_or(own, |other| own.min(other));
        Self {
            cpu_ms: smaller(self.cpu_ms, limits.cpu_ms),
            wall_ms: smaller(self.wall_ms, limits.wall_ms),
            memory_bytes: smaller(self.memory_bytes, limits.memory_bytes),
            subrequests: smaller(self.subrequests, limits.subrequests),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dispatch_cannot_loosen() {
        let asked = Limits { cpu_ms: Some(u64::MAX), subrequests: Some(2), ..Limits::default() };
        let held = PlatformLimits::default().tightened_by(asked);
        assert_eq!((held.cpu_ms, held.subrequests), (30_000, 2));
    }
}
