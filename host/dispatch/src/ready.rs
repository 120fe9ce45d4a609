//! Workers that are ready to run: compiled, linked for their role, with their variables. They are kept by worker and version, so that
//! the next dispatch sees a deploy and requests in flight keep the code that they have.
//!
//! Chains beside each other share what is ready, and two stores may give the same worker and version to different contents. So
//! a look-up also compares the record: first by address, which is enough in a host, then by contents. A wrong
//! hit is impossible; if two stores disagree about a version, both are served and one of them loads anew.

use std::sync::Arc;
use std::time::Duration;

use foldhash::fast::RandomState;
use moka::Equivalent;
use moka::policy::EvictionPolicy;
use tokio::sync::Mutex;
use tollgate_engine::{Engine, EngineError, Loaded, Version, serves_once};
use tollgate_store::Reader;
use tollgate_types::config::CodeConfig;
use tollgate_types::{Declaration, Home, PlatformMismatch, ScriptDigest, WorkerId, WorkerRecord, fits_platform};
use tollgate_worlds::{Role, TypedParameters};
use wasmtime::component::{Component, Linker};
use wasmtime_wasi_http::handler::ProxyPre;
use wasmtime_wasi_http::{p2, p3};

use crate::code::Scales;
use crate::cpu_shares::CpuShares;
use crate::levels;
use crate::state::State;
use crate::turns::{Busy, Turns};
use crate::worker::{Worker, environment};

/// Size of the table of compile locks. If an entry is evicted during a compile, the script may be compiled twice. Not a setting: so
/// many uploads at once are beyond any host.
const COMPILING: u64 = 1_024;

/// Why a worker cannot be made ready.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PrepareError {
    /// The bytes cannot be compiled, or the compiled code cannot be kept.
    #[error("{0}")]
    Engine(Arc<EngineError>),
    /// The component was built for a version of the platform that this host does not have.
    #[error(transparent)]
    Platform(#[from] PlatformMismatch),
    /// The component imports what its role may not, or exports no handler.
    #[error("the component does not fit world {world:?}: {reason}")]
    World {
        /// The world of its role.
        world: &'static str,
        /// What is missing or too much.
        reason: String,
    },
    /// The script could not be read.
    #[error("the script could not be read: {0}")]
    Script(String),
    /// Too many scripts of its namespace wait to be compiled.
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The namespace could not be read, of which the worker keeps the rules.
    #[error("the namespace could not be read: {0}")]
    Namespace(String),
}

impl From<EngineError> for PrepareError {
    fn from(error: EngineError) -> Self {
        Self::Engine(Arc::new(error))
    }
}

/// A worker that is ready to run.
pub(crate) struct Ready {
    pub(crate) worker: Arc<Worker>,
    pub(crate) loaded: Arc<Loaded<State>>,
    /// Its share of what may be kept.
    weight: u32,
}

/// A component whose imports are all there.
struct Linked {
    pre: ProxyPre<State>,
    /// The parameters that it reads by type.
    reads: Vec<Declaration>,
}

/// A version of a worker.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    id: WorkerId,
    version: tollgate_types::Version,
}

/// The same, borrowed: a look-up allocates nothing. Its hash is that of a [`Key`], since its fields are the same in the same order.
#[derive(Debug, Hash)]
struct KeyRef<'a> {
    id: &'a WorkerId,
    version: tollgate_types::Version,
}

impl Equivalent<Key> for KeyRef<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.version == key.version && *self.id == key.id
    }
}

pub(crate) struct Workers {
    p2: Linkers,
    p3: Linkers,
    scales: Scales,
    shares: CpuShares,
    ready: moka::future::Cache<Key, Arc<Ready>, RandomState>,
    /// A lock for each script that is uploaded: a second upload of it waits for the first, and finds it compiled.
    compiling: moka::future::Cache<ScriptDigest, Arc<Mutex<()>>>,
    /// None if the engine compiles in this process.
    turns: Option<Turns>,
}

/// The linkers of one version of WASI.
struct Linkers {
    customer: Linker<State>,
    operator: Linker<State>,
}

impl Linkers {
    fn new(link: impl Fn(Role) -> wasmtime::Result<Linker<State>>) -> Result<Self, PrepareError> {
        let linker = |role| link(role).map_err(|error| PrepareError::from(EngineError::Start(error.to_string())));
        Ok(Self { customer: linker(Role::Customer)?, operator: linker(Role::Operator)? })
    }
}

