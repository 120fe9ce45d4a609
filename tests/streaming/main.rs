//! Conformance of bodies that stream: statements whose tests measure memory or a bounded time, one after another and apart
//! from the rest, so that they measure the host and not their neighbours.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

mod bodies;
#[path = "../conformance/stage.rs"]
#[allow(dead_code, reason = "shared with the other conformance tests")]
mod stage;

/// Held by each test for as long as it runs.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
