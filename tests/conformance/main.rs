//! Conformance: one test a statement, named by its id. `just conformance` prints them all, and those that are missing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

mod certificates;
mod control;
mod desk;
mod dispatch;
mod golden;
mod interception;
mod isolation;
mod parameters;
mod paths;
mod secrets;
mod services;
mod stage;
mod typed;
