//! The store: what many workers cost at a start, in memory, and at a deploy.

use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use serde_json::json;
use tollgate_store::{Draft, Setup, Writer};
use tollgate_tests::{Host, Upload};
use tollgate_types::{NamespaceName, WorkerId};

use crate::measurement::median;
use crate::process::resident_mib;

/// Workers of the store that larger ones are compared with.
const BASE: usize = 100;
/// Deploys that are timed.
const DEPLOYS: usize = 100;
/// Deploys under way while a store is filled.
const AT_ONCE: usize = 256;
const NAMESPACE: &str = "store";

/// What was measured of a store of so many workers.
#[derive(Serialize)]
pub(crate) struct Stored {
    pub(crate) workers: usize,
    /// From the start of the process until it serves, after a stop without a failure.
    pub(crate) open_s: f64,
    pub(crate) resident_mib: f64,
    /// A deploy by the control API, of a script that is compiled already: the median.
    pub(crate) deploy_ms: f64,
}

/// Measures stores of 1 worker, of 100, and of as many as are given.
pub(crate) async fn run(sizes: &[usize]) -> anyhow::Result<Vec<Stored>> {
    let mut host = Host::start().await?;
    host.namespace(NAMESPACE).await?;
    let (mut filled, mut measured) = (0, vec![]);
    for workers in [1, BASE].iter().chain(sizes) {
        host = host.restart_after(async |data| fill(data, filled..*workers).await).await?;
        filled = *workers;
        host = host.restart_after(async |_| Ok(())).await?;
        measured.push(measure(&host, *workers).await?);
        eprintln!("{workers} workers");
    }
    Ok(measured)
}

async fn measure(host: &Host, workers: usize) -> anyhow::Result<Stored> {
    host.deploy_in(NAMESPACE, "user-0", Upload::of("hello-2")).await?;
    let mut deploys = vec![];
    for turn in 0..DEPLOYS {
        // Workers from all over the namespace, most of which are not in memory.
        let worker = format!("user-{}", turn * 7_919 % workers);
        let started = Instant::now();
        host.deploy_in(NAMESPACE, &worker, Upload::of("hello-2")).await?;
        deploys.push(started.elapsed().as_secs_f64() * 1e3);
    }
    // Only now: what a start has freed goes back to the system with the next requests.
    let resident_mib = resident_mib(host.pid().context("the host has ended")?)?;
    Ok(Stored { workers, open_s: host.started_in().as_secs_f64(), resident_mib, deploy_ms: median(deploys) })
}

/// Deploys workers with scripts and settings of their own, into a folder that no host has open.
async fn fill(data: &Path, workers: std::ops::Range<usize>) -> anyhow::Result<()> {
    let dir = Dir::open_ambient_dir(data, ambient_authority())?;
    let (_, writer) = tollgate_store::open(Setup::default(), dir, data)?;
    let deploys = stream::iter(workers).map(|worker| deploy(writer.clone(), worker)).buffer_unordered(AT_ONCE);
    deploys.try_collect::<()>().await
}

async fn deploy(writer: Writer, worker: usize) -> anyhow::Result<()> {
    let namespace: NamespaceName = NAMESPACE.parse()?;
    let id = WorkerId::in_namespace(namespace, format!("user-{worker}").parse()?);
    let bindings = json!({
        "CUSTOMER": { "type": "plain_text", "text": format!("customer-{worker}") },
        "SETTINGS": { "type": "json", "json": { "region": "eu", "quota": 1_000 } },
        "TOKEN": { "type": "secret_text", "text": format!("token-{worker:032}") },
    });
    let draft = Draft { bindings: serde_json::from_value(bindings)?, ..Draft::default() };
    writer.put_worker(id, format!("script of worker {worker}").into_bytes(), draft).await?;
    Ok(())
}
