//! Cold starts: how long the first request takes to a worker whose compiled code is on disk and not in memory.

use std::time::Instant;

use anyhow::ensure;
use tollgate_tests::{Host, Upload};

use crate::tollgate::Tollgate;

/// Deploys this many workers of distinct scripts, starts the host again, and asks each once: milliseconds.
pub(crate) async fn run(tollgate: Tollgate, workers: usize) -> anyhow::Result<Vec<f64>> {
    let host = tollgate.into_host();
    for worker in 0..workers {
        host.deploy_in("fresh", &format!("cold-{worker}"), Upload::of("hello-2").distinct(worker)).await?;
    }
    for worker in 0..workers {
        ask(&host, &format!("cold-{worker}.fresh.test")).await?;
    }
    let host = host.restart().await?;
    // The first request of all opens the connection, and sets up what is set up once.
    ask(&host, "hello-3.fresh.test").await?;
    let mut times = Vec::new();
    for worker in 0..workers {
        times.push(ask(&host, &format!("cold-{worker}.fresh.test")).await?);
    }
    Ok(times)
}

async fn ask(host: &Host, name: &str) -> anyhow::Result<f64> {
    let started = Instant::now();
    let answer = host.get(name, "/", &[]).await?;
    let milliseconds = started.elapsed().as_secs_f64() * 1e3;
    ensure!(answer.status == 200 && answer.text() == "hello", "{name}: {} {}", answer.status, answer.text());
    Ok(milliseconds)
}
