//! wasmtime, used in the one way that this host needs: compile once, keep the compiled code, and run an instance for every
//! request under a meter and limits. The instance is fresh unless reuse was asked for. This crate knows no namespace, no
//! parameter and no network.
//!
//! The state `T` of a store belongs to the floor above; [`Guest`] and [`Invocation`] are all that this crate needs of it.

mod blocking;
mod body;
mod budget;
mod cache;
mod call;
mod clock;
mod collect;
mod compiler;
mod complexity;
mod continuation;
mod engine_hash;
mod error;
mod fair;
mod framing;
mod functions;
mod guest;
mod in_flight;
mod instance;
mod limit;
mod loaded;
mod machine;
mod memory;
mod meter;
mod outcome;
mod progress;
mod proposals;
mod serves_once;
mod settings;
mod share;
mod stop;
mod system_memory;
mod task;
mod version;

pub use blocking::blocking;
pub use body::Guarded;
pub use budget::{Budget, NoMemory};
pub use cache::Removed;
pub use call::{CallError, call};
pub use collect::collect;
pub use compiler::{Apart, SharedFunctions, compile_script};
pub use error::EngineError;
pub use framing::Malformed;
pub use guest::{Guest, Invocation};
pub use in_flight::InFlight;
pub use instance::NoRoom;
pub use limit::{LimitKind, LimitReached};
pub use loaded::Loaded;
pub use machine::Engine;
pub use memory::{MemoryLimiter, Reached};
pub use meter::Meter;
pub use outcome::{Outcome, Report};
pub use progress::Progress;
pub use serves_once::serves_once;
pub use share::{Group, Share};
pub use stop::Stop;
pub use tollgate_types::config::EngineConfig;
pub use version::Version;
