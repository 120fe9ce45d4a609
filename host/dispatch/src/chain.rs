//! The chain: from a worker's name to its response, one invocation after another.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tollgate_egress::{Identity, Network};
use tollgate_engine::{CallError, Engine, Fate, Meter};
use tollgate_store::Reader;
use tollgate_types::config::{CodeConfig, PlatformLimits};
use tollgate_types::{Declaration, Home, Parameters, WorkerId, WorkerName};
use tollgate_worlds::{DispatchError, Target};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::attach::Attached;
use crate::control::{Control, Crossing, Hop, Onward};
use crate::invocation::{Egress, Invocation};
use crate::limits::LimitsInForce;
use crate::passing::Passing;
use crate::ready::{PrepareError, Workers};
use crate::tickets::Tickets;
use crate::traffic::{Sender, Sent};
use crate::{seam, timeouts};

/// How often idle instances are swept. Not a setting: the times that the sweep looks at are.
const SWEEP: Duration = Duration::from_secs(1);

type Request = http::Request<WasiBody>;
type Response = http::Response<WasiBody>;

/// Runs workers. Cheap to clone.
#[derive(Clone)]
pub struct Chain {
    pub(crate) inner: Arc<Shared>,
}

/// What clones of a chain have in common.
pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) reader: Reader,
    pub(crate) network: Network,
    limits: LimitsInForce,
    direct: AtomicBool,
    workers: Arc<Workers>,
    pub(crate) control: Option<Arc<dyn Control>>,
}

impl Chain {
    /// A chain over an engine, a store and a network. `direct` says whether a customer's worker that is dispatched without
    /// an outbound worker reaches the network, or nothing but what its bindings lead to. Needs a tokio runtime around it.
    pub fn new(
        engine: Engine,
        reader: Reader,
        network: Network,
        limits: PlatformLimits,
        code: CodeConfig,
        direct: bool,
    ) -> Result<Self, PrepareError> {
        let workers = Arc::new(Workers::new(&engine, code)?);
        let (limits, direct) = (LimitsInForce::new(limits), AtomicBool::new(direct));
        Ok(Self::start(Shared { engine, reader, network, limits, direct, workers, control: None }))
    }

    /// A chain over another store and another network, with somebody in control, on a runtime of its own. It has in common
    /// with this one what costs time to make: compiled code, and the links of the records that both stores hold.
    pub fn beside(&self, reader: Reader, network: Network, control: Arc<dyn Control>) -> Self {
        let Shared { engine, workers, .. } = &*self.inner;
        let (engine, workers) = (engine.beside(), workers.clone());
        let (limits, direct) = (LimitsInForce::new(self.limits()), AtomicBool::new(self.is_direct()));
        Self::start(Shared { engine, reader, network, limits, direct, workers, control: Some(control) })
    }

    fn start(shared: Shared) -> Self {
        let inner = Arc::new(shared);
        tokio::spawn(sweep(Arc::downgrade(&inner)));
        Self { inner }
    }

    /// Checks a script before it is deployed: that it compiles, and imports only what its role may. Keeps the compiled
    /// code, so that the first dispatch finds it. Gives the parameters that it reads by type.
    pub async fn prepare(&self, home: &Home, script: Vec<u8>) -> Result<Vec<Declaration>, PrepareError> {
        self.inner.workers.check(&self.inner.engine, home, script).await
    }

    /// Makes a worker of a store ready, so that no chain beside this one has to wait for it.
    pub async fn warm(&self, reader: &Reader, id: &WorkerId) -> Result<(), DispatchError> {
        let Some(record) = reader.worker(id).map_err(internal)? else { return Ok(()) };
        self.inner.workers.get(&self.inner.engine, reader, id, record).await.map(drop).map_err(internal)
    }

    /// Instances alive now.
    pub fn instances(&self) -> usize {
        self.inner.engine.instances()
    }

    /// How deep a request is that comes over this connection, of which `peer` is the other end: 1, or deeper than the
    /// worker of ours that sent it.
    pub fn depth(&self, peer: SocketAddr, local: SocketAddr) -> u32 {
        self.inner.network.depth_of(peer, local).map_or(1, |depth| depth + 1)
    }

    /// Hands a request from the front door to one of the operator's own workers.
    pub async fn serve(&self, worker: WorkerName, depth: u32, request: Request) -> Result<Response, DispatchError> {
        self.run(Hop::Entrance, WorkerId::operator(worker), Attached::default(), depth, None, request).await
    }

