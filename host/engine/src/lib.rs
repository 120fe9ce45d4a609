//! wasmtime, held the one way this host needs it: compile once, keep the compiled code, run an instance for every
//! request, a fresh one unless reuse was asked for, under a meter and ceilings. It knows no namespace, no parameter and no network.
//!
//! The state `T` of a store belongs to the floor above; [`Guest`] is all that this crate asks of it.

mod body;
mod cache;
mod call;
mod ceilings;
mod errands;
mod guest;
mod instance;
mod limit;
mod loaded;
mod machine;
mod meter;
mod proposals;
mod rest;
mod serves_once;
mod task;
mod version;

pub use body::Guarded;
pub use call::{CallError, call};
pub use ceilings::Ceilings;
pub use errands::Errands;
pub use guest::{Guest, Invocation};
pub use limit::{Ceiling, LimitReached};
pub use loaded::Loaded;
pub use machine::{Engine, EngineError};
pub use meter::{Fate, Meter};
pub use serves_once::serves_once;
pub use tollgate_types::config::EngineConfig;
pub use version::Version;
