//! 1 GiB through the chain and through the reverse proxy, read by curl; and what the host's memory does meanwhile.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::process::Command;

use crate::contender::Stage;
use crate::process::resident_mib;

/// Bytes of the body.
const LENGTH: u64 = 1 << 30;

/// What was measured.
#[derive(Debug, Default)]
pub(crate) struct Streamed {
    /// MiB a second through Tollgate, a value a round.
    pub(crate) tollgate: Vec<f64>,
    /// MiB a second through the reverse proxy.
    pub(crate) proxy: Vec<f64>,
    /// By how many MiB the host's resident memory was larger while it streamed than before.
    pub(crate) growth_mib: f64,
}

/// Streams through both in turn. A first stream, which is not counted, fills pools and buffers.
pub(crate) async fn run(stage: &Stage, rounds: usize) -> anyhow::Result<Streamed> {
    let path = format!("/stream/{LENGTH}");
    let target = format!("x-target-url: http://{}{path}", stage.origin.address);
    let headers = ["host: fetch-2.fresh-through-2.test", target.as_str()];
    let listen = stage.tollgate.host().listen();
    let pid = stage.tollgate.pid()?;
    let mut streamed = Streamed::default();
    fetch(listen, "/", &headers).await?;
    for _ in 0..rounds {
        streamed.proxy.push(fetch(stage.proxy.address, &path, &[]).await?);
        let before = resident_mib(pid)?;
        let mut most = before;
        let watched = async {
            loop {
                tokio::time::sleep(Duration::from_millis(10)).await;
                most = most.max(resident_mib(pid)?);
            }
        };
        streamed.tollgate.push(tokio::select! {
            rate = fetch(listen, "/", &headers) => rate?,
            failed = watched => return failed,
        });
        streamed.growth_mib = streamed.growth_mib.max(most - before);
    }
    Ok(streamed)
}

/// Fetches the long body with curl: MiB a second.
async fn fetch(from: SocketAddr, path: &str, headers: &[&str]) -> anyhow::Result<f64> {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--fail", "--noproxy", "*", "--output", "/dev/null"]);
    command.args(["--write-out", "%{size_download}"]);
    command.args(headers.iter().flat_map(|header| ["--header", *header]));
    let started = Instant::now();
    let output = command.arg(format!("http://{from}{path}")).stderr(Stdio::inherit()).output().await?;
    let seconds = started.elapsed().as_secs_f64();
    let size: u64 = String::from_utf8_lossy(&output.stdout).trim().parse().context("curl failed")?;
    ensure!(output.status.success() && size == LENGTH, "{size} bytes of {LENGTH} arrived from {from}");
    Ok(f64::from(u32::try_from(size >> 20)?) / seconds)
}
