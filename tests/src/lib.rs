//! The harness: an origin, a host and a client, so that a test reads as a story.
//!
//! Everything is real: the `tollgate` binary on free ports with a fresh data folder, components from `guests/`, sockets.

mod authority;
mod client;
mod guest;
mod host;
mod made;
mod origin;
mod terminal;
mod verb;

use std::time::Duration;

pub use authority::{Authority, ClientCertificate};
pub use client::{Answer, Body, ask, empty, full, http2, send};
pub use guest::{guest, guest_path, language, paired, root};
pub use host::{Host, Upload};
pub use made::{failing, importing, importing_3, made, printing};
pub use origin::{Origin, Seen};
pub use terminal::Terminal;
pub use verb::{Ran, program, tollgate};

/// How long a test waits for what is to come or to end. The longest wait is for a first build in JavaScript or Python, with its
/// compiling: 40 s on two idle cores, and two run at once, so that this leaves room for a machine that is three times slower. It
/// is no bound for what a limit or a timeout would end by itself: that takes less.
pub const PATIENCE: Duration = Duration::from_secs(240);
