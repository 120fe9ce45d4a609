//! What a test's compositions have in common: one wasmtime, compiled code, and the workers that are ready to run. Made once a
//! process; a composition then takes a millisecond or two.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tollgate_dispatch::{Chain, CodeConfig, PlatformLimits};
use tollgate_egress::{EgressConfig, Network};
use tollgate_engine::{Engine, EngineConfig};
use tollgate_store::Memory;
use tollgate_types::config::DEVELOPMENT_SHARED_FUNCTIONS_BYTES;
use tollgate_types::{Declaration, Home, ScriptDigest, Version, WorkerId, WorkerRecord};

use crate::{Composition, TestError, Worker};

/// Instances of one run that may live at once: as many as a host has room for. They are no pool's, which runs side by side would
/// take from each other.
const INSTANCES: u32 = 1_000;

/// Scripts, and versions, that a lab remembers: a namespace's workers are more than a process should keep. Where there are as
/// many, it forgets all of them, and learns anew what is asked for.
const REMEMBERED: usize = 1_000;

type Reads = Arc<[Declaration]>;

/// Where compositions are made. Cheap to clone.
#[derive(Clone)]
pub struct Lab {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) chain: Chain,
    pub(crate) network: Network,
    /// Runs what is not part of a composition: compiling and loading. Gone only while the lab is dropped.
    pub(crate) runtime: Background,
    /// Scripts that were checked for a role, with the parameters that they read by type.
    prepared: Mutex<HashMap<(Home, ScriptDigest), Reads>>,
    /// One version for all records of a worker that are alike, since the chain keeps workers ready by version.
    versions: Mutex<HashMap<(WorkerId, String), Version>>,
    /// The last version that was given.
    last: AtomicU64,
    _own: Option<TempDir>,
}

impl Lab {
    /// A lab that compiles anew in each process: seconds for each component.
    pub fn new() -> Result<Self, TestError> {
        let own = tempfile::tempdir().map_err(|error| TestError::setup("a folder for compiled code", error))?;
        Self::open(own.path().to_owned().as_path(), Some(own))
    }

    /// A lab that keeps compiled code in a folder, which must be this user's alone: who writes there runs code here.
    pub fn in_folder(folder: impl AsRef<Path>) -> Result<Self, TestError> {
        Self::open(folder.as_ref(), None)
    }

    fn open(folder: &Path, own: Option<TempDir>) -> Result<Self, TestError> {
        let setup = |error| TestError::setup(&folder.display().to_string(), error);
        std::fs::create_dir_all(folder).map_err(setup)?;
        let compiled = Dir::open_ambient_dir(folder, ambient_authority()).map_err(setup)?;
        let instances = EngineConfig { count: INSTANCES, pooled: false, ..EngineConfig::default() };
        let code = CodeConfig { shared_functions_bytes: DEVELOPMENT_SHARED_FUNCTIONS_BYTES, ..CodeConfig::default() };
        let engine = Engine::new(instances, code, &compiled);
        let engine = engine.map_err(|error| TestError::setup("wasmtime", error))?;
        let network = Network::new(EgressConfig::default()).map_err(|error| TestError::setup("egress", error))?;
        let runtime = Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(|error| TestError::setup("a runtime", error))?;
        let chain = {
            let _within = runtime.enter();
            Chain::new(engine, Memory::default().reader(), network.clone(), PlatformLimits::default(), code, true)
        };
        let chain = chain.map_err(|error| TestError::setup("the host", error))?;
        let (prepared, versions, last) = (Mutex::default(), Mutex::default(), AtomicU64::new(0));
        let runtime = Background(Some(runtime));
        Ok(Self { inner: Arc::new(Inner { chain, network, runtime, prepared, versions, last, _own: own }) })
    }

    /// A customer's worker, from a component's bytes. Checked as a deploy checks it: an error says what its world lacks.
    pub fn user(&self, component: impl Into<Arc<[u8]>>) -> Result<Worker, TestError> {
        self.worker(Home::Namespace(crate::composition::namespace()?), component.into())
    }

    /// An outbound worker, or a dispatch worker, from a component's bytes.
    pub fn operators(&self, component: impl Into<Arc<[u8]>>) -> Result<Worker, TestError> {
        self.worker(Home::Operator, component.into())
    }

    fn worker(&self, home: Home, component: Arc<[u8]>) -> Result<Worker, TestError> {
        let key = (home, ScriptDigest::of(&component));
        let known = lock(&self.inner.prepared).get(&key).cloned();
        let reads = match known {
            Some(reads) => reads,
            None => {
                let prepare = self.inner.chain.prepare(&key.0, component.to_vec());
                let reads: Reads = apart(|| self.inner.runtime.block_on(prepare)).map_err(TestError::Component)?.into();
                room(&mut lock(&self.inner.prepared)).insert(key.clone(), reads.clone());
                reads
            }
        };
        Ok(Worker::new(component, key.1, reads))
    }

    /// A composition, of nobody yet.
    pub fn compose(&self) -> Composition {
        Composition::new(self.clone())
    }

    /// A record with its version: one for all records of a worker that are alike, so that each composition finds the worker ready.
    /// A worker whose instances are reused gets a version of its own: its instances belong to one composition.
    pub(crate) fn numbered(&self, id: &WorkerId, record: WorkerRecord) -> WorkerRecord {
        let next = || Version(self.inner.last.fetch_add(1, Ordering::Relaxed) + 1);
        let version = match serde_json::to_string(&record) {
            Ok(text) if record.reuse.is_none() => {
                *room(&mut lock(&self.inner.versions)).entry((id.clone(), text)).or_insert_with(next)
            }
            _ => next(),
        };
        WorkerRecord { version, ..record }
    }
}

/// A runtime that may be dropped anywhere, also within another.
pub(crate) struct Background(Option<Runtime>);

impl std::ops::Deref for Background {
    type Target = Runtime;

    #[allow(clippy::expect_used, reason = "it is taken by `drop` alone")]
    fn deref(&self) -> &Runtime {
        self.0.as_ref().expect("a runtime")
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Does work that blocks on a runtime of its own: on another thread where this one is within a runtime, which forbids it.
pub(crate) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if tokio::runtime::Handle::try_current().is_err() {
        return work();
    }
    std::thread::scope(|scope| match scope.spawn(work).join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// A map with room for one more.
fn room<K, V>(map: &mut HashMap<K, V>) -> &mut HashMap<K, V> {
    if map.len() >= REMEMBERED {
        map.clear();
    }
    map
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
