//! Ceilings that people choose. A limit that is absent leaves the next one above in force; of two, the smaller holds.

use serde::{Deserialize, Serialize};

use crate::config::PlatformLimits;

/// Ceilings on one invocation of a worker. Each field is `None` where nobody set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// CPU time, in milliseconds, counted only while the worker runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<u64>,
    /// Time on the clock, in milliseconds, from the request to the end of the worker's work for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall_ms: Option<u64>,
    /// Bytes of all linear memories and tables of the instance together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Requests that the worker may send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subrequests: Option<u64>,
    /// Subrequests that may wait for the head of their response at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent_subrequests: Option<u32>,
    /// Requests that the worker may serve at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent_requests: Option<u32>,
}

impl PlatformLimits {
    /// These limits, tightened: of two the smaller holds.
    #[must_use]
    pub fn tightened_by(self, limits: Limits) -> Self {
        let smaller = |own: u64, other: Option<u64>| other.map_or(own, |other| own.min(other));
        let concurrent = limits.concurrent_subrequests.unwrap_or(u32::MAX);
        Self {
            cpu_ms: smaller(self.cpu_ms, limits.cpu_ms),
            wall_ms: smaller(self.wall_ms, limits.wall_ms),
            memory_bytes: smaller(self.memory_bytes, limits.memory_bytes),
            subrequests: smaller(self.subrequests, limits.subrequests),
            concurrent_subrequests: self.concurrent_subrequests.min(concurrent.max(1)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dispatch_cannot_loosen_a_limit() {
        let asked = Limits { cpu_ms: Some(u64::MAX), subrequests: Some(2), ..Limits::default() };
        let held = PlatformLimits::default().tightened_by(asked);
        assert_eq!((held.cpu_ms, held.subrequests), (30_000, 2));
    }
}
