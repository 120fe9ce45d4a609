//! A contender's process: started, waited for, killed when dropped, and read in `/proc`.

use std::future::Future;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};

/// Clock ticks a second in `/proc`: USER_HZ, the same on every Linux.
const TICKS: f64 = 100.0;

/// A running process.
pub(crate) struct Process(Child);

impl Process {
    /// Starts one, and waits for the line on its standard output that ends in `http://ADDRESS`.
    pub(crate) async fn announced(command: &mut Command) -> anyhow::Result<(Self, SocketAddr)> {
        let mut child = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let address = address(child.stdout.take().context("no stdout")?).await?;
        Ok((Self(child), address))
    }

    /// Starts one that announces itself on standard error.
    pub(crate) async fn announced_in_errors(command: &mut Command) -> anyhow::Result<(Self, SocketAddr)> {
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn()?;
        let address = address(child.stderr.take().context("no stderr")?).await?;
        Ok((Self(child), address))
    }

    /// Starts one that says nothing, and waits until its address takes connections.
    pub(crate) async fn listening(command: &mut Command, address: SocketAddr) -> anyhow::Result<Self> {
        let process = Self(command.kill_on_drop(true).spawn()?);
        let taken = async {
            while tokio::net::TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), taken).await.with_context(|| format!("nothing at {address}"))?;
        Ok(process)
    }

    /// Its number.
    pub(crate) fn pid(&self) -> anyhow::Result<u32> {
        self.0.id().context("the process has ended")
    }
}

/// Reads lines until one tells an address, and the rest to nowhere so that the writer never waits.
async fn address(output: impl AsyncRead + Unpin + Send + 'static) -> anyhow::Result<SocketAddr> {
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        let Some((_, address)) = line.split_once("http://") else { continue };
        let address = address.trim_end_matches('/').parse()?;
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        return Ok(address);
    }
    anyhow::bail!("a contender ended before it listened")
}

/// The CPU time that a process has used, in seconds.
pub(crate) fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name, in brackets, may hold anything; utime and stime are the 12th and 13th fields after it.
    let (_, fields) = stat.rsplit_once(')').context("a strange /proc/PID/stat")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(ticks.sum::<Result<f64, _>>()? / TICKS)
}

/// The memory that a process has resident, in MiB.
pub(crate) fn resident_mib(pid: u32) -> anyhow::Result<f64> {
    status_mib(pid, "VmRSS:")
}

fn status_mib(pid: u32, field: &str) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)).with_context(|| format!("no {field}"))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}

/// The memory maps of a process.
pub(crate) fn maps(pid: u32) -> anyhow::Result<f64> {
    let maps = std::fs::read(format!("/proc/{pid}/maps"))?;
    Ok(maps.iter().filter(|byte| **byte == b'\n').count() as f64)
}

/// Ticks of all cores so far: those that the hypervisor gave to other machines, and all together.
pub(crate) fn stolen_ticks() -> anyhow::Result<[f64; 2]> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    // user, nice, system, idle, iowait, irq, softirq, steal; what follows is counted in the first two already.
    let line = stat.lines().next().context("an empty /proc/stat")?;
    let ticks = line.split_whitespace().skip(1).take(8).map(str::parse::<f64>).collect::<Result<Vec<_>, _>>()?;
    Ok([ticks.last().copied().unwrap_or_default(), ticks.iter().sum()])
}

/// Does something, and gives with its result the most memory that a process had resident meanwhile, in MiB.
pub(crate) async fn peak_since<T>(pid: u32, work: impl Future<Output = T>) -> anyhow::Result<(T, f64)> {
    // 5 begins VmHWM anew: proc(5).
    std::fs::write(format!("/proc/{pid}/clear_refs"), "5")?;
    let done = work.await;
    Ok((done, status_mib(pid, "VmHWM:")?))
}
