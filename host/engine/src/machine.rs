//! The engine itself: wasmtime's configuration, the epoch thread, and compiling through the cache.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use cap_std::fs::Dir;
use tollgate_types::ScriptDigest;
use tollgate_types::config::{CodeConfig, CompileConfig, EngineConfig};
use wasmtime::component::Component;

use crate::budget::Budget;
use crate::cache::{Cache, Removed, remove_foreign};
use crate::compiler::{Apart, Compiler};
use crate::continuation::Unattended;
use crate::error::EngineError;
use crate::fair::{Fair, Threads};
use crate::functions::Functions;
use crate::instance::{Alive, NoRoom};
use crate::proposals;
use crate::settings;
use crate::system_memory;
use crate::version::Version;

/// How often a running worker is interrupted to read its meter. Not a setting: it is how exact `limits.cpu_ms` is, and a shorter
/// one costs every worker time.
const EPOCH: Duration = Duration::from_millis(5);

/// wasmtime with this host's configuration, once for each version of WASI: without the component model's concurrency,
/// which 0.2 does not know, a 0.2 worker starts and calls faster. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
    /// Instances alive, and how many may be.
    alive: Arc<AtomicUsize>,
    most: usize,
    /// The memory of all of them.
    memory: Arc<Budget>,
    config: EngineConfig,
    unattended: Arc<Unattended>,
    alone: bool,
}

/// What an engine has in common with those beside it.
struct Shared {
    p2: Machine,
    p3: Machine,
    compute: Threads,
    /// What compiles, if this process does not.
    apart: OnceLock<Apart>,
}

/// One wasmtime engine and its compiled code.
struct Machine {
    wasmtime: wasmtime::Engine,
    cache: Cache,
    compiler: Compiler,
}

impl Engine {
    /// An engine that keeps compiled code in `compiled`. Starts the epoch thread, which ends with the last clone.
    pub fn new(config: EngineConfig, code: CodeConfig, compiled: &Dir) -> Result<Self, EngineError> {
        let functions = match code.shared_functions_bytes {
            0 => None,
            bytes => Some(Arc::new(Functions::new(compiled, bytes)?)),
        };
        let machine = |version| Machine::new(config, version, compiled, functions.clone());
        let (p2, p3) = (machine(Version::P2)?, machine(Version::P3)?);
        tick([p2.wasmtime.weak(), p3.wasmtime.weak()])?;
        // A pool counts for itself.
        let most = if config.pooled { usize::MAX } else { config.count as usize };
        let compute = Threads::start(config.namespace_cpu_ms_per_second.map(|ms| u64::from(ms.get())));
        let compute = compute.map_err(|error| EngineError::Start(error.to_string()))?;
        let shared = Arc::new(Shared { p2, p3, compute, apart: OnceLock::new() });
        let (alive, unattended) = (Arc::default(), Arc::default());
        let mib = config.memory_mib.map(|mib| u64::from(mib.get()) << 20);
        let memory = Arc::new(Budget::new(mib.unwrap_or_else(system_memory::for_workers)));
        Ok(Self { shared, alive, most, memory, config, unattended, alone: false })
    }

    /// The same engine, which compiles in processes of their own. The first call counts.
    pub fn compiling_apart(self, apart: Apart) -> Self {
        self.shared.apart.get_or_init(|| apart);
        self
    }

    /// The limits of the processes that compile. None if this process compiles.
    pub fn apart(&self) -> Option<CompileConfig> {
        self.shared.apart.get().map(Apart::config)
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
            Version::P2 => &self.shared.p2,
            Version::P3 => &self.shared.p3,
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

    /// The component of a script whose compiled code is kept. Blocks.
    pub fn compiled(&self, digest: &ScriptDigest) -> Option<(Version, Component)> {
        let machines = [(Version::P2, &self.shared.p2), (Version::P3, &self.shared.p3)];
        let found = |(version, machine): (_, &Machine)| Some((version, machine.cache.get(&machine.wasmtime, digest)?));
        machines.into_iter().find_map(found)
    }

    /// The proposals that a script uses and this host does not run, in words. `None` if there is none. Reads the script only;
    /// see [`Engine::compile`] for everything else that a host can refuse.
    pub fn unsupported_proposals(script: &[u8]) -> Option<String> {
        proposals::unsupported(script, Version::of(script).ok()?)
    }

    /// Compiles a script and keeps the compiled code, which takes seconds of CPU. Blocks.
    pub fn compile(&self, digest: &ScriptDigest, script: &[u8]) -> Result<(Version, Component), EngineError> {
        let version = Version::of(script)?;
        let machine = self.machine(version);
        // Seconds of CPU: here an operator finds what they went for.
        tracing::info!(%digest, "compiling a script");
        let code = match self.shared.apart.get() {
            Some(apart) => apart.compile(version, machine.cache.engine(), script)?,
            None => machine.compiler.compile(script)?,
        };
        Ok((version, machine.keep(digest, &code)?))
    }

    /// The queue for runs that have used their first slice. None if no other task needs the thread that they are on.
    pub(crate) fn fair(&self) -> Option<&Arc<Fair>> {
        (!self.alone).then(|| self.shared.compute.fair())
    }

    /// Runs so far that went on in the fair queue.
    pub fn moved(&self) -> u64 {
        self.shared.compute.fair().moved()
    }

    /// Ends the runs in the fair queue, and what is being compiled. For a host that stops: the runtime must live until this returns.
    /// Blocks for one poll.
    pub fn close(&self) {
        if let Some(apart) = self.shared.apart.get() {
            apart.close();
        }
        self.shared.compute.close();
    }

    /// Removes from the folder of compiled code what other engines have left there. For the only host that uses the folder. Blocks.
    pub fn remove_foreign_code(&self, compiled: &Dir) -> std::io::Result<Removed> {
        remove_foreign(compiled, &[self.shared.p2.cache.name(), self.shared.p3.cache.name()])
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
        let wasmtime = settings::engine(config, version, functions.as_ref())?;
        let cache = Cache::new(compiled, version, &wasmtime)?;
        let compiler = Compiler { version, wasmtime: wasmtime.clone(), functions };
        Ok(Self { wasmtime, cache, compiler })
    }

    /// Keeps compiled code, and loads it.
    fn keep(&self, digest: &ScriptDigest, code: &[u8]) -> Result<Component, EngineError> {
        let kept = self.cache.put(digest, code);
        let kept = kept.inspect_err(|error| tracing::warn!(%digest, %error, "compiled code could not be kept"));
        match kept.ok().and_then(|()| self.cache.get(&self.wasmtime, digest)) {
            Some(component) => Ok(component),
            None => Cache::unkept(&self.wasmtime, code).map_err(|error| EngineError::Compile(format!("{error:#}"))),
        }
    }
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
