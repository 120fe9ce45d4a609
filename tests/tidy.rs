//! House rules that a machine can check, in seconds: no guest, no host and no network. Each complaint names the file, the
//! line, and what was expected there.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

#[path = "tidy/circles.rs"]
mod circles;
#[path = "tidy/features.rs"]
mod features;
#[path = "tidy/files.rs"]
mod files;
#[path = "tidy/floors.rs"]
mod floors;
#[path = "tidy/limits.rs"]
mod limits;
#[path = "tidy/paths.rs"]
mod paths;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/statements.rs"]
mod statements;

use files::{File, files};

/// Fails with every complaint, one a line.
#[track_caller]
fn expect_none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}
