//! The chain: what all invocations of a host share. `entrance.rs` hands it requests, `cross.rs` takes them from worker to worker.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tollgate_egress::Network;
use tollgate_engine::{Engine, Stop};
use tollgate_store::Reader;
use tollgate_types::config::{CodeConfig, PlatformLimits, SharesConfig};
use tollgate_types::{Declaration, Home, NamespaceName, Version, WorkerId};
use tollgate_worlds::DispatchError;

use crate::crossing::Policy;
use crate::invoked::namespace_of;
use crate::limits::LimitsInForce;
use crate::observe::{Observer, Observers};
use crate::ready::{PrepareError, Workers};
use crate::request_id::RequestId;
use crate::request_log::RequestLog;
use crate::shares::{Shares, Taken};

/// How often the instances that wait are checked. Not a setting: the times that are checked are.
const SWEEP: Duration = Duration::from_secs(1);

/// Runs workers. Cheap to clone.
#[derive(Clone)]
pub struct Chain {
    pub(crate) inner: Arc<Shared>,
}

/// What clones of a chain share.
pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) reader: Reader,
    pub(crate) network: Network,
    limits: LimitsInForce,
    direct: AtomicBool,
    pub(crate) workers: Arc<Workers>,
    pub(crate) observers: Observers,
    pub(crate) shares: Arc<Shares>,
}

