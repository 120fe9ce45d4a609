//! What this crate asks of the floor above: a store's state, and the invocation that it serves.

use std::sync::Arc;

use wasmtime_wasi_http::WasiHttpView;

use crate::{CallError, Ceilings, Errands, Fate, Meter};

/// The state of a store. It serves one invocation; where instances are reused, one after another.
pub trait Guest: WasiHttpView + Send + 'static {
    /// What the state serves.
    type Invocation: Invocation;

    /// The state of a fresh instance.
    fn new(invocation: Arc<Self::Invocation>) -> Self;
    /// The next invocation of a reused instance: from here on, everything is done in its name.
    fn renew(&mut self, invocation: Arc<Self::Invocation>);
    /// What it serves now.
    fn invocation(&self) -> &Arc<Self::Invocation>;
    /// The memory ceiling.
    fn ceilings(&mut self) -> &mut Ceilings;
}

/// One run of a worker, as the engine sees it.
pub trait Invocation: Send + Sync + 'static {
    /// The CPU meter.
    fn meter(&self) -> &Meter;
    /// How it ended, for those that read its bodies.
    fn fate(&self) -> &Arc<Fate>;
    /// What goes on beside it.
    fn errands(&self) -> &Arc<Errands>;
    /// Whether it must go on at its own pace while nobody reads its body.
    fn is_timed(&self) -> bool;
    /// The wall limit, in milliseconds.
    fn wall_ms(&self) -> u64;
    /// The memory limit, in bytes.
    fn memory_bytes(&self) -> u64;
    /// Told once, when the worker ends other than by returning. Log it here.
    fn ended_badly(&self, error: &CallError);
}
