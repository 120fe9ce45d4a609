//! What one invocation can make the host hold beside the memory of its instance.

use anyhow::{Context as _, Result};
use tollgate_tests::{Origin, PATIENCE, Upload};

use crate::arena::Arena;

/// More than all bodies of one invocation make the host hold.
const HELD: u64 = 96 << 20;

/// What the allocator may keep of what many attackers made the host hold. Without returning memory it keeps several times as much.
const LEFT: u64 = 64 << 20;

/// The limit of the memory of these attackers, in a table of the configuration.
const LIMITS: &str = "[limits]\nmemory_bytes = 67108864\n";

/// More than an attacker with these limits makes the host hold before it is stopped: its limit, and what it adds between two counts.
const STOPPED_AT: u64 = 160 << 20;

/// Sends a request that makes `worker` hold far more than its limit. It must be stopped by its limit before the host holds much.
async fn is_stopped(arena: &Arena, worker: &str, path: &str) -> Result<()> {
    let before = arena.peak_memory()?;
    let answer = arena.host.get(&format!("{worker}.evil.test"), path, &[]).await?;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.text(), "The worker exceeded a limit.");
    let named = "worker exceeded its memory limit of 67108864 bytes (memory_bytes)";
    let log = arena.host.log()?;
    let told = |line: &str| line.contains(named) && line.contains(r#"namespace="evil""#);
    assert!(log.lines().any(told), "{log}");
    let peak = arena.peak_memory()?;
    assert!(peak < before + STOPPED_AT, "{peak} bytes, {before} before");
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_a_worker_keeps_count_as_its_memory() -> Result<()> {
    is_stopped(&Arena::configured("hostile-holds", LIMITS).await?, "attacker", "/fields?n=5000").await
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_that_a_worker_of_wasi_0_3_keeps_count_as_its_memory() -> Result<()> {
    is_stopped(&Arena::configured("hostile-holds-3", LIMITS).await?, "attacker", "/fields?n=5000").await
}

#[tokio::test(flavor = "multi_thread")]
async fn long_methods_of_requests_count_as_memory() -> Result<()> {
    is_stopped(&Arena::configured("hostile-holds", LIMITS).await?, "attacker", "/methods?n=2000").await
}

#[tokio::test(flavor = "multi_thread")]
async fn output_streams_count_as_memory() -> Result<()> {
    is_stopped(&Arena::configured("hostile-holds", LIMITS).await?, "attacker", "/streams?n=9000").await
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_of_many_attackers_goes_back_to_the_system() -> Result<()> {
    let arena = Arena::with("hostile-holds-3").await?;
    let before = arena.memory()?;
    let attacks = futures::future::join_all((0..8).map(|_| arena.attack("/fields?n=5000")));
    for answer in attacks.await {
        assert_eq!(answer?.text(), "The worker exceeded a limit.");
    }
    let held = arena.peak_memory()? - before;
    assert!(held > 4 * LEFT, "{held} bytes");
    // Nothing else is asked of the host, which would make its allocator give memory back sooner.
    let returned = async {
        while arena.memory()? > before + LEFT {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        anyhow::Ok(())
    };
    let returned = tokio::time::timeout(PATIENCE, returned).await;
    returned.with_context(|| format!("{:?} bytes, {before} before, {held} more at the peak", arena.memory()))?
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_wait_for_their_answer_count_as_memory() -> Result<()> {
    let origin = Origin::start().await?;
    let arena = Arena::configured("hostile-holds", LIMITS).await?;
    let sender = Upload::of("hostile-holds").variable("origin", &origin.url(""));
    arena.host.deploy_in("evil", "sender", sender).await?;
    // What the first request to the network makes the host load stays.
    assert_eq!(arena.host.get("sender.evil.test", "/once", &[]).await?.status, 200);
    let arena = arena.measured().await?;
    is_stopped(&arena, "sender", "/sent?n=900").await
}

#[tokio::test(flavor = "multi_thread")]
async fn futures_of_a_worker_count_as_its_memory() -> Result<()> {
    let limits = "[limits]\nmemory_bytes = 8388608\n";
    let arena = Arena::configured("hostile-holds-3", limits).await?;
    let before = arena.peak_memory()?;
    let answer = arena.attack("/futures?n=16000").await?;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert_eq!(answer.text(), "The worker exceeded a limit.");
    let peak = arena.peak_memory()?;
    assert!(peak < before + HELD, "{peak} bytes, {before} before");
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_set_of_headers_is_bounded_in_number_and_size() -> Result<()> {
    let arena = Arena::with("hostile-holds").await?;
    assert_eq!(arena.attack("/headers?n=500").await?.status, 200);
    assert_ne!(arena.attack("/headers?n=20000").await?.status, 200);
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn unsent_bodies_of_one_request_take_little_of_the_host() -> Result<()> {
    let arena = Arena::with("hostile-bodies").await?;
    let before = arena.peak_memory()?;
    let answer = arena.attack("/?n=3000").await?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let peak = arena.peak_memory()?;
    assert!(peak < before + HELD, "{peak} bytes, {before} before");
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_cannot_ask_for_megabytes_of_randomness() -> Result<()> {
    let arena = Arena::with("hostile-random").await?;
    assert_eq!(arena.attack("/?n=65536").await?.status, 200);
    assert_eq!(arena.attack("/?n=62914560").await?.status, 502);
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_fills_the_memory_of_the_host_is_refused_and_its_neighbour_is_not() -> Result<()> {
    let arena = Arena::configured("hostile-holds", "[instances]\nmemory_mib = 128\n").await?;
    let before = arena.peak_memory()?;
    let attacks = futures::future::join_all((0..4).map(|_| arena.attack("/fields?n=1000")));
    let neighbour = async {
        for _ in 0..20 {
            arena.neighbour().await?;
        }
        anyhow::Ok(())
    };
    let (attacks, neighbour) = tokio::join!(attacks, neighbour);
    neighbour?;
    for answer in attacks {
        let answer = answer?;
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert_eq!(answer.text(), "The host is busy.");
    }
    let log = arena.host.log()?;
    let told = |line: &str| line.contains("instances.memory_mib, 128 MiB") && line.contains(r#"namespace="evil""#);
    assert!(log.lines().any(told), "{log}");
    let peak = arena.peak_memory()?;
    assert!(peak < before + STOPPED_AT, "{peak} bytes, {before} before");
    arena.recovers().await
}
