//! The CPU is shared by namespace, not by request, and a worker is charged what it used itself.

use std::future::Future;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use tollgate_tests::{Answer, PATIENCE, Upload};

use crate::arena::Arena;

const LOOPS: usize = 200;
const ATTACKER: &str = "hostile-spins";

/// By far more than any test takes on any machine, and a share of the host for all loops.
const NEVER: &str = "[limits]\ncpu_ms = 3600000\nwall_ms = 3600000\n\
                     [shares]\nworker_requests = 1000\nnamespace_requests = 1000\n";

impl Arena {
    /// Runs so far that went on in the fair queue.
    async fn moved(&self) -> Result<u64> {
        let mut status: Value = self.host.control_request(Method::GET, "status").send().await?.json().await?;
        status["result"]["fair_queue_invocations"].take().as_u64().context("no figure")
    }

    /// Waits until so many attackers run, and so many runs have gone on in the fair queue.
    async fn wait_for_attackers(&self, count: usize, moved: u64) -> Result<()> {
        let all = async {
            while self.host.instances().await? < count as u64 || self.moved().await? < moved {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, all).await?
    }

    /// Runs these attacks beside something, which must end first.
    async fn while_attacked(&self, path: &str, count: usize, work: impl Future<Output = Result<()>>) -> Result<()> {
        let attacks = join_all((0..count).map(|_| self.attack(path)));
        tokio::select! {
            answers = attacks => panic!("the attackers ended first: {answers:?}"),
            worked = work => worked,
        }
    }
}

/// Serves the neighbour while so many attackers run, all of them in the fair queue.
async fn neighbour_beside(path: &str) -> Result<()> {
    let arena = Arena::configured(ATTACKER, NEVER).await?;
    let before = arena.moved().await?;
    let neighbour = async {
        arena.wait_for_attackers(LOOPS, before + LOOPS as u64).await?;
        for _ in 0..20 {
            arena.neighbour().await?;
        }
        ensure!(arena.host.instances().await? >= LOOPS as u64, "some attackers have ended");
        Ok(())
    };
    arena.while_attacked(path, LOOPS, neighbour).await?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn loops_of_one_namespace_do_not_keep_another_waiting() -> Result<()> {
    neighbour_beside("/loop").await
}

#[tokio::test(flavor = "multi_thread")]
async fn bursts_that_are_shorter_than_an_epoch_go_to_the_fair_queue_too() -> Result<()> {
    neighbour_beside("/bursts").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_after_the_answer_goes_to_the_fair_queue_and_ends_at_its_limit() -> Result<()> {
    let arena = Arena::configured(ATTACKER, "[limits]\ncpu_ms = 100\n").await?;
    let before = arena.moved().await?;
    let answers = join_all((0..20).map(|_| arena.attack("/after"))).await;
    for answer in answers {
        assert_eq!(answer?.text(), "hello");
    }
    arena.neighbour().await?;
    arena.host.wait_for_instances(0, PATIENCE).await?;
    assert!(arena.moved().await? >= before + 20);
    arena.recovers().await
}

/// CPU time that the worker uses on a quiet host, at most twice as much, and what it may use. The same work costs more on a host whose
/// caches and cores others use too, and interrupts are charged to the thread that they meet. So its limit is four times as high.
const USES: Duration = Duration::from_micros(2_500);
const ALLOWED_MS: u64 = 20;

/// How often the worker is asked. 10,000 times by hand.
fn times() -> usize {
    std::env::var("TOLLGATE_CPU_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(500)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_on_a_busy_host_is_not_stopped_for_time_that_it_did_not_use() -> Result<()> {
    let arena = Arena::configured(ATTACKER, &format!("{NEVER}[log]\nfilter = \"info,invocation=debug\"\n")).await?;
    let rounds = rounds_of(&arena, USES).await?;
    deploy_with_limit(&arena, ALLOWED_MS).await?;
    let neighbour = async {
        arena.wait_for_attackers(32, 32).await?;
        for time in 0..times() {
            let answer = spin(&arena, rounds).await?;
            assert_eq!(answer.status, 200, "request {time}: {}", answer.text());
        }
        Ok(())
    };
    arena.while_attacked("/loop", 32, neighbour).await?;
    arena.recovers().await
}

/// Rounds for which the host charges a worker so much CPU time, and no more than twice as much. A limit does not tell: it is checked once an
/// epoch, and later on a busy machine, so a worker that uses several times as much may end before it is checked.
async fn rounds_of(arena: &Arena, uses: Duration) -> Result<u64> {
    deploy_with_limit(arena, 3_600_000).await?;
    let mut rounds = 1_000;
    for asked in 1.. {
        let answer = spin(arena, rounds).await?;
        ensure!(answer.status == 200, "{}", answer.text());
        if charged(arena, asked).await? >= uses {
            break;
        }
        rounds *= 2;
    }
    Ok(rounds)
}

/// What the worker was charged for its latest request, of so many. The log has it once the run has ended.
async fn charged(arena: &Arena, asked: usize) -> Result<Duration> {
    let logged = async {
        loop {
            let log = arena.host.log()?;
            let lines: Vec<_> =
                log.lines().filter(|line| line.contains("worker=\"spins\"") && line.contains(" cpu_us=")).collect();
            if lines.len() == asked && log.ends_with('\n') {
                let (_, after) = lines[asked - 1].split_once(" cpu_us=").context("no figure")?;
                let digits = after.split(' ').next().unwrap_or_default();
                return anyhow::Ok(Duration::from_micros(digits.parse()?));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, logged).await?
}

async fn deploy_with_limit(arena: &Arena, cpu_ms: u64) -> Result<()> {
    let upload = Upload::of(ATTACKER).limits(json!({ "cpu_ms": cpu_ms }));
    arena.host.deploy_in("good", "spins", upload).await
}

async fn spin(arena: &Arena, rounds: u64) -> Result<Answer> {
    arena.host.get("spins.good.test", &format!("/rounds?n={rounds}"), &[]).await
}