    /// Dispatches a request from the front door to a customer's worker, where no dispatch worker is written.
    pub async fn dispatch(
        &self,
        worker: WorkerId,
        attached: Attached,
        depth: u32,
        request: Request,
    ) -> Result<Response, DispatchError> {
        self.run(Hop::Entrance, worker, attached, depth, None, request).await
    }

    /// Hands a request from the front door to an outbound worker, as if a customer's worker had sent it.
    pub async fn intercepted(
        &self,
        service: WorkerName,
        parameters: Parameters,
        depth: u32,
        request: Request,
    ) -> Result<Response, DispatchError> {
        let link = Link { hop: Hop::Entrance, ..self.outbound(service, Arc::new(parameters), depth) };
        self.link(link, request).await
    }

    async fn run(
        &self,
        hop: Hop,
        id: WorkerId,
        attached: Attached,
        depth: u32,
        options: Option<RequestOptions>,
        request: Request,
    ) -> Result<Response, DispatchError> {
        let egress = match attached.outbound {
            Some((service, parameters)) => Egress::Outbound(service, Arc::new(parameters)),
            None if self.is_direct() || id.home == Home::Operator => Egress::Network,
            None => Egress::Denied,
        };
        let link = Link {
            hop,
            from: None,
            limits: self.limits().tightened_by(attached.limits),
            props: attached.props.unwrap_or_else(|| "null".to_owned()),
            parameters: Arc::default(),
            egress,
            id,
            depth,
            timed: timeouts::counts_bytes(options),
        };
        self.link(link, request).await
    }

    /// Calls an outbound worker with a request that another worker sent, under limits of its own.
    pub(crate) async fn intercept(
        &self,
        from: &Invocation,
        service: WorkerName,
        parameters: Arc<Parameters>,
        options: Option<RequestOptions>,
        request: Request,
    ) -> Result<Response, DispatchError> {
        let link = Link {
            from: Some(from.identity.chain.clone()),
            timed: timeouts::counts_bytes(options),
            ..self.outbound(service, parameters, from.identity.depth + 1)
        };
        self.link(link, request).await
    }

    /// An outbound worker as a link: its own requests go to the network.
    fn outbound(&self, service: WorkerName, parameters: Arc<Parameters>, depth: u32) -> Link {
        Link {
            hop: Hop::Outbound,
            from: None,
            id: WorkerId::operator(service),
            limits: self.limits(),
            props: "null".to_owned(),
            parameters,
            egress: Egress::Network,
            depth,
            timed: false,
        }
    }

    /// Puts other limits into force, for every invocation that begins from now on. Of `direct`, see [`Chain::new`].
    pub fn reconfigure(&self, limits: PlatformLimits, direct: bool) {
        self.inner.limits.set(limits);
        self.inner.direct.store(direct, Ordering::Relaxed);
    }

    /// The limits of this host.
    pub(crate) fn limits(&self) -> PlatformLimits {
        self.inner.limits.get()
    }

    fn is_direct(&self) -> bool {
        self.inner.direct.load(Ordering::Relaxed)
    }

    /// Runs one link of a chain, past whoever is in control.
    pub(crate) async fn link(&self, link: Link, request: Request) -> Result<Response, DispatchError> {
        let Some(control) = self.inner.control.clone() else { return self.enter(link, request).await };
        let (to, parameters) = (Some(link.id.clone()), link.parameters.clone());
        let crossing = Crossing { hop: link.hop, to, parameters, options: None };
        let chain = self.clone();
        let onward: Onward = Box::new(move |request| async move { chain.enter(link, request).await }.boxed());
        control.pass(crossing, request, onward).await
    }

    /// Sends a request to the network, past whoever is in control.
    pub(crate) async fn depart(
        &self,
        identity: Identity,
        request: Request,
        options: Option<RequestOptions>,
    ) -> Result<Response, Error> {
        let network = &self.inner.network;
        let Some(control) = self.inner.control.clone() else { return network.send(identity, request, options).await };
        let network = network.clone();
        let options_in_force = Some(network.in_force(options));
        let crossing = Crossing { hop: Hop::Network, to: None, parameters: Arc::default(), options: options_in_force };
        let onward: Onward = Box::new(move |request| {
            async move { network.send(identity, request, options).await.map_err(DispatchError::WorkerError) }.boxed()
        });
        control.pass(crossing, request, onward).await.map_err(DispatchError::into_code)
    }

