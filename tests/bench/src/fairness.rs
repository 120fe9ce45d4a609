//! Fairness: what a neighbour notices of workers that use all of the CPU, and what ninety-nine namespaces notice of one that sends a
//! hundred times as much.
//!
//! The neighbour's requests are sent at a fixed rate, and timed from when each was due. What counts are the ratios: each latency
//! over the one of the same rate on a quiet host.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use futures::future::{join_all, try_join_all};
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};
use tollgate_tests::{Host, Upload};

use crate::measurement::{median, percentile};

/// Requests a second of the neighbour.
const RATES: [u32; 2] = [10, 500];
/// Requests that are measured at least: a hundredth of them is the 99th percentile.
const LEAST: u32 = 100;
/// What runs beside the neighbour: a path of the attacker, and how many requests.
const ATTACKS: [(&str, usize); 4] = [("/loop", 10), ("/loop", 100), ("/loop", 480), ("/bursts", 100)];
/// Namespaces, of which the first sends as much as this many others.
const NAMESPACES: usize = 100;
/// Requests a second of each of the others.
const EACH: u32 = 2;

/// What the neighbour noticed of one attack.
#[derive(Serialize)]
pub(crate) struct Beside {
    /// `quiet`, or the attack and how many requests of it ran.
    beside: String,
    per_second: u32,
    p50_us: f64,
    p99_us: f64,
    /// Over the quiet host.
    p50_ratio: f64,
    p99_ratio: f64,
}

/// Everything that was measured.
#[derive(Default, Serialize)]
pub(crate) struct Fairness {
    neighbours: Vec<Beside>,
    /// Of the namespaces beside one that sends a hundred times as much: the least share of its requests that one of them
    /// had answered within the time.
    least_answered: f64,
}

/// Measures for at least so many seconds each.
pub(crate) async fn run(seconds: u64) -> anyhow::Result<Fairness> {
    let host = Arc::new(arena().await?);
    let mut neighbours = Vec::new();
    for rate in RATES {
        let lasts = Duration::from_secs(seconds.max(u64::from(LEAST / rate)));
        let quiet = latencies(&host, "hello.good.test", rate, lasts).await?;
        neighbours.push(beside("quiet", rate, &quiet, &quiet));
        for (path, count) in ATTACKS {
            let attack = Attack::start(&host, path, count).await?;
            let found = latencies(&host, "hello.good.test", rate, lasts).await?;
            attack.stop().await?;
            neighbours.push(beside(&format!("{count} x {path}"), rate, &found, &quiet));
            eprintln!("{count} x {path} beside {rate} requests a second");
        }
    }
    Ok(Fairness { neighbours, least_answered: crowd(&host, Duration::from_secs(seconds)).await? })
}

/// A host with an attacker, a neighbour, and a namespace for each of the crowd.
async fn arena() -> anyhow::Result<Host> {
    let names = || (0..NAMESPACES).map(|number| format!("n{number}")).chain(["evil".to_owned(), "good".to_owned()]);
    let table = |name: String| format!("[[dispatch]]\ndomain = \"{name}.test\"\nnamespace = \"{name}\"\n");
    let limits = "[log]\nfilter = \"warn\"\n[limits]\ncpu_ms = 3600000\nwall_ms = 3600000\n";
    let host = Host::configured(&format!("{limits}{}", names().map(table).collect::<String>())).await?;
    for name in names() {
        host.namespace(&name).await?;
        let (worker, guest) = if name == "evil" { ("attacker", "hostile-spins") } else { ("hello", "hello-2") };
        host.deploy_in(&name, worker, Upload::of(guest)).await?;
    }
    Ok(host)
}

/// Requests of the attacker that run.
struct Attack(Arc<Host>, JoinSet<()>);

impl Attack {
    /// Starts so many, and waits until all run and have used their first slice.
    async fn start(host: &Arc<Host>, path: &'static str, count: usize) -> anyhow::Result<Self> {
        let (before, mut requests) = (moved(host).await?, JoinSet::new());
        for _ in 0..count {
            let host = host.clone();
            requests.spawn(async move { drop(host.get("attacker.evil.test", path, &[]).await) });
        }
        while host.instances().await? < count as u64 || moved(host).await? < before + count as u64 {
            ensure!(requests.try_join_next().is_none(), "an attacker has ended");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Self(host.clone(), requests))
    }

