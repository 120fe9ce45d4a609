//! Uploads of the same bytes: they are compiled once, whoever asks for it and whoever gives up.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use tollgate_tests::{Host, Upload};

/// The time on the CPU that a host took so far, in clock ticks.
fn ticks(host: &Host) -> Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", host.pid().context("the host has ended")?))?;
    let (_, fields) = stat.rsplit_once(") ").context("no command")?;
    let fields: Vec<_> = fields.split(' ').collect();
    Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
}

/// A script that no host has compiled.
fn fresh(more: u32) -> Result<Upload> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    Ok(Upload::of("test-user").distinct(usize::try_from(now / 10 * 10)? + more as usize))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_compiled_is_not_compiled_again() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    let before = ticks(&host)?;
    host.deploy_in("prod", "user", fresh(1)?).await?;
    let once = ticks(&host)? - before;
    let before = ticks(&host)?;
    let shared = fresh(2)?;
    // One who asks first and gives up, and six who do not.
    let gone = host.deploy_in("prod", "gone", shared.clone());
    assert!(tokio::time::timeout(Duration::from_millis(100), gone).await.is_err(), "compiled in no time");
    let deploys = (0..6).map(|place| {
        let (host, shared) = (&host, shared.clone());
        async move { host.deploy_in("prod", &format!("user-{place}"), shared).await }
    });
    futures::future::try_join_all(deploys).await?;
    let together = ticks(&host)? - before;
    assert!(together < once * 3, "{once} ticks for one, {together} for seven of the same");
    Ok(())
}
