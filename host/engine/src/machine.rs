//! The engine itself: wasmtime's configuration, the epoch thread, and compiling through the cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cap_std::fs::Dir;
use tollgate_types::ScriptDigest;
use tollgate_types::config::{CodeConfig, EngineConfig, MEMORIES_PER_INSTANCE};
use wasmtime::component::Component;
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::Version;
use crate::budget::Budget;
use crate::cache::{Cache, Removed, remove_foreign};
use crate::continuation::Unattended;
use crate::fair::{Fair, Threads};
use crate::functions::Functions;
use crate::instance::{Alive, NoRoom};
use crate::{proposals, system_memory};

/// How often a running worker is interrupted to read its meter. Not a setting: it is how exact `limits.cpu_ms` is, and a shorter
/// one costs every worker time.
const EPOCH: Duration = Duration::from_millis(5);

/// What one component may take of the pool, beside `MEMORIES_PER_INSTANCE`. The pool has room for this many of each for every
/// instance, so that no instance can take another's share. Not settings: a component that runs on one host runs on every host.
const CORE_INSTANCES: u32 = 32;
const TABLES: u32 = 8;

/// Why a script could not be made ready to run.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The engine could not be set up.
    #[error("the engine could not start: {0}")]
    Start(String),
    /// The bytes are not a component that this host can run.
    #[error("not a component that can be compiled: {0}")]
    Compile(String),
    /// The component uses WebAssembly proposals that this host does not run.
    #[error("it uses what this host does not run: {0}")]
    Unsupported(String),
    /// The folder of compiled code could not be used.
    #[error("compiled code could not be kept")]
    Cache(#[from] std::io::Error),
}

/// wasmtime with this host's configuration, once for each version of WASI: without the component model's concurrency,
/// which 0.2 does not know, a 0.2 worker starts and calls faster. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    p2: Arc<Machine>,
    p3: Arc<Machine>,
    /// Instances alive, and how many may be.
    alive: Arc<AtomicUsize>,
    most: usize,
    /// The memory of all of them.
    memory: Arc<Budget>,
    config: EngineConfig,
    unattended: Arc<Unattended>,
    compute: Arc<Threads>,
    alone: bool,
}

/// One wasmtime engine and its compiled code.
struct Machine {
    version: Version,
    wasmtime: wasmtime::Engine,
    cache: Cache,
    functions: Option<Arc<Functions>>,
}

impl Engine {
    /// An engine that keeps compiled code in `compiled`. Starts the epoch thread, which ends with the last clone.
    pub fn new(config: EngineConfig, code: CodeConfig, compiled: &Dir) -> Result<Self, EngineError> {
        let functions = match code.shared_functions_bytes {
            0 => None,
            bytes => Some(Arc::new(Functions::new(compiled, bytes)?)),
        };
        let machine = |version| Machine::new(config, version, compiled, functions.clone()).map(Arc::new);
        let (p2, p3) = (machine(Version::P2)?, machine(Version::P3)?);
        tick([p2.wasmtime.weak(), p3.wasmtime.weak()])?;
        // A pool counts for itself.
        let most = if config.pooled { usize::MAX } else { config.count as usize };
        let compute = Threads::start(config.namespace_cpu_ms_per_second.map(|ms| u64::from(ms.get())));
        let compute = Arc::new(compute.map_err(|error| EngineError::Start(error.to_string()))?);
        let (alive, unattended) = (Arc::default(), Arc::default());
        let mib = config.memory_mib.map(|mib| u64::from(mib.get()) << 20);
        let memory = Arc::new(Budget::new(mib.unwrap_or_else(system_memory::for_workers)));
        Ok(Self { p2, p3, alive, most, memory, config, unattended, compute, alone: false })
    }

    /// The same engine for whoever runs workers on another runtime, which has one thread and stands still for them: what goes
    /// on there by itself stays there, it counts its own instances, and a worker gives way to others where it waits, and never
    /// because some milliseconds have passed. So what happens there does not depend on how fast the machine is.
    pub fn beside(&self) -> Self {
        Self { unattended: Arc::default(), alive: Arc::default(), alone: true, ..self.clone() }
    }

    /// Whether nobody waits for the thread that a worker is run on.
    pub(crate) fn is_alone(&self) -> bool {
        self.alone
    }

    /// wasmtime's own engine for a version, for linkers.
    pub fn wasmtime(&self, version: Version) -> &wasmtime::Engine {
        &self.machine(version).wasmtime
    }

    fn machine(&self, version: Version) -> &Machine {
        match version {
            Version::P2 => &self.p2,
            Version::P3 => &self.p3,
        }
    }

    /// The configuration that it was made with.
    pub(crate) fn config(&self) -> EngineConfig {
        self.config
    }

    /// Instances alive now.
    pub fn instances(&self) -> usize {
        self.alive.load(Ordering::Relaxed)
    }

    /// Bytes that all instances hold now.
    pub fn memory_bytes(&self) -> u64 {
        self.memory.used()
    }

