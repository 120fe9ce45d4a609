//! A crossing: one hop of a request, out of a worker (or in at the front door), into another worker or the network.
//!
//! Dispatches, service bindings, mTLS bindings, and requests to the outbound worker or the network are all crossings. They differ in
//! their [`Destination`] alone; `cross.rs` takes each of them through the same steps.

use std::sync::Arc;

use tollgate_egress::Identity;
use tollgate_types::config::PlatformLimits;
use tollgate_types::{CertificateId, Home, Parameters, WorkerId, WorkerName};
use tollgate_worlds::DispatchError;
use wasmtime_wasi_http::{RequestOptions, WasiBody};

use crate::attach::Attached;
use crate::gate::{Bound, Gate};
use crate::invoked::Invoked;
use crate::request_id::RequestId;
use crate::shares::Tenant;

pub(crate) type Request = http::Request<WasiBody>;

/// The answer to a request that crosses: a response, or why there is none.
pub type Answer = Result<http::Response<WasiBody>, DispatchError>;

/// A kind of hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hop {
    /// From the front door to the first worker.
    Entrance,
    /// From a dispatch worker to the worker that it got.
    Dispatch,
    /// From a worker to the outbound worker that receives what it sends.
    Outbound,
    /// From a worker through a service binding to another.
    Service,
    /// From a worker to the network.
    Network,
}

/// One request over one hop.
#[derive(Clone)]
pub struct Crossing {
    pub(crate) request_id: RequestId,
    /// The invocation that sends the request. None at the entrance.
    pub(crate) from: Option<Arc<dyn Sender>>,
    pub(crate) to: Destination,
    /// How deep the receiver is in the chain of workers.
    pub(crate) depth: u32,
    pub(crate) options: Option<RequestOptions>,
}

/// Where a crossing leads.
#[derive(Debug, Clone)]
pub(crate) enum Destination {
    /// To a worker.
    Worker(Callee),
    /// To the network, with the client certificate of a binding if there is one.
    Network { certificate: Option<CertificateId> },
    /// Nowhere: the invocation has no way out.
    Denied,
}

/// A worker that a crossing leads to, before it is known to exist.
#[derive(Debug, Clone)]
pub(crate) struct Callee {
    pub(crate) hop: Hop,
    pub(crate) id: WorkerId,
    /// The limits that the crossing grants. The worker's own limits tighten them.
    pub(crate) limits: PlatformLimits,
    /// JSON text; none means null.
    pub(crate) props: Option<String>,
    /// Of the dispatch, if the worker is an outbound worker.
    pub(crate) parameters: Arc<Parameters>,
    pub(crate) egress: Egress,
}

/// Where the requests of an invocation go that use no binding.
#[derive(Debug, Clone)]
pub(crate) enum Egress {
    /// To the operator's outbound worker, with the parameters of this dispatch.
    Outbound(WorkerName, Arc<Parameters>),
    /// To the network, under the host's policy.
    Network,
    /// Nowhere.
    Denied,
}

/// What the host grants to every worker.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) limits: PlatformLimits,
    /// Whether a customer's worker without an outbound worker reaches the network.
    pub(crate) direct: bool,
}

/// What a crossing needs of the invocation that sends a request.
pub(crate) trait Sender: tollgate_engine::Invocation {
    /// The invocation, for observers.
    fn invoked(&self) -> Invoked<'_>;
    /// The owner of its connections.
    fn identity(&self) -> &Identity;
    /// Keeps why the egress policy denied a request, for the dispatcher of the worker. False if it denied one before.
    fn note_denied(&self, reason: String) -> bool;
    /// Counts a subrequest. False if the invocation has sent as many as it may.
    fn count_subrequest(&self) -> bool;
    /// How many subrequests it may send.
    fn allowed_subrequests(&self) -> u64;
    /// Who pays for the workers that receive its requests.
    fn tenant(&self) -> Option<&Tenant>;
    /// The gate of the subrequests that wait for the head of their response.
    fn open_subrequests(&self) -> (&Arc<Gate>, Bound);
}

impl Crossing {
    /// A request that an invocation sends.
    pub(crate) fn out_of(from: Arc<dyn Sender>, to: Destination, options: Option<RequestOptions>) -> Self {
        let (request_id, depth) = (from.invoked().request_id, from.identity().depth + 1);
        Self { request_id, from: Some(from), to, depth, options }
    }

    /// The id of the request that started the chain.
    pub fn request_id(&self) -> RequestId {
        self.request_id
    }

    /// Which kind of hop it is.
    pub fn hop(&self) -> Hop {
        match &self.to {
            Destination::Worker(callee) => callee.hop,
            Destination::Network { .. } | Destination::Denied => Hop::Network,
        }
    }

    /// The invocation that sends the request. None at the entrance.
    pub fn from(&self) -> Option<Invoked<'_>> {
        self.from.as_ref().map(|from| from.invoked())
    }

    /// The worker that receives the request. None at [`Hop::Network`].
    pub fn to(&self) -> Option<&WorkerId> {
        match &self.to {
            Destination::Worker(callee) => Some(&callee.id),
            Destination::Network { .. } | Destination::Denied => None,
        }
    }

    /// Whether the request is refused, since its sender has no way out.
    pub fn is_denied(&self) -> bool {
        matches!(self.to, Destination::Denied)
    }

    /// The parameters that the dispatch attached for the receiver. None if it is no outbound worker.
    pub fn parameters(&self) -> Option<&Parameters> {
        match &self.to {
            Destination::Worker(callee) => Some(&callee.parameters),
            Destination::Network { .. } | Destination::Denied => None,
        }
    }

    /// The timeouts of the request; at [`Hop::Network`] with the defaults of the egress.
    pub fn options(&self) -> Option<RequestOptions> {
        self.options
    }
}

impl Callee {
    /// A worker that a dispatch, or the front door, picked by name.
    pub(crate) fn dispatched(hop: Hop, id: WorkerId, attached: Attached, policy: &Policy) -> Self {
        let egress = match attached.outbound {
            Some((service, parameters)) => Egress::Outbound(service, Arc::new(parameters)),
            None if policy.direct || id.home == Home::Operator => Egress::Network,
            None => Egress::Denied,
        };
        let limits = policy.limits.tightened_by(attached.limits);
        Self { hop, id, limits, props: attached.props, parameters: Arc::default(), egress }
    }

    /// One of the operator's own workers, without anything attached.
    pub(crate) fn operator(hop: Hop, name: WorkerName, policy: &Policy) -> Self {
        let id = WorkerId::operator(name);
        Self { hop, id, limits: policy.limits, props: None, parameters: Arc::default(), egress: Egress::Network }
    }

    /// An outbound worker: its own requests go to the network.
    pub(crate) fn outbound(hop: Hop, service: WorkerName, parameters: Arc<Parameters>, policy: &Policy) -> Self {
        Self { parameters, ..Self::operator(hop, service, policy) }
    }
}

impl Egress {
    /// Where it leads.
    pub(crate) fn destination(&self, policy: &Policy) -> Destination {
        match self {
            Self::Outbound(service, parameters) => {
                Destination::Worker(Callee::outbound(Hop::Outbound, service.clone(), parameters.clone(), policy))
            }
            Self::Network => Destination::Network { certificate: None },
            Self::Denied => Destination::Denied,
        }
    }
}
