//! Ceilings that people choose. A limit that is absent leaves the next one above in force; of two, the smaller holds.

use serde::{Deserialize, Serialize};

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
}

impl Limits {
    /// Both sets of limits together: field by field the smaller, so that limits only ever tighten.
    pub fn tightened_by(self, other: Self) -> Self {
        Self {
            cpu_ms: smaller(self.cpu_ms, other.cpu_ms),
            wall_ms: smaller(self.wall_ms, other.wall_ms),
            memory_bytes: smaller(self.memory_bytes, other.memory_bytes),
            subrequests: smaller(self.subrequests, other.subrequests),
        }
    }
}

fn smaller(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.into_iter().chain(other).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_of_two_holds_and_absence_gives_way() {
        let one = Limits { cpu_ms: Some(50), subrequests: Some(10), ..Limits::default() };
        let other = Limits { cpu_ms: Some(80), wall_ms: Some(1_000), subrequests: Some(3), ..Limits::default() };
        let both = Limits { cpu_ms: Some(50), wall_ms: Some(1_000), memory_bytes: None, subrequests: Some(3) };
        assert_eq!(one.tightened_by(other), both);
        assert_eq!(other.tightened_by(one), both);
    }
}
