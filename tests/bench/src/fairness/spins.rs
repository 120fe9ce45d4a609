//! Workers that need about 5 ms of CPU time: none is stopped for time that it did not use, and each of a hundred namespaces gets what it
//! asks for, although one of them asks for a hundred times as much.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::ensure;
use futures::future::join_all;
use futures::stream::{self, StreamExt as _};
use serde_json::json;
use tokio::time::sleep;
use tollgate_tests::{Host, Upload};

use super::Pace;
use super::finding::{Asked, Finding};
use super::open_loop::{Noticed, ask, client, get, open_loop};
use crate::measurement::percentile;

/// The CPU time of a request, and what its worker may use, in milliseconds.
const CPU_MS: u64 = 5;
const LIMIT_MS: u64 = 20;
/// Requests that loop beside them.
const LOOPS: usize = 32;
/// Requests under way at once.
const AT_ONCE: usize = 4;
/// How long is measured what the host can serve.
const CAPACITY_IN: Duration = Duration::from_secs(2);
/// Namespaces, of which the first asks for as much as this many others.
const NAMESPACES: u32 = 100;
/// Requests of each of the others at least: one of them is a tenth.
const LEAST: u32 = 10;
/// Of what it asked for, how much each namespace must get.
const SHARE: f64 = 0.9;

/// Measures both, on a host of its own.
pub(crate) async fn run(pace: &Pace) -> anyhow::Result<Vec<Finding>> {
    let host = Arc::new(host().await?);
    let path = format!("/rounds?n={}", rounds(&host).await?);
    let mut findings = crowd(&host, &path, pace).await;
    findings.extend(kills(&host, &path, pace).await?);
    Ok(findings)
}

async fn host() -> anyhow::Result<Host> {
    let names = || (0..NAMESPACES).map(|number| format!("n{number}")).chain(["evil".to_owned()]);
    let table = |name: String| format!("[[dispatch]]\ndomain = \"{name}.test\"\nnamespace = \"{name}\"\n");
    let limits = "[log]\nfilter = \"warn\"\n[limits]\ncpu_ms = 3600000\nwall_ms = 3600000\n";
    let host = Host::configured(&format!("{limits}{}", names().map(table).collect::<String>())).await?;
    for name in names() {
        host.namespace(&name).await?;
        host.deploy_in(&name, "spins", Upload::of("hostile-spins")).await?;
    }
    Ok(host)
}

async fn limited(host: &Host, cpu_ms: u64) -> anyhow::Result<()> {
    host.deploy_in("n1", "spins", Upload::of("hostile-spins").limits(json!({ "cpu_ms": cpu_ms }))).await
}

/// Rounds that a worker finishes within its CPU time, and no more than twice as many. Its limit is then [`LIMIT_MS`].
async fn rounds(host: &Host) -> anyhow::Result<u64> {
    limited(host, CPU_MS).await?;
    let (client, mut rounds) = (client(true), 1_000);
    let asked =
        async |rounds: u64| ask(&client, host.listen(), "spins.n1.test", &format!("/rounds?n={rounds}"), None).await;
    // At the limit, the answer may also be cut off.
    while asked(rounds * 2).await.is_ok_and(|(status, _)| status == 200) {
        rounds *= 2;
    }
    limited(host, LIMIT_MS).await?;
    Ok(rounds)
}

/// One namespace sends as much as all others. All together need as much as the host can serve, so that the others need half of it.
async fn crowd(host: &Host, path: &str, pace: &Pace) -> Vec<Finding> {
    let every = Duration::from_secs(2).mul_f64(f64::from(NAMESPACES) / capacity(host, path).await);
    let lasts = pace.crowd.max(every * LEAST);
    let send = async |number: u32, every: Duration| {
        // Not all in the same moment.
        sleep(every * number / NAMESPACES).await;
        let (listen, client, name) = (host.listen(), client(true), format!("spins.n{number}.test"));
        open_loop(every, lasts, || get(client.clone(), listen, name.clone(), path.to_owned())).await
    };
    let others = join_all((1..NAMESPACES).map(|number| send(number, every)));
    let (flood, others) = tokio::join!(send(0, every / NAMESPACES), others);
    let got = |noticed: &Noticed| noticed.in_time as f64 / noticed.sent() as f64;
    let shares: Vec<f64> = others.iter().map(got).collect();
    let failed = others.iter().map(|noticed| noticed.failed).sum::<usize>();
    let all = shares.iter().sum::<f64>() / shares.len() as f64;
    vec![
        Finding::new("crowd/each".to_owned(), "requests/s", every.as_secs_f64().recip(), Asked::Nothing),
        Finding::new("crowd/all".to_owned(), "of what they asked for", all, Asked::AtLeast(SHARE)),
        Finding::new("crowd/least".to_owned(), "of what it asked for", percentile(shares, 0), Asked::AtLeast(SHARE)),
        Finding::new("crowd/failed".to_owned(), "requests", failed as f64, Asked::AtMost(0.0)),
        Finding::new("crowd/hundredfold".to_owned(), "of what it asked for", got(&flood), Asked::Nothing),
    ]
}

/// Requests a second that the host serves of this worker.
async fn capacity(host: &Host, path: &str) -> f64 {
    let (client, begun) = (client(true), Instant::now());
    let served = AtomicUsize::new(0);
    let spin = async |_| {
        while begun.elapsed() < CAPACITY_IN {
            let answer = ask(&client, host.listen(), "spins.n0.test", path, None).await;
            served.fetch_add(usize::from(matches!(answer, Ok((200, _)))), Ordering::Relaxed);
        }
    };
    join_all((0..AT_ONCE).map(spin)).await;
    served.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64()
}

/// A worker that stays within its limit, beside loops that take what is left of the CPU.
async fn kills(host: &Arc<Host>, path: &str, pace: &Pace) -> anyhow::Result<Vec<Finding>> {
    let client = client(true);
    let loops: Vec<_> = (0..LOOPS)
        .map(|_| {
            let (client, listen) = (client.clone(), host.listen());
            tokio::spawn(async move { drop(ask(&client, listen, "spins.evil.test", "/loop", None).await) })
        })
        .collect();
    while host.instances().await? < LOOPS as u64 {
        sleep(Duration::from_millis(20)).await;
    }
    let (killed, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let spin = async |_| match ask(&client, host.listen(), "spins.n1.test", path, None).await {
        Ok((200, _)) => {}
        Ok((503, text)) if text.contains("exceeded a limit") => _ = killed.fetch_add(1, Ordering::Relaxed),
        _ => _ = failed.fetch_add(1, Ordering::Relaxed),
    };
    stream::iter(0..pace.spins).for_each_concurrent(AT_ONCE, spin).await;
    ensure!(loops.iter().all(|one| !one.is_finished()), "a loop has ended");
    loops.iter().for_each(tokio::task::JoinHandle::abort);
    let count = |count: &AtomicUsize| count.load(Ordering::Relaxed) as f64;
    Ok(vec![
        Finding::new("cpu-limit/requests".to_owned(), "requests", pace.spins as f64, Asked::Nothing),
        Finding::new("cpu-limit/killed".to_owned(), "requests", count(&killed), Asked::AtMost(0.0)),
        Finding::new("cpu-limit/failed".to_owned(), "requests", count(&failed), Asked::AtMost(0.0)),
    ])
}
