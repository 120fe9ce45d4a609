//! The settings of wasmtime: what decides the code that it compiles, and how instances are kept.

use std::sync::Arc;

use tollgate_types::config::{EngineConfig, MEMORIES_PER_INSTANCE};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::error::EngineError;
use crate::functions::Functions;
use crate::proposals;
use crate::version::Version;

/// What one component may take of the pool, beside `MEMORIES_PER_INSTANCE`. The pool has room for this many of each for every
/// instance, so that no instance can take another's share. Not settings: a component that runs on one host runs on every host.
const CORE_INSTANCES: u32 = 32;
const TABLES: u32 = 8;

/// wasmtime for a process that compiles and runs nothing. A pool of instances changes nothing of the code.
pub(crate) fn compiling_engine(version: Version, functions: Option<&Arc<Functions>>) -> Result<Engine, EngineError> {
    engine(EngineConfig { pooled: false, ..EngineConfig::default() }, version, functions)
}

/// wasmtime for a host, with this configuration.
pub(crate) fn engine(
    config: EngineConfig,
    version: Version,
    functions: Option<&Arc<Functions>>,
) -> Result<Engine, EngineError> {
    let mut settings = configuration(config, version);
    let start = |error: wasmtime::Error| EngineError::Start(format!("{error:#}"));
    if let Some(functions) = functions {
        settings.enable_incremental_compilation(functions.clone()).map_err(start)?;
    }
    Engine::new(&settings).map_err(start)
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