    /// The component of a script, from the cache where it is there; else compiled, which takes seconds of CPU. Blocks.
    pub fn load<E: From<EngineError>>(
        &self,
        digest: &ScriptDigest,
        script: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<(Version, Component), E> {
        for version in [Version::P2, Version::P3] {
            let machine = self.machine(version);
            if let Some(component) = machine.cache.get(&machine.wasmtime, digest) {
                return Ok((version, component));
            }
        }
        self.compile(digest, &script()?).map_err(E::from)
    }

    /// The proposals that a script uses and this host does not run, in words. `None` if there is none. Reads the script only;
    /// see [`Engine::compile`] for everything else that a host can refuse.
    pub fn unsupported_proposals(script: &[u8]) -> Option<String> {
        proposals::unsupported(script, Version::of(script).ok()?)
    }

    /// Compiles a script and keeps the compiled code. Blocks.
    pub fn compile(&self, digest: &ScriptDigest, script: &[u8]) -> Result<(Version, Component), EngineError> {
        let version = Version::of(script)?;
        Ok((version, self.machine(version).compile(digest, script)?))
    }

    /// The queue for runs that have used their first slice. None if no other task needs the thread that they are on.
    pub(crate) fn fair(&self) -> Option<&Arc<Fair>> {
        (!self.alone).then(|| self.compute.fair())
    }

    /// Runs so far that went on in the fair queue.
    pub fn moved(&self) -> u64 {
        self.compute.fair().moved()
    }

    /// Ends the runs in the fair queue. For a host that stops: the runtime must live until this returns. Blocks for one poll.
    pub fn close(&self) {
        self.compute.close();
    }

    /// Removes from the folder of compiled code what other engines have left there. For the only host that uses the folder. Blocks.
    pub fn remove_foreign_code(&self, compiled: &Dir) -> std::io::Result<Removed> {
        remove_foreign(compiled, &[self.p2.cache.name(), self.p3.cache.name()])
    }

    /// Lets workers go on by themselves whose bodies nobody has read for a while. To be called now and then, on a tokio runtime.
    pub fn sweep(&self) {
        self.unattended.sweep();
    }

    pub(crate) fn unattended(&self) -> &Unattended {
        &self.unattended
    }

    /// The memory that all instances share. An engine beside this one shares it, too.
    pub(crate) fn memory(&self) -> &Arc<Budget> {
        &self.memory
    }

    pub(crate) fn alive(&self) -> Result<Alive, NoRoom> {
        Alive::new(&self.alive, self.most)
    }
}

impl Machine {
    fn new(
        config: EngineConfig,
        version: Version,
        compiled: &Dir,
        functions: Option<Arc<Functions>>,
    ) -> Result<Self, EngineError> {
        let start = |error: wasmtime::Error| EngineError::Start(format!("{error:#}"));
        let mut settings = configuration(config, version);
        if let Some(functions) = &functions {
            settings.enable_incremental_compilation(functions.clone()).map_err(start)?;
        }
        let wasmtime = wasmtime::Engine::new(&settings).map_err(start)?;
        let cache = Cache::new(compiled, version, &wasmtime)?;
        Ok(Self { version, wasmtime, cache, functions })
    }

    fn compile(&self, digest: &ScriptDigest, script: &[u8]) -> Result<Component, EngineError> {
        let refused = |error: wasmtime::Error| match proposals::unsupported(script, self.version) {
            Some(proposals) => EngineError::Unsupported(proposals),
            None => EngineError::Compile(format!("{error:#}")),
        };
        // Seconds of CPU: here an operator finds what they went for.
        tracing::info!(%digest, "compiling a script");
        let compiling = self.functions.as_ref().and_then(|functions| functions.while_compiling(script));
        let compiled = self.wasmtime.precompile_component(script).map_err(refused)?;
        if let Some(compiling) = compiling {
            compiling.succeeded();
        }
        let kept = self.cache.put(digest, &compiled);
        let kept = kept.inspect_err(|error| tracing::warn!(%digest, %error, "compiled code could not be kept"));
        match kept.ok().and_then(|()| self.cache.get(&self.wasmtime, digest)) {
            Some(component) => Ok(component),
            None => Component::from_binary(&self.wasmtime, script).map_err(refused),
        }
    }
}

fn configuration(config: EngineConfig, version: Version) -> Config {
    let mut wasmtime = Config::new();
    wasmtime
        .concurrency_support(version == Version::P3)
        .epoch_interruption(true)
        .memory_init_cow(true)
        // Only debuggers and profilers read it; registering it costs memory and time for each worker that is loaded.
        .native_unwind_info(false);
    proposals::configure(&mut wasmtime, version);
    if config.pooled {
        wasmtime.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(config)));
    }
    wasmtime
}

fn pool(config: EngineConfig) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    let usize = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    let resident = usize(config.resident_bytes);
    pool.total_component_instances(config.count)
        .total_core_instances(config.count.saturating_mul(CORE_INSTANCES))
        .total_memories(config.count.saturating_mul(MEMORIES_PER_INSTANCE))
        .total_tables(config.count.saturating_mul(TABLES))
        .max_core_instances_per_component(CORE_INSTANCES)
        .max_memories_per_component(MEMORIES_PER_INSTANCE)
        .max_tables_per_component(TABLES)
        // One module may take all that its component may.
        .max_memories_per_module(MEMORIES_PER_INSTANCE)
        .max_tables_per_module(TABLES)
        .total_stacks(config.count)
        .max_memory_size(usize(config.slot_bytes))
        .linear_memory_keep_resident(resident)
        .table_keep_resident(resident / 16)
        .pagemap_scan(Enabled::Auto);
    pool
}

/// A thread that advances the epochs for as long as an engine lives.
fn tick(engines: [wasmtime::EngineWeak; 2]) -> Result<(), EngineError> {
    let ticker = move || {
        let advance = |weak: &wasmtime::EngineWeak| weak.upgrade().map(|engine| engine.increment_epoch()).is_some();
        while engines.iter().filter(|weak| advance(weak)).count() > 0 {
            std::thread::sleep(EPOCH);
        }
    };
    let thread = std::thread::Builder::new().name("epoch".to_owned());
    thread.spawn(ticker).map(drop).map_err(|error| EngineError::Start(error.to_string()))
}
