//! How an invocation ended, and what it used until then.

use std::time::Duration;

use crate::{CallError, LimitKind};

/// How an invocation ended. The names are those of Cloudflare's tail events (`outcome` of a `TraceItem`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The worker returned, and its response was read to the end.
    Ok,
    /// The worker trapped, answered with an error code, or returned without an answer.
    Exception,
    /// The worker used more CPU time than its limit.
    ExceededCpu,
    /// The worker ran longer than its wall-clock limit.
    ExceededWallTime,
    /// The worker asked for more memory than its limit.
    ExceededMemory,
    /// The host had no room for another instance.
    LoadShed,
    /// The caller went away before the worker had ended, or the host stopped.
    Canceled,
    /// The worker was stopped or deleted. Cloudflare has no such name.
    Stopped,
    /// The worker returned, and the caller went away before it had read the whole response.
    ResponseStreamDisconnected,
}

impl Outcome {
    /// The name in a tail event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Exception => "exception",
            Self::ExceededCpu => "exceededCpu",
            Self::ExceededWallTime => "exceededWallTime",
            Self::ExceededMemory => "exceededMemory",
            Self::LoadShed => "loadShed",
            Self::Canceled => "canceled",
            Self::Stopped => "stopped",
            Self::ResponseStreamDisconnected => "responseStreamDisconnected",
        }
    }
}

impl From<&CallError> for Outcome {
    fn from(error: &CallError) -> Self {
        match error {
            CallError::Limit(limit) => match limit.limit {
                LimitKind::Cpu => Self::ExceededCpu,
                LimitKind::Wall | LimitKind::Background => Self::ExceededWallTime,
                LimitKind::Memory => Self::ExceededMemory,
            },
            CallError::Stopped => Self::Stopped,
            CallError::Ended => Self::Canceled,
            CallError::NoRoom(_) => Self::LoadShed,
            CallError::Trap(_) | CallError::NoAnswer | CallError::Answered(_) | CallError::Malformed(_) => {
                Self::Exception
            }
        }
    }
}

/// How one invocation ended, and what it used.
#[derive(Debug)]
pub struct Report<'a> {
    /// How it ended.
    pub outcome: Outcome,
    /// Why the run failed. None if the worker returned, or if it was canceled.
    pub error: Option<&'a CallError>,
    /// CPU time of the worker's run.
    pub cpu: Duration,
    /// Wall-clock time from the start of the invocation to the end of the run, background work included.
    pub wall: Duration,
    /// The most bytes that the instance's memories and tables held. Of a reused instance, what earlier requests left counts.
    pub memory_bytes: u64,
    /// Bytes of the request's body that the worker read. Counted only for an invocation that is observed.
    pub bytes_in: u64,
    /// Bytes of the response's body that the caller read.
    pub bytes_out: u64,
}
