//! Workers made ready to run: compiled, linked for their role, with their variables. Kept by worker and version, so that
//! a deploy is seen by the next dispatch and requests in flight keep what they have.

use std::sync::Arc;
use std::time::Duration;

use moka::policy::EvictionPolicy;
use tokio::sync::Mutex;
use tollgate_engine::{Engine, EngineError, Loaded, Version};
use tollgate_store::Reader;
use tollgate_types::config::CodeConfig;
use tollgate_types::{Binding, Declaration, Home, ScriptDigest, WorkerId, WorkerRecord};
use tollgate_worlds::{Role, TypedParameters};
use wasmtime::component::{Component, Linker};
use wasmtime_wasi_config::WasiConfigVariables;
use wasmtime_wasi_http::handler::ProxyPre;
use wasmtime_wasi_http::{p2, p3};

use crate::code::Scales;
use crate::state::State;

/// Scripts whose turn to be compiled is known. Of one that is forgotten while it is compiled, the work may be done twice. Not a
/// setting: so many uploads at once are beyond any host.
const COMPILING: u64 = 1_024;

/// Why a worker cannot be made ready.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PrepareError {
    /// The bytes cannot be compiled, or the compiled code cannot be kept.
    #[error("{0}")]
    Engine(Arc<EngineError>),
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
}

impl From<EngineError> for PrepareError {
    fn from(error: EngineError) -> Self {
        Self::Engine(Arc::new(error))
    }
}

/// A worker ready to run.
pub(crate) struct Ready {
    pub(crate) record: Arc<WorkerRecord>,
    pub(crate) loaded: Arc<Loaded<State>>,
    pub(crate) version: Version,
    /// Whether it may pass on what its language cannot hold (`passing.rs`).
    pub(crate) passes: bool,
    /// Tells its connections from those of every other worker, also of one that had its name before.
    pub(crate) identity: Arc<str>,
    pub(crate) variables: WasiConfigVariables,
    pub(crate) environment: Vec<(String, String)>,
    /// What it takes of what may be kept.
    weight: u32,
}

/// A component whose imports are all there.
struct Linked {
    pre: ProxyPre<State>,
    /// The parameters that it reads by type.
    reads: Vec<Declaration>,
}

/// The address of a worker's record. It tells one version of one worker from every other: what is kept ready holds its
/// record, so that no other record can have its address.
type Address = usize;

pub(crate) struct Workers {
    p2: Linkers,
    p3: Linkers,
    scales: Scales,
    ready: moka::future::Cache<Address, Arc<Ready>>,
    /// A turn for each script that is uploaded: who uploads what another is having compiled waits, and finds it done.
    compiling: moka::future::Cache<ScriptDigest, Arc<Mutex<()>>>,
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
            .build();
        let compiling = moka::future::Cache::new(COMPILING);
        Ok(Self { p2, p3, scales: Scales::new(code), ready, compiling })
    }

    /// The worker, made ready once however many ask at the same time.
    pub(crate) async fn get(
        &self,
        engine: &Engine,
        reader: &Reader,
        id: &WorkerId,
        record: Arc<WorkerRecord>,
    ) -> Result<Arc<Ready>, Arc<PrepareError>> {
        let address = Arc::as_ptr(&record).addr();
        if let Some(ready) = self.ready.get(&address).await {
            return Ok(ready);
        }
        // Seldom, and large: boxed, so that the future of every other request stays small.
        let ready = Box::pin(self.ready.try_get_with(address, self.load(engine, reader, id, record))).await?;
        // What is too much goes now, and not when moka finds the time.
        self.ready.run_pending_tasks().await;
        Ok(ready)
    }

    async fn load(
        &self,
        engine: &Engine,
        reader: &Reader,
        id: &WorkerId,
        record: Arc<WorkerRecord>,
    ) -> Result<Arc<Ready>, PrepareError> {
        let (loading, scripts, digest) = (engine.clone(), reader.clone(), record.script);
        let script = move || scripts.script(&digest).map_err(|error| PrepareError::Script(error.to_string()));
        let (version, component) = blocking(move || loading.load(&digest, script)).await?;
        let pre = self.link(engine, &id.home, version, &component)?.pre;
        let range = component.image_range();
        let weight = self.scales.weigh((range.end.addr() - range.start.addr()) as u64);
        let environment = environment(&record);
        let variables = environment.iter().cloned().collect();
        let loaded = Arc::new(Loaded::new(engine, pre, requests(reader, id, &record)));
        // A version's number is never used twice, not even where worker or namespace were deleted between.
        let identity = format!("{id}@{}", record.version.0).into();
        let passes = tollgate_worlds::passes(engine.wasmtime(version), &component);
        Ok(Arc::new(Ready { record, loaded, version, passes, identity, variables, environment, weight }))
    }

    /// Drops instances that waited too long for their next request.
    pub(crate) fn sweep(&self) {
        for (_, ready) in &self.ready {
            ready.loaded.sweep();
        }
    }

    /// Compiles and links a script without keeping it ready. Gives the parameters that it reads by type.
    pub(crate) async fn check(
        &self,
        engine: &Engine,
        home: &Home,
        script: Vec<u8>,
    ) -> Result<Vec<Declaration>, PrepareError> {
        let loading = engine.clone();
        // Megabytes are hashed.
        let (digest, script) = blocking(move || Ok((ScriptDigest::of(&script), script))).await?;
        let turn = self.compiling.get_with(digest, async { Arc::default() }).await.lock_owned().await;
        let compile = move || {
            // Ends with the compiling, and not with who asked for it: that one may be gone.
            let _turn = turn;
            loading.load(&digest, || Ok::<_, PrepareError>(script))
        };
        let (version, component) = blocking(compile).await?;
        self.link(engine, home, version, &component).map(|linked| linked.reads)
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
        let typed = match home {
            Home::Operator => TypedParameters::of(engine.wasmtime(version), component),
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

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PrepareError> + Send + 'static,
) -> Result<T, PrepareError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(PrepareError::Script(error.to_string())),
    }
}

/// Requests that one instance of a worker serves: one, unless the worker asks for more and its namespace lets it.
fn requests(reader: &Reader, id: &WorkerId, record: &WorkerRecord) -> u32 {
    let allowed = match &id.home {
        Home::Operator => true,
        Home::Namespace(name) => {
            reader.namespace(name).is_ok_and(|found| found.is_some_and(|namespace| namespace.reuse))
        }
    };
    record.reuse.filter(|_| allowed).map_or(1, |reuse| reuse.requests)
}

/// A worker's variables; JSON ones as JSON text.
fn environment(record: &WorkerRecord) -> Vec<(String, String)> {
    let variable = |binding: &Binding| match binding {
        Binding::PlainText { text } => Some(text.clone()),
        Binding::Json { json } => Some(json.to_string()),
        Binding::SecretText { text } => Some(text.reveal().to_owned()),
        Binding::DispatchNamespace(_) | Binding::Service(_) | Binding::MtlsCertificate(_) => None,
    };
    record.bindings.iter().filter_map(|(name, binding)| Some((name.to_string(), variable(binding)?))).collect()
}
