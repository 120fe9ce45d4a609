//! A worker that is loaded: its compiled code, linked, and the instances that wait for their next request.
//!
//! Instances are fresh for every request unless the worker asks for reuse. Then an instance that ended a request well,
//! and holds no more memory than it may, waits for the next one; one that trapped, was cut off or reached a limit never
//! does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tollgate_types::config::EngineConfig;
use wasmtime_wasi_http::handler::ProxyPre;

use crate::budget::Idle;
use crate::instance::Instance;
use crate::{Engine, Guest};

/// A loaded worker.
pub struct Loaded<T: Guest> {
    pub(crate) pre: ProxyPre<T>,
    /// Requests that one instance may serve; 1 where every request gets a fresh one.
    requests: u32,
    config: EngineConfig,
    waiting: Arc<Mutex<Pool<T>>>,
}

/// The instances that wait for a request.
struct Pool<T: Guest> {
    instances: Vec<Waiting<T>>,
    closed: bool,
}

struct Waiting<T: Guest> {
    instance: Box<Instance<T>>,
    since: Instant,
}

impl<T: Guest> Idle for Mutex<Pool<T>> {
    fn weight(&self) -> Option<u64> {
        let mut waiting = self.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.instances.first_mut().map(|one| one.instance.store.data_mut().memory().holder_bytes())
    }

    fn give_way(&self) {
        let gone = std::mem::take(&mut self.lock().unwrap_or_else(PoisonError::into_inner).instances);
        drop(gone);
    }
}

impl<T: Guest> Loaded<T> {
    /// A worker whose instances serve at most this many requests each, within the bounds that the engine was given.
    pub fn new(engine: &Engine, pre: ProxyPre<T>, requests: u32) -> Self {
        let waiting = Arc::new(Mutex::new(Pool { instances: Vec::new(), closed: false }));
        if requests > 1 {
            let idle: Arc<dyn Idle> = waiting.clone();
            engine.memory().register(Arc::downgrade(&idle));
        }
        Self { pre, requests: requests.max(1), config: engine.config(), waiting }
    }

    /// The instance that waited least, if one does and it holds no more memory than is allowed now.
    pub(crate) fn take(&self, memory_bytes: u64) -> Option<Box<Instance<T>>> {
        if self.requests == 1 {
            return None;
        }
        let mut instance = self.lock().instances.pop()?.instance;
        instance.store.data_mut().memory().allow(memory_bytes).then_some(instance)
    }

    /// Lets an instance wait for its next request, if it may serve another.
    pub(crate) fn give_back(&self, mut instance: Box<Instance<T>>) {
        let grown = instance.store.data_mut().memory().grown_bytes();
        let too_old = instance.born.elapsed() > seconds(self.config.reuse_age_seconds);
        let stopped = instance.store.data_mut().memory().reached().is_some();
        if stopped || instance.served >= self.requests || too_old || grown > self.config.reuse_growth_bytes {
            return;
        }
        let mut waiting = self.lock();
        if !waiting.closed && waiting.instances.len() < self.config.reuse_idle_instances as usize {
            waiting.instances.push(Waiting { instance, since: Instant::now() });
        }
    }

    /// Drops the instances that wait, and every one that would. What is kept no more must be closed: an instance that
    /// waits holds what it belongs to, and would live for ever.
    pub fn close(&self) {
        let mut waiting = self.lock();
        waiting.closed = true;
        let gone = std::mem::take(&mut waiting.instances);
        drop(waiting);
        drop(gone);
    }

    /// Drops the instances that wait. Those that end a request later may wait again.
    pub fn drop_waiting(&self) {
        let gone = std::mem::take(&mut self.lock().instances);
        drop(gone);
    }

    /// Drops the instances that waited too long. To be called now and then.
    pub fn sweep(&self) {
        let idle = seconds(self.config.reuse_idle_seconds);
        let mut waiting = self.lock();
        let (kept, gone): (Vec<_>, _) = waiting.instances.drain(..).partition(|one| one.since.elapsed() < idle);
        waiting.instances = kept;
        drop(waiting);
        drop(gone);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Pool<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}
