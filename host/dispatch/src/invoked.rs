//! Which invocation a log line or an observer's note belongs to.

use tollgate_types::{Home, WorkerId};

use crate::request_id::RequestId;

/// An invocation, for logs and observers.
#[derive(Debug, Clone, Copy)]
pub struct Invoked<'a> {
    /// The request that started the chain of workers.
    pub request_id: RequestId,
    /// The worker that runs.
    pub worker: &'a WorkerId,
    /// The version of the worker.
    pub version: u64,
    /// How deep in the chain the worker is; the first is 1.
    pub depth: u32,
    /// The number of the invocation in this process. One request may invoke a worker several times.
    pub number: u64,
}

impl<'a> Invoked<'a> {
    /// The worker's namespace as a log line has it; empty for the operator's own workers.
    pub fn namespace(&self) -> &'a str {
        namespace_of(self.worker)
    }
}

/// A worker's namespace as a log line has it; empty for the operator's own workers.
pub(crate) fn namespace_of(worker: &WorkerId) -> &str {
    match &worker.home {
        Home::Operator => "",
        Home::Namespace(namespace) => namespace.as_str(),
    }
}
