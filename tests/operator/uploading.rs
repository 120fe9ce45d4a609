//! Uploads of the same bytes: they are compiled once, whoever asks for it and whoever gives up.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use tollgate_tests::{Host, PATIENCE, Upload};

/// How often the host has begun to compile something.
fn begun(host: &Host) -> Result<usize> {
    Ok(host.log()?.matches("compiling a script").count())
}

async fn compiling(host: &Host) -> Result<()> {
    let begins = async {
        while begun(host)? == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, begins).await.context("nothing was compiled")?
}

/// A script that no host has compiled.
fn fresh() -> Result<Upload> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    Ok(Upload::of("test-user").distinct(usize::try_from(now)?))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_compiled_is_not_compiled_again() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    let shared = fresh()?;
    // One who asks first, and gives up as soon as it is being compiled; and six who do not.
    tokio::select! {
        // Where both are there, it was seen to be compiled first.
        biased;
        seen = compiling(&host) => seen?,
        answered = host.deploy_in("prod", "gone", shared.clone()) => {
            anyhow::bail!("answered before it was seen to be compiled: {answered:?}")
        }
    }
    let deploys = (0..6).map(|place| {
        let (host, shared) = (&host, shared.clone());
        async move { host.deploy_in("prod", &format!("user-{place}"), shared).await }
    });
    futures::future::try_join_all(deploys).await?;
    ensure!(begun(&host)? == 1, "seven asked for one script: {}", host.log()?);
    Ok(())
}
