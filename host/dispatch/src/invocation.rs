//! One run of one worker for one request: who, under which limits, with which way out.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::BoxFuture;
use tollgate_egress::Identity;
use tollgate_engine::{CallError, Errands, Fate, Meter};
use tollgate_types::config::PlatformLimits;
use tollgate_types::{Binding, Parameters, Plain, WorkerId, WorkerName, excerpt};
use tollgate_worlds::{Beside, BindingKind, DispatchError, Dispatcher, GetOptions, Passed, Target, TicketError};
use wasmtime_wasi_http::Error;

use crate::attach::Attached;
use crate::chain::{Chain, Got};
use crate::passing::Passing;
use crate::ready::Ready;
use crate::state::names;
use crate::tickets::Tickets;
use crate::traffic::Sender;
use crate::way;

/// The way out of an invocation: exactly one.
#[derive(Debug, Clone)]
pub(crate) enum Egress {
    /// To the operator's outbound worker, with the parameters of this dispatch.
    Outbound(WorkerName, Arc<Parameters>),
    /// To the network, under the host's policy.
    Network,
    /// Nowhere.
    Denied,
}

/// One run of a worker.
pub(crate) struct Invocation {
    pub(crate) chain: Chain,
    pub(crate) id: WorkerId,
    pub(crate) worker: Arc<Ready>,
    pub(crate) limits: PlatformLimits,
    pub(crate) egress: Egress,
    pub(crate) props: String,
    pub(crate) parameters: Arc<Parameters>,
    /// Whose connections this invocation's are: the customer's worker, and the outbound worker behind it.
    pub(crate) identity: Identity,
    pub(crate) meter: Meter,
    pub(crate) fate: Arc<Fate>,
    pub(crate) errands: Arc<Errands>,
    /// Whether who sent the request counts the time between the bytes of its answer.
    pub(crate) timed: bool,
    pub(crate) sent: AtomicU64,
    /// Bytes of log that it took so far (`log.rs`).
    pub(crate) logged: AtomicU64,
    /// What a service in the worker's own namespace may have: the limits before the worker's own tightened them.
    pub(crate) granted: PlatformLimits,
    pub(crate) tickets: Tickets,
    /// What it passes on; none where the worker's language needs no such thing.
    pub(crate) passing: Option<Passing>,
}

impl Invocation {
    /// Counts a request that the worker sends; an error over its limit.
    pub(crate) fn count_subrequest(&self) -> Result<(), Error> {
        let allowed = self.limits.subrequests;
        if self.sent.fetch_add(1, Ordering::Relaxed) < allowed {
            return Ok(());
        }
        Err(Error::InternalError(Some(format!("too many subrequests: at most {allowed} in an invocation"))))
    }

    pub(crate) fn binding(&self, name: &str) -> Option<&Binding> {
        self.worker.record.bindings.iter().find(|(own, _)| own.as_str() == name).map(|(_, binding)| binding)
    }
}

impl tollgate_engine::Invocation for Invocation {
    fn meter(&self) -> &Meter {
        &self.meter
    }

    fn fate(&self) -> &Arc<Fate> {
        &self.fate
    }

    fn errands(&self) -> &Arc<Errands> {
        &self.errands
    }

    fn is_timed(&self) -> bool {
        self.timed
    }

    fn wall_ms(&self) -> u64 {
        self.limits.wall_ms
    }

    fn memory_bytes(&self) -> u64 {
        self.limits.memory_bytes
    }

    fn ended_badly(&self, error: &CallError) {
        let (namespace, worker, version) = names(self);
        // The worker's own words may be in it.
        let error = Plain(&error.to_string()).to_string();
        tracing::warn!(namespace, worker, version, %error, "worker failed");
    }
}

impl Beside for Invocation {
    fn beside(&self, work: BoxFuture<'static, ()>) {
        self.errands.add(work);
    }
}

impl Dispatcher for Invocation {
    fn get(&self, binding: &str, name: &str, options: GetOptions) -> Result<Arc<dyn Target>, DispatchError> {
        let Some(Binding::DispatchNamespace(namespace)) = self.binding(binding) else {
            return Err(DispatchError::UnknownBinding(excerpt(binding)));
        };
        let name = name.parse::<WorkerName>().map_err(|error| DispatchError::InvalidName(error.to_string()))?;
        let outbound = namespace.outbound.as_ref().map(|outbound| WorkerId::operator(outbound.service.clone()));
        // An outbound worker that is gone shows when it is called.
        let outbound = outbound.and_then(|id| self.chain.inner.reader.worker(&id).ok().flatten());
        let reads = outbound.as_ref().map_or(&[][..], |record| &record.reads);
        let attached = Attached::check(namespace, reads, options)?;
        let id = WorkerId::in_namespace(namespace.namespace.clone(), name);
        let (chain, depth) = (self.chain.clone(), self.identity.depth + 1);
        Ok(Arc::new(Got { chain, id, attached, depth, from: Sender::of(self) }))
    }

    fn bindings(&self) -> Vec<(String, BindingKind)> {
        let all = self.worker.record.bindings.iter();
        all.map(|(name, binding)| (name.to_string(), way::kind(binding))).collect()
    }

    fn way(&self, binding: &str) -> Result<Arc<dyn Target>, Error> {
        way::through(self, binding)
    }

    fn ticket(&self, target: Arc<dyn Target>) -> Result<String, TicketError> {
        self.tickets.issue(self.limits.tickets, Some(target))
    }

    fn failure(&self, ticket: &str) -> Option<DispatchError> {
        self.tickets.failure(ticket)
    }
}

impl tollgate_worlds::Passing for Invocation {
    fn url(&self) -> String {
        self.passing.as_ref().map(Passing::url).unwrap_or_default()
    }

    fn ordinary_ticket(&self) -> Result<String, TicketError> {
        self.tickets.issue(self.limits.tickets, None)
    }

    fn pass_on(&self, ticket: &str, passed: Passed) {
        self.tickets.pass(ticket, passed);
    }

    fn answer_with(&self, ticket: &str) -> bool {
        self.passing.as_ref().is_some_and(|passing| passing.answer_with(ticket))
    }
}
