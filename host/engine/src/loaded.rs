//! A worker that is loaded: its compiled code, linked, and the instances that wait for their next request.
//!
//! Instances are fresh for every request unless the worker asks for reuse. Then an instance that ended a request well,
//! and holds no more memory than it may, waits for the next one; one that trapped, was cut off or reached a limit never
//! does.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use wasmtime_wasi_http::handler::ProxyPre;

use crate::Guest;
use crate::instance::Instance;

/// An instance older than this serves no more requests.
const AGE: Duration = Duration::from_secs(300);
/// An instance that waited longer than this is dropped.
const IDLE: Duration = Duration::from_secs(10);
/// Bytes that an instance's memories may have grown since it started; beyond, it is not reused.
const GROWTH_BYTES: u64 = 32 << 20;
/// Instances of one worker that wait, at most.
const WAITING: usize = 64;

/// A loaded worker.
pub struct Loaded<T: Guest> {
    pub(crate) pre: ProxyPre<T>,
    /// Requests that one instance may serve; 1 where every request gets a fresh one.
    requests: u32,
    waiting: Mutex<Pool<T>>,
}

/// The instances that wait for a request.
struct Pool<T: Guest> {
    instances: Vec<Waiting<T>>,
    closed: bool,
}

struct Waiting<T: Guest> {
    instance: Instance<T>,
    since: Instant,
}

impl<T: Guest> Loaded<T> {
    /// A worker whose instances serve at most this many requests each.
    pub fn new(pre: ProxyPre<T>, requests: u32) -> Self {
        let pool = Pool { instances: Vec::new(), closed: false };
        Self { pre, requests: requests.max(1), waiting: Mutex::new(pool) }
    }

    /// The instance that waited least, if one does and it holds no more memory than is allowed now.
    pub(crate) fn take(&self, memory_bytes: u64) -> Option<Instance<T>> {
        if self.requests == 1 {
            return None;
        }
        let mut instance = self.lock().instances.pop()?.instance;
        instance.store.data_mut().memory().allow(memory_bytes).then_some(instance)
    }

    /// Lets an instance wait for its next request, if it may serve another.
    pub(crate) fn give_back(&self, mut instance: Instance<T>) {
        let grown = instance.store.data_mut().memory().grown_bytes();
        if instance.served >= self.requests || instance.born.elapsed() > AGE || grown > GROWTH_BYTES {
            return;
        }
        let mut waiting = self.lock();
        if !waiting.closed && waiting.instances.len() < WAITING {
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

    /// Drops the instances that waited too long. To be called now and then.
    pub fn sweep(&self) {
        let mut waiting = self.lock();
        let (kept, gone): (Vec<_>, _) = waiting.instances.drain(..).partition(|one| one.since.elapsed() < IDLE);
        waiting.instances = kept;
        drop(waiting);
        drop(gone);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Pool<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
