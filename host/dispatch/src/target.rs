//! Targets: where a dispatch worker's `worker` and a worker's bindings lead.
//!
//! A service binding leads to another worker, an mTLS-certificate binding to the network. No outbound worker sees these requests (A14,
//! A16). The requests of a worker behind a service binding are under that worker's own egress: in a namespace, the outbound worker
//! and the parameters of the dispatch that started the chain (A15).
//!
//! An mTLS binding works even with `egress.direct = false`, which only restricts requests that use no binding. The operator gives a binding
//! to one worker by name, and it is good for nothing else. The egress checks addresses as always.

use futures::future::BoxFuture;
use futures::{FutureExt as _, TryFutureExt as _};
use tollgate_types::{Binding, Home, Service, WorkerId, WorkerName, excerpt};
use tollgate_worlds::{BindingKind, DispatchError, GetOptions, Target};
use wasmtime_wasi_http::{Error, RequestOptions};

use crate::attach::Attached;
use crate::crossing::{Answer, Callee, Crossing, Destination, Egress, Hop, Request};
use crate::current::WeakCurrent;
use crate::hooks::code_alone;
use crate::invocation::Invocation;

/// A destination that a worker may send requests to. The requests count as those of the invocation that its instance serves when
/// it sends them. Only a dispatch fails with words: those of other workers are not for the worker that sends.
pub(crate) struct BindingTarget {
    from: WeakCurrent,
    to: Destination,
    /// What props and parameters hold.
    bytes: u64,
}

impl BindingTarget {
    pub(crate) fn new(from: WeakCurrent, to: Destination) -> Self {
        let bytes = if let Destination::Worker(callee) = &to { attached_bytes(callee) } else { 0 };
        Self { from, to, bytes: bytes as u64 }
    }
}

fn attached_bytes(callee: &Callee) -> usize {
    let outbound = if let Egress::Outbound(_, parameters) = &callee.egress { parameters.held_bytes() } else { 0 };
    callee.props.as_ref().map_or(0, String::len) + outbound
}

impl Target for BindingTarget {
    fn fetch(&self, request: Request, options: Option<RequestOptions>) -> BoxFuture<'static, Answer> {
        let Some(from) = self.from.get() else {
            let gone = DispatchError::Internal("the worker that sends the request is gone".to_owned());
            return async { Err(gone) }.boxed();
        };
        let context = from.context.clone();
        let answer = context.cross(Crossing::out_of(from, self.to.clone(), options), request);
        match &self.to {
            Destination::Worker(callee) if callee.hop == Hop::Dispatch => answer,
            _ => answer.map_err(code_alone).boxed(),
        }
    }

    fn held_bytes(&self) -> u64 {
        self.bytes
    }
}

/// The kind of a binding, as workers see it.
pub(crate) fn kind(binding: &Binding) -> BindingKind {
    match binding {
        Binding::PlainText { .. } | Binding::SecretText { .. } => BindingKind::Text,
        Binding::Json { .. } => BindingKind::Json,
        Binding::DispatchNamespace(_) => BindingKind::DispatchNamespace,
        Binding::Service(_) => BindingKind::Service,
        Binding::MtlsCertificate(_) => BindingKind::MtlsCertificate,
    }
}

/// Where a service or mTLS-certificate binding of the invocation's worker leads.
pub(crate) fn of_binding(from: &Invocation, name: &str) -> Result<Destination, Error> {
    match from.worker.binding(name) {
        Some(Binding::Service(service)) => Ok(Destination::Worker(service_of(from, service))),
        Some(Binding::MtlsCertificate(binding)) => {
            Ok(Destination::Network { certificate: Some(binding.certificate_id.clone()) })
        }
        _ => {
            let reason = format!("no service or mTLS-certificate binding named {:?}", excerpt(name));
            Err(Error::InternalError(Some(reason)))
        }
    }
}

/// The worker behind a service binding.
fn service_of(from: &Invocation, service: &Service) -> Callee {
    let policy = from.context.policy();
    let Some(namespace) = &service.dispatch_namespace else {
        return Callee::operator(Hop::Service, service.service.clone(), &policy);
    };
    // A deploy checks this; a record that another version of Tollgate wrote may not have been checked.
    let sibling = from.id.home == Home::Namespace(namespace.clone());
    let egress = if sibling { from.egress.clone() } else { Egress::Denied };
    let id = WorkerId::in_namespace(namespace.clone(), service.service.clone());
    Callee { id, limits: from.granted, egress, ..Callee::operator(Hop::Service, service.service.clone(), &policy) }
}

/// The worker of a name, behind a dispatch binding of the invocation's worker.
pub(crate) fn of_dispatch(
    from: &Invocation,
    binding: &str,
    name: &str,
    options: GetOptions,
) -> Result<Destination, DispatchError> {
    let Some(Binding::DispatchNamespace(namespace)) = from.worker.binding(binding) else {
        return Err(DispatchError::UnknownBinding(excerpt(binding)));
    };
    let name = name.parse::<WorkerName>().map_err(|error| DispatchError::InvalidName(error.to_string()))?;
    let outbound = namespace.outbound.as_ref().map(|outbound| WorkerId::operator(outbound.service.clone()));
    // If the outbound worker is gone, calling it fails.
    let outbound = outbound.and_then(|id| from.context.record(&id));
    let reads = outbound.as_ref().map_or(&[][..], |record| &record.reads);
    let attached = Attached::check(namespace, reads, options)?;
    let id = WorkerId::in_namespace(namespace.namespace.clone(), name);
    Ok(Destination::Worker(Callee::dispatched(Hop::Dispatch, id, attached, &from.context.policy())))
}
