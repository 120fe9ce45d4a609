//! Conformance of bodies that stream: statements whose tests measure memory or a bounded time, one after another and apart
//! from the rest, so that they measure the host and not their neighbours.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

mod endings;
mod flow;
mod messages;
#[path = "../conformance/stage.rs"]
#[allow(dead_code, reason = "shared with the other conformance tests")]
mod stage;

use anyhow::Result;
use http::Response;
use hyper::body::Incoming;
use tollgate_tests::Body;

use stage::{Stage, with_alice};

/// Held by each test for as long as it runs.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

impl Stage {
    /// A request to the user; the response's body is unread.
    async fn open(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Result<Response<Incoming>> {
        self.host.open(self.host.request(method, "user.test", path, &with_alice(headers)).body(body)?).await
    }

    /// A fetch of the user's, of a URL at the origin; the response's body is unread.
    async fn open_origin(&self, method: &str, path: &str, body: Body) -> Result<Response<Incoming>> {
        self.open(method, "/fetch", &[("x-target-url", &self.origin.url(path))], body).await
    }
}
