//! Composition tests: a customer's worker, the operator's outbound worker, perhaps a dispatch worker, and an origin, in one
//! process, in milliseconds. The chain, the egress and the checks are the host's own; what lies around them is the test's:
//! the origin is scripted, time stands still until everybody waits for it, randomness has a seed, and faults come when asked.
//!
//! ```
//! use tollgate_test::{Composition, Expect, ExpectRequest, Lab, Origin, Reply, Request};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let guests = "../../target/guests/wasm32-wasip2/release";
//! let lab = Lab::in_folder("../../target/compiled-for-tests")?;
//! let user = lab.user(std::fs::read(format!("{guests}/test_user.wasm"))?)?;
//! let outbound = lab.operators(std::fs::read(format!("{guests}/test_outbound.wasm"))?)?.variable("API_KEY", "s3cret")?;
//!
//! let run = lab
//!     .compose()
//!     .user("alice", &user)?
//!     .outbound(&outbound)
//!     .parameter("customer_name", "alice")
//!     .origin(Origin::new().reply("http://api.example.com/*", Reply::text("hello")))
//!     .send(Request::get("http://alice.example/fetch")?.header("x-target-url", "http://api.example.com/v1")?)?;
//!
//! // What the customer sent has no credential; what the origin got has.
//! run.assert(
//!     &Expect::new()
//!         .status(200)
//!         .outbound(ExpectRequest::new("GET", "http://api.example.com/v1").without("authorization"))
//!         .origin(ExpectRequest::new("GET", "http://api.example.com/v1").header("authorization", "Bearer s3cret")),
//! );
//! # Ok(())
//! # }
//! ```

mod cassette;
mod composition;
pub mod contract;
mod error;
mod expect;
mod fault;
mod lab;
mod listener;
mod message;
mod nature;
mod origin;
mod pattern;
mod plain;
mod run;
pub mod scenario;
mod secrets;
mod trace;
mod wire;
mod worker;

pub use cassette::{Cassette, Recorder, Take};
pub use composition::Composition;
pub use error::TestError;
pub use expect::{Expect, ExpectRequest, Field, Mismatch, Span, Text};
pub use fault::Fault;
pub use lab::Lab;
pub use listener::Listener;
pub use message::{Body, End, Payload, Received, Request, Sent};
pub use origin::{Origin, Reply};
pub use pattern::Pattern;
#[doc(hidden)]
pub use plain::Plain;
pub use run::Run;
pub use secrets::{Secrets, suspected, suspected_variables};
pub use tollgate_dispatch::Hop;
pub use tollgate_egress::EgressConfig;
pub use tollgate_types::Limits;
pub use trace::{Exchange, Printed};
pub use worker::Worker;
