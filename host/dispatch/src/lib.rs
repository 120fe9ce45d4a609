//! Dispatch: a name becomes a worker, a worker an invocation, and invocations a chain: user, outbound, network.
//!
//! [`Chain`] is all that the floors above see. Inside, a [`Crossing`] is one hop of a request, `cross.rs` is the one way over a hop,
//! and an invocation is one run of a worker. Each [`Observer`] learns of every crossing and every invocation.

mod accept;
mod attach;
mod call;
mod chain;
mod code;
mod context;
mod cpu_shares;
mod cross;
mod crossing;
mod current;
mod dispatcher;
mod entrance;
mod gate;
mod held;
mod hooks;
mod invocation;
mod invoked;
mod levels;
mod limits;
mod lines;
mod log_budget;
mod observe;
mod paced;
mod passing;
mod ready;
mod recent;
mod request_id;
mod request_log;
mod shares;
mod state;
mod target;
mod tickets;
mod timeouts;
mod transit;
mod turns;
mod worker;
mod write_timeout;

pub use accept::{Permit, accept};
pub use attach::Attached;
pub use chain::Chain;
pub use crossing::{Answer, Crossing, Hop};
pub use invoked::Invoked;
pub use observe::{Control, End, Observer, Onward, Printed, Span};
pub use paced::{Pace, Paced, TooSlow};
pub use ready::PrepareError;
pub use request_id::{Arrival, RequestId};
pub use request_log::loggable;
pub use shares::Taken;
pub use tollgate_engine::{Outcome, Report};
pub use tollgate_types::config::{CodeConfig, PlatformLimits, SharesConfig};
pub use tollgate_worlds::{DispatchError, GetOptions};
pub use turns::Busy;
pub use write_timeout::WriteTimeout;
