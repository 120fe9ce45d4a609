//! What a Rust worker has of Tollgate beside WASI: its variables and props, an outbound worker's parameters, service
//! bindings, and dispatch.
//!
//! For WASI 0.2, a worker is written with `wstd`, whose types these functions take. For 0.3, which has nothing like it yet,
//! this crate brings a [`Body`] for `http`'s requests and responses, and [`serve!`]. A component imports only what it calls.

mod bindings;
mod dispatcher;

#[cfg(all(feature = "wasi-0.2", not(feature = "wasi-0.3")))]
#[path = "p2.rs"]
mod wasi;
#[cfg(all(feature = "wasi-0.3", not(feature = "wasi-0.2")))]
#[path = "p3.rs"]
mod wasi;
#[cfg(not(any(
    all(feature = "wasi-0.2", not(feature = "wasi-0.3")),
    all(feature = "wasi-0.3", not(feature = "wasi-0.2"))
)))]
compile_error!("say one of the features `wasi-0.2` and `wasi-0.3`, as `wrangler.toml` has it");

pub use bindings::{Service, fail, parameter, props, service, var};
pub use dispatcher::{DispatchError, Dispatcher, Limits, Options, Reason, Worker, dispatcher};
pub use wasi::*;
