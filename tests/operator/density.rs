//! Many workers on one host: what is loaded is bounded, and a start loads nothing.

use anyhow::{Context as _, Result};
use tollgate_tests::{Host, PATIENCE, Upload};

/// Workers that the host of these tests keeps loaded.
const KEPT: usize = 8;
const WORKERS: usize = 24;

/// How many workers' code is loaded: each that ran holds the first pages of its memory in a file without a name.
fn loaded(host: &Host) -> Result<usize> {
    let files = std::fs::read_dir(format!("/proc/{}/fd", host.pid().context("the host has ended")?))?;
    let names = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    Ok(names.filter(|name| name.to_string_lossy().contains("wasm-memory-image")).count())
}

async fn ask_all(host: &Host) -> Result<()> {
    for worker in 0..WORKERS {
        let answer = host.get(&format!("user-{worker}.test"), "/", &[]).await?;
        assert_eq!(answer.text(), "hello", "user-{worker}: {}", answer.status);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_loaded_than_was_configured_and_nothing_at_start() -> Result<()> {
    let configuration = format!("[code]\nworkers = {KEPT}\n\n[[dispatch]]\ndomain = \"test\"\nnamespace = \"prod\"\n");
    let host = Host::configured(&configuration).await?;
    host.namespace("prod").await?;
    for worker in 0..WORKERS {
        host.deploy_in("prod", &format!("user-{worker}"), Upload::of("hello-2").distinct(worker)).await?;
    }
    // Asked in turn, each has gone when its turn comes again, and each answers.
    ask_all(&host).await?;
    ask_all(&host).await?;
    settles(&host).await?;
    let host = host.restart().await?;
    assert_eq!(loaded(&host)?, 0);
    ask_all(&host).await?;
    settles(&host).await?;
    Ok(())
}

/// Waits until as many are loaded as are kept: the code of the last that were evicted is freed a little later.
async fn settles(host: &Host) -> Result<()> {
    let settled = async {
        while loaded(host)? != KEPT {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        anyhow::Ok(())
    };
    let in_time = tokio::time::timeout(PATIENCE, settled).await;
    in_time.with_context(|| format!("{:?} workers stay loaded, expected {KEPT}", loaded(host)))?
}

/// Instances that wait to be reused go with the worker that is turned out, whoever waits for them.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_turned_out_takes_its_waiting_instances_along() -> Result<()> {
    let configuration = "[code]\nworkers = 1\n\n[[dispatch]]\ndomain = \"test\"\nnamespace = \"prod\"\n";
    let host = Host::configured(configuration).await?;
    let body = serde_json::json!({ "name": "prod", "reuse": true });
    host.control(reqwest::Method::POST, "dispatch/namespaces", Some(body)).await?;
    for worker in 0..2 {
        host.deploy_in("prod", &format!("user-{worker}"), Upload::of("hello-2").distinct(worker).reuse(100)).await?;
    }
    for turn in 0..20 {
        assert_eq!(host.get(&format!("user-{}.test", turn % 2), "/", &[]).await?.text(), "hello");
    }
    host.wait_for_instances(1, std::time::Duration::from_secs(5)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_not_asked_for_a_while_is_unloaded() -> Result<()> {
    let configuration = "[code]\nidle_seconds = 1\n\n[[dispatch]]\ndomain = \"test\"\nnamespace = \"prod\"\n";
    let host = Host::configured(configuration).await?;
    host.namespace("prod").await?;
    host.deploy_in("prod", "user", Upload::of("hello-2").distinct(0)).await?;
    assert_eq!(host.get("user.test", "/", &[]).await?.text(), "hello");
    let unloaded = async {
        while loaded(&host)? > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, unloaded).await.context("it stays loaded")?
}