    async fn enter(&self, link: Link, request: Request) -> Result<Response, DispatchError> {
        if link.depth > link.limits.dispatch_depth {
            return Err(DispatchError::DepthExceeded(link.limits.dispatch_depth));
        }
        let Some(record) = self.inner.reader.worker(&link.id).map_err(internal)? else {
            return Err(DispatchError::WorkerNotFound(link.id.name.to_string()));
        };
        let worker =
            self.inner.workers.get(&self.inner.engine, &self.inner.reader, &link.id, record).await.map_err(internal)?;
        let limits = link.limits.tightened_by(worker.record.limits);
        let chain = match link.from {
            None => worker.identity.clone(),
            Some(from) => format!("{from} > {}", worker.identity).into(),
        };
        let mut request = seam::inbound(request);
        let passing = worker.passes.then(|| Passing::of(&mut request));
        let invocation = Arc::new(Invocation {
            chain: self.clone(),
            worker,
            limits,
            id: link.id,
            egress: link.egress,
            props: link.props,
            parameters: link.parameters,
            identity: Identity { chain, depth: link.depth },
            meter: Meter::new(limits.cpu_ms),
            fate: Arc::new(Fate::default()),
            errands: Arc::default(),
            timed: link.timed,
            sent: AtomicU64::new(0),
            logged: AtomicU64::new(0),
            granted: link.limits,
            tickets: Tickets::default(),
            passing,
        });
        let loaded = invocation.worker.loaded.clone();
        let passes = invocation.passing.is_some().then(|| invocation.clone());
        let called = tollgate_engine::call(&self.inner.engine, &loaded, invocation, request).await;
        let response = called.map_err(dispatch_error)?;
        Ok(match passes.as_ref().and_then(|invocation| invocation.passing.as_ref()) {
            Some(passing) => passing.answer(response),
            None => response,
        })
    }
}

/// One link of a chain before its worker is known to exist.
#[derive(Clone)]
pub(crate) struct Link {
    /// How the request gets here.
    pub(crate) hop: Hop,
    pub(crate) id: WorkerId,
    /// The chain that sent the request, where a worker did.
    pub(crate) from: Option<Arc<str>>,
    pub(crate) limits: PlatformLimits,
    pub(crate) props: String,
    pub(crate) parameters: Arc<Parameters>,
    pub(crate) egress: Egress,
    pub(crate) depth: u32,
    pub(crate) timed: bool,
}

/// Drops instances that waited too long, for as long as the chain lives.
async fn sweep(inside: Weak<Shared>) {
    while let Some(inside) = inside.upgrade() {
        inside.workers.sweep();
        inside.engine.sweep();
        drop(inside);
        tokio::time::sleep(SWEEP).await;
    }
}

fn internal(error: impl std::error::Error) -> DispatchError {
    tracing::error!(%error, "dispatch failed");
    DispatchError::Internal(error.to_string())
}

fn dispatch_error(error: CallError) -> DispatchError {
    match error {
        CallError::Limit(limit) => DispatchError::Limit(limit.to_string()),
        CallError::Answered(error) => DispatchError::WorkerError(error),
        CallError::NoRoom => DispatchError::NoRoom,
        CallError::Trap(_) | CallError::NoAnswer => DispatchError::WorkerFailed(error.to_string()),
    }
}

/// A worker that a dispatch worker got by name.
pub(crate) struct Got {
    pub(crate) chain: Chain,
    pub(crate) id: WorkerId,
    pub(crate) attached: Attached,
    pub(crate) depth: u32,
    /// Who dispatches, for the log, where anybody listens.
    pub(crate) from: Option<Sender>,
}

impl Target for Got {
    fn fetch(
        &self,
        request: Request,
        options: Option<RequestOptions>,
    ) -> BoxFuture<'static, Result<Response, DispatchError>> {
        let sent = self.from.as_ref().map(|from| Sent::to(from, self.id.name.as_str(), &request));
        let (chain, id, attached, depth) = (self.chain.clone(), self.id.clone(), self.attached.clone(), self.depth);
        async move {
            let run = chain.run(Hop::Dispatch, id, attached, depth, options, request);
            let response = match options.and_then(|options| options.first_byte_timeout) {
                None => run.await,
                Some(patience) => tokio::time::timeout(patience, run).await.unwrap_or_else(|_| {
                    Err(DispatchError::Limit(format!("no answer within the request's {patience:?}")))
                }),
            };
            if let Some(sent) = sent {
                sent.answered(&response);
            }
            response.map(|response| timeouts::between_bytes(options, response))
        }
        .boxed()
    }
}