    /// All must still run.
    async fn stop(mut self) -> anyhow::Result<()> {
        ensure!(self.1.try_join_next().is_none(), "an attacker has ended");
        self.1.shutdown().await;
        self.0.wait_for_instances(0, Duration::from_secs(30)).await
    }
}

/// Runs so far that went on in the fair queue.
async fn moved(host: &Host) -> anyhow::Result<u64> {
    let status: Value = host.control_request(Method::GET, "status").send().await?.json().await?;
    status.pointer("/result/fair_queue_invocations").and_then(Value::as_u64).context("no figure in /status")
}

/// Sends at a fixed rate, and gives the latencies in µs, each from when the request was due.
async fn latencies(host: &Arc<Host>, to: &'static str, rate: u32, lasts: Duration) -> anyhow::Result<Vec<f64>> {
    let mut requests = JoinSet::new();
    let (begun, mut due) = (Instant::now(), interval(Duration::from_secs(1) / rate));
    while begun.elapsed() < lasts {
        let (since, host) = (due.tick().await, host.clone());
        requests.spawn(async move {
            served(&host, to).await?;
            anyhow::Ok(since.elapsed().as_secs_f64() * 1e6)
        });
    }
    requests.join_all().await.into_iter().collect()
}

async fn served(host: &Host, to: &str) -> anyhow::Result<()> {
    let answer = host.get(to, "/", &[]).await?;
    ensure!(answer.status == 200, "{to}: {} {}", answer.status, answer.text());
    Ok(())
}

fn beside(attack: &str, per_second: u32, found: &[f64], quiet: &[f64]) -> Beside {
    let [p50_us, p99_us] = [median(found.to_vec()), percentile(found.to_vec(), 99)];
    let (p50_ratio, p99_ratio) = (p50_us / median(quiet.to_vec()), p99_us / percentile(quiet.to_vec(), 99));
    Beside { beside: attack.to_owned(), per_second, p50_us, p99_us, p50_ratio, p99_ratio }
}

/// One namespace sends a hundred times what each of the others does, over as many connections. Gives the least share of its requests
/// that one of the others had answered within the time.
async fn crowd(host: &Arc<Host>, lasts: Duration) -> anyhow::Result<f64> {
    let until = Instant::now() + lasts;
    let flood = async |_| {
        let mut pace = interval(Duration::from_secs(1) / EACH);
        while Instant::now() < until {
            pace.tick().await;
            served(host, "hello.n0.test").await?;
        }
        anyhow::Ok(())
    };
    let answered = join_all((1..NAMESPACES).map(|number| answered(host, number, until)));
    let (flooded, shares) = tokio::join!(try_join_all((0..NAMESPACES).map(flood)), answered);
    flooded?;
    shares.into_iter().try_fold(f64::MAX, |least, share| anyhow::Ok(least.min(share?)))
}

/// The share of its requests that a namespace had answered within the time.
async fn answered(host: &Host, number: usize, until: Instant) -> anyhow::Result<f64> {
    let to = format!("hello.n{number}.test");
    let (mut pace, mut sent, mut answered) = (interval(Duration::from_secs(1) / EACH), 0.0, 0.0);
    while Instant::now() < until {
        let due = pace.tick().await;
        sent += 1.0;
        served(host, &to).await?;
        // In time for the next one.
        answered += f64::from(u8::from(due.elapsed() < Duration::from_secs(1) / EACH));
    }
    Ok(answered / sent)
}

impl Fairness {
    /// The tables of the report; empty if nothing was measured.
    pub(crate) fn tables(&self) -> anyhow::Result<String> {
        let mut text = String::new();
        if self.neighbours.is_empty() {
            return Ok(text);
        }
        text.push_str("\n| beside | neighbour's requests/s | p50 | p99 | p50 / quiet | p99 / quiet |\n");
        text.push_str("| --- | ---: | ---: | ---: | ---: | ---: |\n");
        for Beside { beside, per_second, p50_us, p99_us, p50_ratio, p99_ratio } in &self.neighbours {
            let ratios = format!("{p50_ratio:.1} | {p99_ratio:.1}");
            writeln!(text, "| {beside} | {per_second} | {p50_us:.0} µs | {p99_us:.0} µs | {ratios} |")?;
        }
        let least = self.least_answered * 100.0;
        writeln!(
            text,
            "\nOf {NAMESPACES} namespaces beside one that sends {NAMESPACES} times as much, the worst had {least:.1} % answered in time."
        )?;
        Ok(text)
    }
}
