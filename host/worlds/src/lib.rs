//! The host side of `wit/`: what workers of each role may import, and how it is linked.
//!
//! This crate knows values and resources, not who runs: a store's state implements [`PlatformView`], and dispatch
//! itself hides behind [`Dispatcher`].

mod bindings;
mod body;
mod code;
mod dispatcher;
mod exchange;
mod hand_over;
mod handler;
mod in_flight;
mod interface;
mod invocation;
mod io;
mod link;
mod names;
mod outgoing;
mod parameters;
mod passing;
mod typed;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod next;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;

pub use bindings::BindingKind;
pub use code::twice;
pub use dispatcher::{DispatchError, Dispatcher, GetOptions, PROPS_BYTES, Target, TicketError, held_bytes};
pub use in_flight::{Beside, start};
pub use link::{Role, linker_p2, linker_p3};
pub use passing::{Passed, Passing, passes};
pub use typed::TypedParameters;

use tollgate_types::Parameters;
use wasmtime_wasi_http::WasiHttpCtxView;

/// What the interfaces of this crate need of a store's state.
pub trait PlatformView: Send {
    /// The parts, borrowed together.
    fn platform(&mut self) -> PlatformCtx<'_>;
    /// The worker's variables, for `wasi:config/store`.
    fn variables(&mut self) -> &wasmtime_wasi_config::WasiConfigVariables;
}

/// A borrowed view of a store's state.
pub struct PlatformCtx<'a> {
    /// HTTP resources and hooks.
    pub http: WasiHttpCtxView<'a>,
    /// JSON text that the dispatch attached for the worker.
    pub props: &'a str,
    /// What the dispatch attached for the outbound worker.
    pub parameters: &'a Parameters,
    /// Who dispatches for this worker.
    pub dispatcher: &'a dyn Dispatcher,
}
