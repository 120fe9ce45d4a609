//! The engine itself: wasmtime's configuration, the epoch thread, and compiling through the cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cap_std::fs::Dir;
use tollgate_types::ScriptDigest;
use wasmtime::component::Component;
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::cache::Cache;
use crate::call::Alive;

/// How often a running worker is interrupted to look at its meter.
const EPOCH: Duration = Duration::from_millis(5);
/// Kept resident for the next instance: resetting these pages is cheaper than mapping them anew.
const KEEP_RESIDENT_BYTES: usize = 1024 * 1024;
/// The largest memory that a pool slot holds, whatever the limits say.
const SLOT_BYTES: usize = 1 << 30;

/// What an operator may choose.
#[derive(Debug, Clone, Copy)]
pub struct EngineConfig {
    /// Instances that may live at once; slots for them are reserved as address space at start.
    pub instances: u32,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self { instances: 1_000 }
    }
}

/// Why a script could not be made ready to run.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The engine could not be set up.
    #[error("the engine could not start: {0}")]
    Start(String),
    /// The bytes are not a component that this host can run.
    #[error("not a component that can be compiled: {0}")]
    Compile(String),
    /// The folder of compiled code could not be used.
    #[error("compiled code could not be kept")]
    Cache(#[from] std::io::Error),
}

/// wasmtime with this host's configuration. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    wasmtime: wasmtime::Engine,
    cache: Arc<Cache>,
    alive: Arc<AtomicUsize>,
}

impl Engine {
    /// An engine that keeps compiled code in `compiled`. Starts the epoch thread, which ends with the last clone.
    pub fn new(config: EngineConfig, compiled: Dir) -> Result<Self, EngineError> {
        let start = |error: wasmtime::Error| EngineError::Start(format!("{error:#}"));
        let wasmtime = wasmtime::Engine::new(&configuration(config)).map_err(start)?;
        tick(&wasmtime)?;
        let cache = Arc::new(Cache::new(compiled, &wasmtime)?);
        Ok(Self { wasmtime, cache, alive: Arc::default() })
    }

    /// wasmtime's own engine, for linkers.
    pub fn wasmtime(&self) -> &wasmtime::Engine {
        &self.wasmtime
    }

    /// Instances alive now.
    pub fn instances(&self) -> usize {
        self.alive.load(Ordering::Relaxed)
    }

    /// The component of a script, from the cache where it is there; else compiled, which takes seconds of CPU. Blocks.
    pub fn load<E: From<EngineError>>(
        &self,
        digest: &ScriptDigest,
        script: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<Component, E> {
        if let Some(component) = self.cache.get(&self.wasmtime, digest) {
            return Ok(component);
        }
        self.compile(digest, &script()?).map_err(E::from)
    }

    /// Compiles a script and keeps the compiled code. Blocks.
    pub fn compile(&self, digest: &ScriptDigest, script: &[u8]) -> Result<Component, EngineError> {
        let refused = |error: wasmtime::Error| EngineError::Compile(format!("{error:#}"));
        kind(script)?;
        let compiled = self.wasmtime.precompile_component(script).map_err(refused)?;
        self.cache.put(digest, &compiled)?;
        match self.cache.get(&self.wasmtime, digest) {
            Some(component) => Ok(component),
            None => Component::from_binary(&self.wasmtime, script).map_err(refused),
        }
    }

    pub(crate) fn alive(&self) -> Alive {
        Alive::new(self.alive.clone())
    }
}

/// Tells what people upload by mistake from what cannot be compiled.
fn kind(script: &[u8]) -> Result<(), EngineError> {
    let wrong = |text: &str| Err(EngineError::Compile(text.to_owned()));
    match script {
        [b'\0', b'a', b's', b'm', _, _, 1, 0, ..] => Ok(()),
        [b'\0', b'a', b's', b'm', _, _, 0, 0, ..] => {
            wrong("it is a core module: build it for wasm32-wasip2, or wrap it with `wasm-tools component new`")
        }
        _ => wrong("it does not start as WebAssembly does"),
    }
}

fn configuration(config: EngineConfig) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(config.instances)
        .total_core_instances(config.instances.saturating_mul(4))
        .total_memories(config.instances.saturating_mul(2))
        .total_tables(config.instances.saturating_mul(4))
        .total_stacks(config.instances)
        .max_memory_size(SLOT_BYTES)
        .linear_memory_keep_resident(KEEP_RESIDENT_BYTES)
        .table_keep_resident(KEEP_RESIDENT_BYTES / 16)
        .pagemap_scan(Enabled::Auto);
    let mut wasmtime = Config::new();
    wasmtime
        .epoch_interruption(true)
        .memory_init_cow(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    wasmtime
}

/// A thread that advances the epoch for as long as the engine lives.
fn tick(engine: &wasmtime::Engine) -> Result<(), EngineError> {
    let weak = engine.weak();
    let ticker = move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(EPOCH);
        }
    };
    let thread = std::thread::Builder::new().name("epoch".to_owned());
    thread.spawn(ticker).map(drop).map_err(|error| EngineError::Start(error.to_string()))
}
