//! Tollgate as a contender: one host with all limits on, and every worker and chain of the benchmark.

use anyhow::{Context as _, ensure};
use reqwest::Method;
use serde_json::json;
use tollgate_tests::{Host, Upload};

/// Requests that a reused instance serves: what `wasmtime serve` has as its default for WASI 0.3.
const REUSE: u32 = 128;

/// The built-in dispatches: `<worker>.<domain>` goes to a worker of the namespace, and what it sends out to the outbound.
const DISPATCHES: [(&str, &str, Option<&str>); 6] = [
    ("fresh.test", "fresh", None),
    ("fresh-through-2.test", "fresh", Some("pass-2-fresh")),
    ("fresh-through-3.test", "fresh", Some("pass-3-fresh")),
    ("reused.test", "reused", None),
    ("reused-through-2.test", "reused", Some("pass-2-reused")),
    ("reused-through-3.test", "reused", Some("pass-3-reused")),
];

/// Customers' workers, the same in both namespaces.
const WORKERS: [&str; 6] = ["hello-2", "hello-3", "fetch-2", "fetch-3", "echo-2", "echo-3"];

/// A host with everything deployed.
pub(crate) struct Tollgate(Host);

impl Tollgate {
    /// Starts one, and deploys everything.
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let host = Host::configured(&configuration()).await?;
        for (namespace, reuse) in [("fresh", false), ("reused", true)] {
            let body = json!({ "name": namespace, "reuse": reuse });
            let (status, envelope) = host.control(Method::POST, "dispatch/namespaces", Some(body)).await?;
            ensure!(status == 200, "{envelope}");
        }
        for worker in WORKERS {
            host.deploy_in("fresh", worker, Upload::of(worker)).await?;
            host.deploy_in("reused", worker, Upload::of(worker).reuse(REUSE)).await?;
        }
        for outbound in ["pass-2", "pass-3"] {
            host.deploy(&format!("{outbound}-fresh"), Upload::of(outbound)).await?;
            host.deploy(&format!("{outbound}-reused"), Upload::of(outbound).reuse(REUSE)).await?;
        }
        let dispatch = Upload::of("example-dispatch").dispatches(
            "fresh",
            Some(("pass-2-fresh", json!([{ "name": "paramCustomerName" }, { "name": "account" }]))),
        );
        host.deploy("dispatch", dispatch.route("*.dispatch.test/*")).await?;
        Ok(Self(host))
    }

    /// The host.
    pub(crate) fn host(&self) -> &Host {
        &self.0
    }

    /// The host, to be restarted.
    pub(crate) fn into_host(self) -> Host {
        self.0
    }

    /// The number of its process.
    pub(crate) fn pid(&self) -> anyhow::Result<u32> {
        self.0.pid().context("the host has ended")
    }
}

fn configuration() -> String {
    let table = |(domain, namespace, outbound): &(&str, &str, Option<&str>)| {
        let outbound = outbound.map(|service| format!("outbound = {{ service = \"{service}\" }}\n"));
        let outbound = outbound.unwrap_or_default();
        format!("[[dispatch]]\ndomain = \"{domain}\"\nnamespace = \"{namespace}\"\n{outbound}")
    };
    DISPATCHES.iter().map(table).collect()
}
