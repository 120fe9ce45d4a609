//! Density: many distinct workers on one host, asked in turn, and what the host takes of memory and memory maps.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use tollgate_tests::{Host, Upload};

use crate::process::{maps, resident_mib};

/// What the host may keep of loaded code.
const KEPT_WORKERS: usize = 1_000;
const KEPT_MIB: usize = 256;
const KEPT_MAPS: usize = 4_000;
/// Requests under way at once.
const AT_ONCE: usize = 16;
/// How often every worker is asked.
const TURNS: usize = 2;

/// What was measured.
pub(crate) struct Dense {
    /// Distinct workers that are deployed.
    pub(crate) workers: usize,
    /// What the host took at its start with all of them deployed, in MiB.
    pub(crate) start_mib: f64,
    /// The most that it took while all were asked in turn.
    pub(crate) most_mib: f64,
    pub(crate) start_maps: f64,
    pub(crate) most_maps: f64,
    /// Requests a second, each to a worker that has to be loaded.
    pub(crate) rate: f64,
}

/// Deploys this many workers of distinct scripts, starts the host again, and asks them in turn: more than it may keep. An
/// error where it kept more than that.
pub(crate) async fn run(workers: usize) -> anyhow::Result<Dense> {
    let code = format!("[code]\nworkers = {KEPT_WORKERS}\nmemory_mib = {KEPT_MIB}\nmaps = {KEPT_MAPS}\n");
    let host = Host::configured(&format!("{code}[[dispatch]]\ndomain = \"test\"\nnamespace = \"dense\"\n")).await?;
    host.namespace("dense").await?;
    let deploy =
        async |worker| host.deploy_in("dense", &format!("user-{worker}"), Upload::of("hello-2").distinct(worker)).await;
    stream::iter(0..workers).map(deploy).buffer_unordered(4).try_collect::<()>().await?;
    let host = host.restart().await?;
    let pid = host.pid().context("the host has ended")?;
    let (start_mib, start_maps) = (resident_mib(pid)?, maps(pid)?);
    let (mut most_mib, mut most_maps) = (start_mib, start_maps);
    let watched = async {
        loop {
            tokio::time::sleep(Duration::from_millis(100)).await;
            most_mib = most_mib.max(resident_mib(pid)?);
            most_maps = most_maps.max(maps(pid)?);
        }
    };
    let started = Instant::now();
    let turns = (0..TURNS).flat_map(|_| 0..workers);
    let asked = stream::iter(turns).map(|worker| ask(&host, worker)).buffer_unordered(AT_ONCE).try_collect::<()>();
    tokio::select! {
        asked = asked => asked?,
        failed = watched => return failed,
    }
    ensure!(most_mib <= start_mib + KEPT_MIB as f64, "{most_mib} MiB, and {start_mib} at the start");
    ensure!(most_maps <= start_maps + KEPT_MAPS as f64, "{most_maps} maps, and {start_maps} at the start");
    let rate = (workers * TURNS) as f64 / started.elapsed().as_secs_f64();
    Ok(Dense { workers, start_mib, most_mib, start_maps, most_maps, rate })
}

async fn ask(host: &Host, worker: usize) -> anyhow::Result<()> {
    let answer = host.get(&format!("user-{worker}.test"), "/", &[]).await?;
    ensure!(answer.status == 200 && answer.text() == "hello", "user-{worker}: {} {}", answer.status, answer.text());
    Ok(())
}
