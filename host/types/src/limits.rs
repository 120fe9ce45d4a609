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
