//! An instance: a live store that runs a script.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use wasmtime::{Store, UpdateDeadline};
use wasmtime_wasi_http::handler::{Proxy, ProxyPre};

use crate::budget::Holder;
use crate::{Engine, Guest, Invocation as _, NoMemory};

/// Fuel for copying values between guest and host, in bytes: bounds what one call may make the host hold. Not a setting: it is far
/// above what an ordinary call needs (128 KiB of headers, 64 KiB of a body), and protects the host.
const HOSTCALL_FUEL_BYTES: usize = 1024 * 1024;

/// Handles of one instance: of resources, tasks, streams and futures. Each takes about 1 KiB of the host. Not a setting: it is what
/// 1,000 subrequests at once need, several times over.
const COMPONENT_HANDLES: usize = 32_768;

/// A store and its exports. An instance that is dropped while it serves aborts its invocation.
pub(crate) struct Instance<T: Guest> {
    pub(crate) store: Store<T>,
    pub(crate) exports: Proxy,
    pub(crate) served: u32,
    pub(crate) born: Instant,
    /// Whether an invocation is under way.
    serving: bool,
    _alive: Alive,
}

impl<T: Guest> Instance<T> {
    pub(crate) async fn start(engine: &Engine, pre: &ProxyPre<T>, state: T) -> wasmtime::Result<Box<Self>> {
        let alive = engine.alive()?;
        let holder = holder(&state);
        engine.memory().admit(&holder)?;
        let alone = engine.is_alone();
        let mut store = Store::new(engine_of(pre), state);
        store.data_mut().memory().count_in(engine.memory().clone(), holder);
        store.limiter(|state| state.memory());
        store.set_hostcall_fuel(HOSTCALL_FUEL_BYTES);
        store.set_max_component_handles(COMPONENT_HANDLES);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |mut store| {
            let concurrent = store.concurrent_resource_table().map_or(0, |table| table.iter_mut().count());
            store.data_mut().count_held(concurrent as u64);
            if let Some(reached) = store.data_mut().memory().reached() {
                return Err(reached.into());
            }
            store.data().invocation().progress().meter.check()?;
            Ok(if alone { UpdateDeadline::Continue(1) } else { UpdateDeadline::Yield(1) })
        });
        let exports = match pre.instantiate_async(&mut store).await {
            Ok(exports) => exports,
            Err(error) => {
                note_memory(&mut store);
                return Err(error);
            }
        };
        Ok(Box::new(Self { store, exports, served: 0, born: Instant::now(), serving: true, _alive: alive }))
    }

    /// Begins the next invocation of a reused instance.
    pub(crate) fn begin(&mut self, invocation: Arc<T::Invocation>) {
        self.store.data_mut().renew(invocation);
        let holder = holder(self.store.data());
        self.store.data_mut().memory().charge_to(holder);
        self.store.set_epoch_deadline(1);
        self.serving = true;
    }

    /// The invocation has ended well.
    pub(crate) fn end(&mut self) {
        note_memory(&mut self.store);
        self.served += 1;
        self.serving = false;
    }
}

impl<T: Guest> Drop for Instance<T> {
    /// Marks the invocation before the store goes, and with the store the sending half of the worker's bodies.
    fn drop(&mut self) {
        if self.serving {
            note_memory(&mut self.store);
            self.store.data().invocation().progress().mark_aborted();
        }
    }
}

/// Notes in the invocation how much memory the instance holds.
fn note_memory<T: Guest>(store: &mut Store<T>) {
    let bytes = store.data_mut().memory().most_bytes();
    store.data().invocation().progress().note_memory(bytes);
}

/// The namespace that pays for what an instance holds. The operator's own workers have no share of the memory.
fn holder<T: Guest>(state: &T) -> Holder {
    state.invocation().share().filter(|share| share.is_budgeted()).map(|share| share.group.clone())
}

fn engine_of<T>(pre: &ProxyPre<T>) -> &wasmtime::Engine {
    match pre {
        ProxyPre::P2(pre) => pre.engine(),
        ProxyPre::P3(pre) => pre.engine(),
    }
}

/// Counts live instances.
#[derive(Debug)]
pub(crate) struct Alive(Arc<AtomicUsize>);

impl Alive {
    /// Counts one more, unless there are as many as there may be.
    pub(crate) fn new(count: &Arc<AtomicUsize>, most: usize) -> Result<Self, NoRoom> {
        let alive = Self(count.clone());
        match count.fetch_add(1, Ordering::Relaxed) < most {
            true => Ok(alive),
            false => Err(NoRoom::Instances),
        }
    }
}

/// The host has no room for another instance, or for a larger one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRoom {
    /// As many instances live as may.
    #[error("the host has no room for another instance")]
    Instances,
    /// Instances hold as much memory as they may.
    #[error(transparent)]
    Memory(NoMemory),
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
