//! Load: wrk for rates, oha for latencies at a fixed rate. Neither is ours.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::Value;
use tokio::process::Command;

/// Requests a second of the runs that measure latency: what every contender can serve.
pub(crate) const FIXED_RATE: u32 = 1_000;

/// What is sent, and to whom.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The contender.
    pub(crate) to: SocketAddr,
    /// The host name, where the contender goes by it.
    pub(crate) host: Option<String>,
    /// The URL that the worker is to fetch.
    pub(crate) target: Option<String>,
    /// Bytes to post, expected back; 0 for a GET that expects `hello`.
    pub(crate) post_bytes: usize,
    /// Connections kept open.
    pub(crate) connections: u32,
}

/// What wrk counted.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Counted {
    pub(crate) requests: f64,
    pub(crate) seconds: f64,
    bytes: f64,
    broken: u64,
    refused: u64,
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
}

/// How long a response is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Length {
    bytes: f64,
    /// By what share it may be wrong.
    slack: f64,
}

/// By what share responses that were on their way when a run ended make its bytes more than those of its responses. Of large
/// ones, of which few come in a run, it is a tenth.
fn on_their_way(request: &Request, counted: &Counted) -> f64 {
    2.0 * f64::from(request.connections) / counted.requests
}

/// The load generators.
pub(crate) struct Load {
    tools: PathBuf,
    scripts: tempfile::TempDir,
}

impl Load {
    /// Those in the folder of the tools.
    pub(crate) fn new(tools: &Path) -> anyhow::Result<Self> {
        let scripts = tempfile::tempdir()?;
        std::fs::write(scripts.path().join("done.lua"), include_str!("../lua/done.lua"))?;
        std::fs::write(scripts.path().join("check.lua"), include_str!("../lua/check.lua"))?;
        Ok(Self { tools: tools.to_owned(), scripts })
    }

    /// Sends for a second, compares every body, and says how many bytes a response has.
    pub(crate) async fn check(&self, request: &Request) -> anyhow::Result<Length> {
        let checked = self.wrk(request, "check.lua", 1).await?;
        ensure!(checked.requests > 0.0, "no response at all to {request:?}");
        Ok(Length { bytes: checked.bytes / checked.requests, slack: on_their_way(request, &checked) })
    }

    /// Sends for some seconds. Every status is looked at, and every length by their sum.
    pub(crate) async fn rate(&self, request: &Request, seconds: u64, each: Length) -> anyhow::Result<Counted> {
        let counted = self.wrk(request, "done.lua", seconds).await?;
        let found = counted.bytes / counted.requests;
        let (slack, each) = (0.01 + each.slack + on_their_way(request, &counted), each.bytes);
        ensure!((found / each - 1.0).abs() <= slack, "{request:?}: {found} bytes a response instead of {each}");
        Ok(counted)
    }

    async fn wrk(&self, request: &Request, script: &str, seconds: u64) -> anyhow::Result<Counted> {
        let mut command = Command::new(self.tools.join("bin/wrk"));
        command.args(["-t1", "--timeout", "10s", "-c"]).arg(request.connections.to_string());
        command.arg("-d").arg(format!("{seconds}s")).arg("-s").arg(self.scripts.path().join(script));
        command.args(request.headers().flat_map(|(name, value)| ["-H".to_owned(), format!("{name}: {value}")]));
        command.arg(request.url()).arg("--").arg(request.post_bytes.to_string()).arg("hello");
        let output = command.output().await.context("wrk")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let last = text.lines().rev().find(|line| line.starts_with('{'));
        let counted: Counted = serde_json::from_str(last.with_context(|| format!("wrk said {text}"))?)?;
        ensure!(counted.broken == 0 && counted.refused == 0, "wrong responses to {request:?}: {counted:?}");
        Ok(counted)
    }

    /// The latencies in µs at [`FIXED_RATE`], the 50th and the 99th of a hundred, counted from when a request should
    /// have been sent.
    pub(crate) async fn latency(&self, request: &Request, seconds: u64) -> anyhow::Result<[f64; 2]> {
        let mut command = Command::new(self.tools.join("bin/oha"));
        command.args(["--no-tui", "--latency-correction", "--output-format", "json", "-z"]);
        command.arg(format!("{seconds}s")).arg("-q").arg(FIXED_RATE.to_string());
        command.arg("-c").arg(request.connections.to_string());
        command.args(request.headers().flat_map(|(name, value)| ["-H".to_owned(), format!("{name}: {value}")]));
        let output = command.arg(request.url()).output().await.context("oha")?;
        let report: Value = serde_json::from_slice(&output.stdout).context("oha's report")?;
        let statuses = report.pointer("/statusCodeDistribution").and_then(Value::as_object).context("no statuses")?;
        ensure!(statuses.keys().all(|status| status == "200"), "wrong responses to {request:?}: {statuses:?}");
        let percentile = |name: &str| report.pointer(&format!("/latencyPercentiles/{name}")).and_then(Value::as_f64);
        let seconds = [percentile("p50").context("no p50")?, percentile("p99").context("no p99")?];
        Ok(seconds.map(|seconds| seconds * 1e6))
    }
}

impl Request {
    fn url(&self) -> String {
        format!("http://{}/{}", self.to, if self.post_bytes > 0 { "echo" } else { "hello" })
    }

    fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let host = self.host.as_deref().map(|host| ("Host", host));
        host.into_iter().chain(self.target.as_deref().map(|target| ("x-target-url", target)))
    }
}
