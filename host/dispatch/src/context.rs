//! What an invocation may ask of the chain that runs it. It is a trait so that an invocation, its store and its log need not name the
//! chain, which names all of them.

use std::sync::Arc;

use futures::future::BoxFuture;
use tollgate_types::{WorkerId, WorkerRecord};

use crate::crossing::{Answer, Crossing, Policy, Request};
use crate::observe::Observers;

/// A chain, as its invocations see it.
pub(crate) trait Context: Send + Sync {
    /// Takes a request over a hop.
    fn cross(self: Arc<Self>, crossing: Crossing, request: Request) -> BoxFuture<'static, Answer>;

    /// A worker's record, if there is such a worker.
    fn record(&self, id: &WorkerId) -> Option<Arc<WorkerRecord>>;

    /// What the host grants.
    fn policy(&self) -> Policy;

    /// The observers to tell.
    fn observers(&self) -> &Observers;
}