impl Workers {
    pub(crate) fn new(engine: &Engine, code: CodeConfig) -> Result<Self, PrepareError> {
        let p2 = Linkers::new(|role| tollgate_worlds::linker_p2(engine.wasmtime(Version::P2), role))?;
        let p3 = Linkers::new(|role| tollgate_worlds::linker_p3(engine.wasmtime(Version::P3), role))?;
        let ready = moka::future::Cache::builder()
            .max_capacity(Scales::WHOLE.into())
            .weigher(|_, ready: &Arc<Ready>| ready.weight)
            // moka's default would turn a new worker away while the cache is full, and load it for every request.
            .eviction_policy(EvictionPolicy::lru())
            // What an old version of a worker holds is freed after it.
            .time_to_idle(Duration::from_secs(code.idle_seconds.into()))
            .eviction_listener(|_, ready, _| ready.loaded.close())
            .build_with_hasher(RandomState::default());
        let compiling = moka::future::Cache::new(COMPILING);
        let (scales, shares) = (Scales::new(code), CpuShares::default());
        let turns = engine.apart().map(Turns::new);
        Ok(Self { p2, p3, scales, shares, ready, compiling, turns })
    }

    /// The worker, made ready once however many requests ask for it at the same time.
    pub(crate) async fn get(
        &self,
        engine: &Engine,
        reader: &Reader,
        id: &WorkerId,
        record: Arc<WorkerRecord>,
    ) -> Result<Arc<Ready>, Arc<PrepareError>> {
        let found = self.ready.get(&KeyRef { id, version: record.version }).await;
        match found {
            Some(ready) if ready.is_of(&record) => Ok(ready),
            // Seldom, and large: boxed, so that the future of every other request stays small.
            found => Box::pin(self.make(engine, reader, id, record, found.is_some())).await,
        }
    }

    /// Loads a worker and keeps it ready. If another store's worker of the same version is kept, that one makes room.
    async fn make(
        &self,
        engine: &Engine,
        reader: &Reader,
        id: &WorkerId,
        record: Arc<WorkerRecord>,
        other: bool,
    ) -> Result<Arc<Ready>, Arc<PrepareError>> {
        let version = record.version;
        if other {
            self.ready.invalidate(&KeyRef { id, version }).await;
        }
        let key = Key { id: id.clone(), version };
        let ready = self.ready.try_get_with(key, self.load(engine, reader, id, record.clone())).await?;
        // The surplus goes now, and not when moka next tidies up.
        self.ready.run_pending_tasks().await;
        if ready.is_of(&record) {
            return Ok(ready);
        }
        // The other store was quicker. This one serves its request and is not kept, so none of its instances may wait.
        let ready = self.load(engine, reader, id, record).await?;
        ready.loaded.close();
        Ok(ready)
    }

    async fn load(
        &self,
        engine: &Engine,
        reader: &Reader,
        id: &WorkerId,
        record: Arc<WorkerRecord>,
    ) -> Result<Arc<Ready>, PrepareError> {
        let (scripts, digest) = (reader.clone(), record.script);
        let script = move || scripts.script(&digest).map_err(|error| PrepareError::Script(error.to_string()));
        let (version, component) = self.compiled(engine, &id.home, digest, script).await?;
        let pre = self.link(engine, &id.home, version, &component)?.pre;
        let range = component.image_range();
        let weight = self.scales.weigh((range.end.addr() - range.start.addr()) as u64);
        let environment = environment(&record);
        let variables = environment.iter().cloned().collect();
        let loaded = Arc::new(Loaded::new(engine, pre, requests(reader, id, &record).await?));
        // A version's number is never used twice, not even if the worker or its namespace was deleted in between.
        let identity = format!("{id}@{}", record.version.0).into();
        let passes = tollgate_worlds::passes(engine.wasmtime(version), &component);
        let share = self.shares.of(id);
        let levels = levels::of(id, &record, |name| reader.namespace(name)).map_err(PrepareError::Namespace)?;
        let namespace = levels::namespace(id);
        let worker =
            Worker { record, wasi: version, passes, identity, share, namespace, levels, variables, environment };
        let worker = Arc::new(worker);
        Ok(Arc::new(Ready { worker, loaded, weight }))
    }

    /// Drops instances that waited too long for their next request, and what nothing uses any more.
    pub(crate) async fn sweep(&self) {
        self.shares.sweep();
        for (_, ready) in &self.ready {
            ready.loaded.sweep();
        }
        // moka evicts idle workers only during a look-up, and a quiet host makes none.
        self.ready.run_pending_tasks().await;
    }

    /// Drops the instances that wait of some workers.
    pub(crate) fn drop_waiting(&self, of: impl Fn(&WorkerId) -> bool) {
        for (key, ready) in &self.ready {
            if of(&key.id) {
                ready.loaded.drop_waiting();
            }
        }
    }

