//! Compositions: what two workers do together, tried in one process.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod files;
mod guard;
mod kit;
mod library;
mod matrix;
mod schema;
mod tutorial;
mod verb;

use std::sync::LazyLock;

use tollgate_test::{Composition, Lab, Request, Worker};
use tollgate_tests::{guest, root};

/// One lab for all tests of this process.
fn lab() -> &'static Lab {
    static LAB: LazyLock<Lab> = LazyLock::new(|| Lab::in_folder(root().join("target/compiled-for-tests")).unwrap());
    &LAB
}

/// A customer's worker of `guests/`.
fn user(name: &str) -> Worker {
    lab().user(guest(name).unwrap()).unwrap()
}

/// One of the operator's.
fn operators(name: &str) -> Worker {
    lab().operators(guest(name).unwrap()).unwrap()
}

/// The suite's workers of WASI 0.2.
fn suite() -> Composition {
    pair("test-user", "test-outbound")
}

fn pair(first: &str, second: &str) -> Composition {
    let composition = lab().compose().user("alice", &user(first)).unwrap();
    composition.outbound(&operators(second)).parameter("customer_name", "alice")
}

/// A request that lets the suite's user worker fetch a URL.
fn fetch(url: &str) -> Request {
    ask("/fetch").header("x-target-url", url).unwrap()
}

/// A request to the user worker.
fn ask(path: &str) -> Request {
    Request::get(&format!("http://alice.example{path}")).unwrap()
}