impl Chain {
    /// A chain over an engine, a store and a network, with the host's log as its observer. `direct` says whether a customer's worker
    /// that is dispatched without an outbound worker reaches the network, or only what its bindings lead to. Needs a
    /// tokio runtime around it.
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
        let observers = Observers::new([Arc::new(RequestLog) as Arc<dyn Observer>]);
        let shares = Arc::new(Shares::new(SharesConfig::default()));
        Ok(Self::start(Shared { engine, reader, network, limits, direct, workers, observers, shares }))
    }

    /// The same chain with one more observer.
    pub fn observed_by(&self, observer: Arc<dyn Observer>) -> Self {
        let Shared { engine, reader, network, workers, observers, shares, .. } = &*self.inner;
        let (limits, direct) = self.inner.policy_in_force();
        Self::start(Shared {
            engine: engine.clone(),
            reader: reader.clone(),
            network: network.clone(),
            limits,
            direct,
            workers: workers.clone(),
            observers: observers.with(observer),
            shares: shares.clone(),
        })
    }

    /// A chain over another store and another network, on a runtime of its own, with one observer and without the host's log. It
    /// shares with this one what takes time to make: compiled code, and workers that both stores hold with the same version and
    /// the same contents.
    pub fn beside(&self, reader: Reader, network: Network, observer: Arc<dyn Observer>) -> Self {
        let Shared { engine, workers, shares, .. } = &*self.inner;
        let (engine, workers, observers) = (engine.beside(), workers.clone(), Observers::new([observer]));
        let (limits, direct) = self.inner.policy_in_force();
        let shares = Arc::new(shares.beside());
        Self::start(Shared { engine, reader, network, limits, direct, workers, observers, shares })
    }

    fn start(shared: Shared) -> Self {
        let inner = Arc::new(shared);
        tokio::spawn(sweep(Arc::downgrade(&inner)));
        Self { inner }
    }

    /// Checks a script before it is deployed: that it compiles, and imports only what its role may. Keeps the compiled
    /// code for the first dispatch. Gives the parameters that it reads by type.
    pub async fn prepare(&self, home: &Home, script: Vec<u8>) -> Result<Vec<Declaration>, PrepareError> {
        self.inner.workers.check(&self.inner.engine, home, script).await
    }

    /// Makes a worker of a store ready, so that no chain beside this one has to wait for it.
    pub async fn warm(&self, reader: &Reader, id: &WorkerId) -> Result<(), DispatchError> {
        let found = reader.worker(id).map_err(|error| internal(error, None, id, None))?;
        let Some(record) = found else { return Ok(()) };
        let version = record.version;
        let ready = self.inner.workers.get(&self.inner.engine, reader, id, record).await;
        ready.map(drop).map_err(|error| internal(error, None, id, Some(version)))
    }

    /// Instances that are alive now.
    pub fn instances(&self) -> usize {
        self.inner.engine.instances()
    }

    /// Bytes that all instances hold now.
    pub fn memory_bytes(&self) -> u64 {
        self.inner.engine.memory_bytes()
    }

    /// Runs so far that went on in the queue for the CPU that is fair by namespace.
    pub fn moved(&self) -> u64 {
        self.inner.engine.moved()
    }

    /// Ends the runs that still use the CPU. For a host that stops: the runtime must live until this returns. Blocks for some
    /// milliseconds.
    pub fn close(&self) {
        self.inner.engine.close();
    }

    /// How deep a request is that comes over this connection, whose other end is `peer`: 1, or one more than the worker of this host
    /// that sent it.
    pub fn depth(&self, peer: SocketAddr, local: SocketAddr) -> u32 {
        self.inner.network.depth_of(peer, local).map_or(1, |depth| depth + 1)
    }

    /// What each namespace has taken of the host, those that have taken most first.
    pub fn taken(&self) -> Vec<Taken> {
        self.inner.shares.taken()
    }

    /// Ends every invocation of a worker that is under way, and drops its instances that wait.
    pub fn stop(&self, id: &WorkerId) {
        if let Some(stop) = self.inner.shares.stop_of(id) {
            stop.stop();
        }
        self.inner.workers.drop_waiting(|one| one == id);
    }

    /// To be called when a worker was deleted: its requests in flight may finish for a while, and are ended then.
    pub fn deleted(&self, id: &WorkerId) {
        self.stop_later(self.inner.shares.stop_of(id).into_iter().collect());
        self.inner.workers.drop_waiting(|one| one == id);
    }

    /// The same for all workers of a namespace.
    pub fn deleted_namespace(&self, name: &NamespaceName) {
        self.stop_later(self.inner.shares.stops_of(name));
        self.inner.workers.drop_waiting(|id| matches!(&id.home, Home::Namespace(home) if home == name));
    }

    fn stop_later(&self, stops: Vec<Arc<Stop>>) {
        let grace = self.inner.shares.delete_grace();
        tokio::spawn(async move {
            tokio::time::sleep(grace).await;
            stops.iter().for_each(|stop| stop.stop());
        });
    }

    /// Puts other shares into force, for every request that arrives from now on.
    pub fn share(&self, config: SharesConfig) {
        self.inner.shares.set(config);
    }

    /// Says which URLs, by host and path, lead back to this host by its front door.
    pub fn serves(&self, served: impl Fn(&str, &str) -> bool + Send + Sync + 'static) {
        self.inner.network.serves(served);
    }

    /// How deep a request is by the token in its headers, which a proxy between this host and itself lets pass. Takes the token away: no worker
    /// learns of it.
    pub fn told_depth(&self, headers: &mut http::HeaderMap) -> u32 {
        self.inner.network.take_depth(headers).map_or(1, |depth| depth.saturating_add(1))
    }

    /// Puts other limits into force, for every invocation that begins from now on. Of `direct`, see [`Chain::new`].
    pub fn reconfigure(&self, limits: PlatformLimits, direct: bool) {
        self.inner.limits.set(limits);
        self.inner.direct.store(direct, Ordering::Relaxed);
    }
}

impl Shared {
    /// What the host grants now.
    pub(crate) fn policy(&self) -> Policy {
        Policy { limits: self.limits.get(), direct: self.direct.load(Ordering::Relaxed) }
    }

    fn policy_in_force(&self) -> (LimitsInForce, AtomicBool) {
        let Policy { limits, direct } = self.policy();
        (LimitsInForce::new(limits), AtomicBool::new(direct))
    }
}

/// Drops instances that waited too long, for as long as the chain lives.
async fn sweep(inside: Weak<Shared>) {
    while let Some(inside) = inside.upgrade() {
        inside.workers.sweep().await;
        inside.engine.sweep();
        inside.shares.sweep();
        drop(inside);
        tokio::time::sleep(SWEEP).await;
    }
}

/// Logs an error of the host, with the request and the worker that it concerns. The version is none before it is known.
pub(crate) fn internal(
    error: impl std::error::Error,
    request_id: Option<RequestId>,
    id: &WorkerId,
    version: Option<Version>,
) -> DispatchError {
    let (namespace, worker) = (namespace_of(id), id.name.as_str());
    let (request_id, version) = (request_id.map(tracing::field::display), version.map(|version| version.0));
    tracing::error!(namespace, worker, version, request_id, %error, "dispatch failed");
    DispatchError::Internal(error.to_string())
}