    /// Compiles and links a script without keeping it ready. Gives the parameters that it reads by type.
    pub(crate) async fn check(
        &self,
        engine: &Engine,
        home: &Home,
        script: Vec<u8>,
    ) -> Result<Vec<Declaration>, PrepareError> {
        // Megabytes are hashed.
        let (digest, script) = blocking(move || Ok((ScriptDigest::of(&script), script))).await?;
        let (version, component) = self.compiled(engine, home, digest, move || Ok(script)).await?;
        self.link(engine, home, version, &component).map(|linked| linked.reads)
    }

    /// The component of a script, from what is kept; else it is compiled.
    async fn compiled(
        &self,
        engine: &Engine,
        home: &Home,
        digest: ScriptDigest,
        script: impl FnOnce() -> Result<Vec<u8>, PrepareError> + Send + 'static,
    ) -> Result<(Version, Component), PrepareError> {
        let find = || {
            let engine = engine.clone();
            blocking(move || Ok(engine.compiled(&digest)))
        };
        if let Some(compiled) = find().await? {
            return Ok(compiled);
        }
        let turn = match &self.turns {
            Some(turns) => Some(turns.take(home).await?),
            None => None,
        };
        // Only a namespace whose turn it is keeps another one waiting that has the same script.
        let alone = self.compiling.get_with(digest, async { Arc::default() }).await.lock_owned().await;
        if let Some(compiled) = find().await? {
            return Ok(compiled);
        }
        let compiling = engine.clone();
        let compile = move || {
            // They end with the compiling, and not with the caller, which may be gone.
            let (_alone, _turn) = (alone, turn);
            Ok(compiling.compile(&digest, &script()?)?)
        };
        blocking(compile).await
    }

    fn link(
        &self,
        engine: &Engine,
        home: &Home,
        version: Version,
        component: &Component,
    ) -> Result<Linked, PrepareError> {
        let linkers = match version {
            Version::P2 => &self.p2,
            Version::P3 => &self.p3,
        };
        let (linker, world) = match home {
            Home::Operator => (&linkers.operator, "outbound-worker or dispatch-worker"),
            Home::Namespace(_) => (&linkers.customer, "user-worker"),
        };
        let unfit = |reason: String| PrepareError::World { world, reason };
        let wasmtime = engine.wasmtime(version);
        fits_platform(component.component_type().imports(wasmtime).map(|(name, _)| name))?;
        let typed = match home {
            Home::Operator => TypedParameters::of(wasmtime, component),
            Home::Namespace(_) => Ok(TypedParameters::default()),
        };
        let typed = typed.map_err(|error| unfit(error.to_string()))?;
        let pre =
            typed.linked(linker).and_then(|linker| linker.instantiate_pre(component)).and_then(|pre| match version {
                Version::P2 => p2::bindings::ProxyPre::new(pre).map(ProxyPre::P2),
                Version::P3 => p3::bindings::ServicePre::new(pre).map(ProxyPre::P3),
            });
        Ok(Linked { pre: pre.map_err(|error| unfit(format!("{error:#}")))?, reads: typed.reads })
    }
}

impl Ready {
    /// Whether this is what a record describes.
    pub(crate) fn is_of(&self, record: &Arc<WorkerRecord>) -> bool {
        Arc::ptr_eq(&self.worker.record, record) || self.worker.record == *record
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PrepareError> + Send + 'static,
) -> Result<T, PrepareError> {
    match tollgate_engine::blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(PrepareError::Script(error.to_string())),
    }
}

/// Requests that one instance of a worker serves: as many as it is allowed, or one if its component cannot serve another. The store
/// may have a worker from before deploys refused that. The script is only read if the worker asks for reuse.
async fn requests(reader: &Reader, id: &WorkerId, record: &WorkerRecord) -> Result<u32, PrepareError> {
    let requests = allowed(reader, id, record);
    if requests <= 1 {
        return Ok(1);
    }
    let (scripts, digest) = (reader.clone(), record.script);
    let once = blocking(move || Ok(scripts.script(&digest).is_ok_and(|script| serves_once(&script)))).await?;
    if once {
        tracing::warn!(worker = %id, requests, "reuse is ignored: an instance of this component can serve one request only");
    }
    Ok(if once { 1 } else { requests })
}

/// Requests that one instance of a worker may serve: one, unless the worker asks for more and its namespace lets it.
fn allowed(reader: &Reader, id: &WorkerId, record: &WorkerRecord) -> u32 {
    let allowed = match &id.home {
        Home::Operator => true,
        Home::Namespace(name) => {
            reader.namespace(name).is_ok_and(|found| found.is_some_and(|namespace| namespace.reuse))
        }
    };
    record.reuse.filter(|_| allowed).map_or(1, |reuse| reuse.requests)
}
