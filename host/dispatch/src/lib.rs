//! Dispatch: a name becomes a worker, a worker an invocation, and invocations a chain: user, outbound, network.
//!
//! [`Chain`] is the whole of it for the floors above. Inside, an [`invocation::Invocation`] says who runs, for whom, under
//! which limits and with which way out; [`seam`] is where a worker's outgoing request takes that way.

mod attach;
mod chain;
mod code;
mod control;
mod invocation;
mod limits;
mod log;
mod passing;
mod ready;
mod seam;
mod state;
mod tickets;
mod timeouts;
mod traffic;
mod way;

pub use attach::Attached;
pub use chain::Chain;
pub use control::{Control, Crossing, Hop, Onward, Passed};
pub use ready::PrepareError;
pub use tollgate_types::config::{CodeConfig, PlatformLimits};
pub use tollgate_worlds::{DispatchError, GetOptions};
pub use traffic::loggable;
