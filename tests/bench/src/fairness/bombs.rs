//! Scripts that take the compiler far more than their bytes suggest: what another customer's deploy and the neighbour notice of them,
//! and what the host holds for each.

#[path = "../../../hostile/bomb.rs"]
#[allow(dead_code, reason = "the tests of compiling use all of it")]
mod bomb;

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tollgate_tests::Upload;

use super::Pace;
use super::arena::Arena;
use super::finding::{Asked, Finding};
use super::held::Held;
use super::kinds::Attack;
use crate::measurement::median;
use crate::process::peak_since;

/// Requests a second of the neighbour.
const RATE: u32 = 100;
/// Of another customer's quiet deploy, how long one beside a bomb may take.
const DEPLOY: f64 = 1.5;
/// Of the quiet 99th percentile.
const P99: f64 = 2.0;
const PAUSE: Duration = Duration::from_millis(100);
const PATH: &str = "dispatch/namespaces/evil-bombs/scripts/bomb";

/// A script.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bomb {
    /// Compiled until a limit stops it.
    Endless,
    /// 57 KB, of loops inside each other.
    Nested,
    /// 93 KB of them.
    Deep,
    /// 100,000 functions.
    Functions,
    /// 50 MB of contents.
    Contents,
    /// A million types.
    Types,
}

const ALL: [(Bomb, &str); 6] = [
    (Bomb::Endless, "endless"),
    (Bomb::Nested, "57-kb"),
    (Bomb::Deep, "93-kb"),
    (Bomb::Functions, "100000-functions"),
    (Bomb::Contents, "50-mb"),
    (Bomb::Types, "million-types"),
];

impl Bomb {
    fn upload(self) -> anyhow::Result<Upload> {
        bomb::carrying(&match self {
            Self::Endless => bomb::functions(200, &bomb::loops(220)),
            Self::Nested => bomb::functions(1, &bomb::loops(1_600)),
            Self::Deep => bomb::functions(1, &bomb::loops(3_200)),
            Self::Functions => bomb::functions(100_000, bomb::EMPTY),
            Self::Contents => bomb::contents(50),
            Self::Types => bomb::types(1_000_000),
        })
    }
}

/// Measures the neighbour and another customer's deploys, quiet and beside bombs, and then each bomb alone.
pub(crate) async fn run(arena: &Arena, pace: &Pace) -> anyhow::Result<Vec<Finding>> {
    let (quiet, deploy) = (arena.notice(RATE, pace.each).await, deploys(arena, pace.deploys).await?);
    let mut findings = vec![Finding::new("compiler/quiet/deploy".to_owned(), "ms", deploy, Asked::Nothing)];
    let before = &arena.before;
    for (name, bombs) in
        [("compiled", &[Bomb::Endless][..]), ("refused", &[Bomb::Nested, Bomb::Functions, Bomb::Types])]
    {
        let attack = Attack::from(deploy_again_and_again(arena, bombs)?);
        sleep(Duration::from_secs(1)).await;
        let found = arena.notice(RATE, pace.each).await;
        let beside = deploys(arena, pace.deploys).await?;
        attack.stop().await;
        let named = |what| format!("compiler/{name}/{what}");
        findings.push(Finding::new(named("failed"), "requests", found.failed as f64, Asked::AtMost(0.0)));
        findings.push(Finding::new(named("p99"), "of quiet", found.p99() / quiet.p99(), Asked::AtMost(P99)));
        findings.push(Finding::new(named("deploy"), "of quiet", beside / deploy, Asked::AtMost(DEPLOY)));
        findings.extend(before.left(&format!("compiler-{name}"), &arena.host, pace.returned).await?);
    }
    for (bomb, name) in ALL {
        findings.extend(alone(arena, bomb, name).await?);
    }
    findings.extend(before.left("each-bomb", &arena.host, pace.returned).await?);
    Ok(findings)
}

/// The median of this many deploys of another customer, in ms. Each script is new to the host.
async fn deploys(arena: &Arena, count: usize) -> anyhow::Result<f64> {
    let mut times = Vec::new();
    for _ in 0..count {
        let since = Instant::now();
        arena.host.deploy_in("good", "second", bomb::unknown()?).await?;
        times.push(since.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(times))
}

/// Deploys one bomb, which must be refused or stopped. Gives how long that took, and what the host held for it.
async fn alone(arena: &Arena, bomb: Bomb, name: &str) -> anyhow::Result<[Finding; 2]> {
    let upload = bomb.upload()?;
    let (before, since) = (Held::by(&arena.host).await?.memory_mib, Instant::now());
    let (answer, peak) = peak_since(arena.pid()?, arena.host.upload(PATH, upload)).await?;
    let seconds = since.elapsed().as_secs_f64();
    let (status, envelope) = answer.context("a bomb was not answered")?;
    ensure!(status == 400 || matches!(bomb, Bomb::Contents), "{name}: {status} {envelope}");
    Ok([
        Finding::new(format!("compiler/{name}/seconds"), "s", seconds, Asked::Nothing),
        Finding::new(format!("compiler/{name}/memory"), "MiB more at the peak", peak - before, Asked::Nothing),
    ])
}

/// A client for each bomb, which deploys it again as soon as it was answered.
pub(crate) fn deploy_again_and_again(arena: &Arena, bombs: &[Bomb]) -> anyhow::Result<Vec<JoinHandle<()>>> {
    let start = |bomb: &Bomb| {
        let (host, upload) = (arena.host.clone(), bomb.upload()?);
        arena.attack(async move {
            loop {
                drop(host.upload(PATH, upload.clone()).await);
                sleep(PAUSE).await;
            }
        })
    };
    bombs.iter().map(start).collect()
}
