//! What this crate needs from the floor above: the state of a store, and the invocation that it serves.

use std::sync::Arc;

use wasmtime_wasi_http::WasiHttpView;

use crate::{MemoryLimiter, Progress, Report, Share, Stop};

/// The state of a store. It serves one invocation at a time; if instances are reused, one after another.
pub trait Guest: WasiHttpView + Send + 'static {
    /// What the state serves.
    type Invocation: Invocation;

    /// The state of a fresh instance.
    fn new(invocation: Arc<Self::Invocation>) -> Self;
    /// Gives a reused instance its next invocation: from here on, the state acts for that one.
    fn renew(&mut self, invocation: Arc<Self::Invocation>);
    /// The invocation that the state serves now.
    fn invocation(&self) -> &Arc<Self::Invocation>;
    /// The memory limit.
    fn memory(&mut self) -> &mut MemoryLimiter;
    /// Counts what the host holds for the instance in its memory: the table of its resources, and so many entries of the tables in
    /// which wasmtime keeps tasks, streams and futures.
    fn count_held(&mut self, concurrent: u64);
}

/// One run of a worker for one request, as the engine sees it.
pub trait Invocation: Send + Sync + 'static {
    /// What the engine keeps of it.
    fn progress(&self) -> &Progress;
    /// Whether the worker must keep its own pace even if nothing reads its response.
    fn is_timed(&self) -> bool;
    /// The wall-clock limit, in milliseconds.
    fn wall_ms(&self) -> u64;
    /// How long it may go on once its response has been read, in milliseconds.
    fn background_ms(&self) -> u64;
    /// What ends it before its time.
    fn stop(&self) -> &Stop;
    /// The memory limit, in bytes.
    fn memory_bytes(&self) -> u64;
    /// Whether an observer wants the report of this invocation even if it goes well.
    fn is_observed(&self) -> bool;
    /// Whose share of the CPU it uses. Without one it is polled where it began, to its end.
    fn share(&self) -> Option<&Arc<Share>> {
        None
    }
    /// Called exactly once, when the invocation has ended, however it ended (`progress.rs` says when). If it is not observed and
    /// ended well, this is not called.
    fn ended(&self, report: &Report<'_>);
}
