//! D: isolation.

use anyhow::Result;
use tollgate_tests::Upload;

use crate::stage::{ALICE, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn d04_workers_share_nothing() -> Result<()> {
    let stage = Stage::without_outbound().await?;
    stage.host.deploy_in("prod", "other", Upload::of("test-user").variable("SECRET", "other's")).await?;
    for _ in 0..3 {
        for name in ["user", "other"] {
            let answer = stage.host.get(&format!("{name}.test"), "/counter", &[]).await?;
            assert_eq!(answer.text(), "0", "memory outlived a request");
        }
    }
    assert!(!stage.user("/env", &[]).await?.text().contains("other's"));
    let url = stage.origin.url("/hello");
    for host in ["user.test", "other.test", "user.test"] {
        stage.host.get(host, "/fetch", &[("x-target-url", &url)]).await?;
    }
    let seen = stage.origin.seen();
    assert_eq!(seen[0].peer, seen[2].peer, "a worker's connection is kept");
    assert_ne!(seen[0].peer, seen[1].peer, "two workers shared a connection");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn d05_a_binding_reaches_its_own_namespace_only() -> Result<()> {
    let stage = Stage::set().await?;
    stage.host.namespace("elsewhere").await?;
    stage.host.deploy_in("elsewhere", "hidden", Upload::of("test-user")).await?;
    let answer = stage.host.get("hidden.test", "/hello", &[ALICE]).await?;
    assert_eq!(answer.text(), "worker-not-found: Worker not found.");
    let answer = stage.user("/hello", &[("x-worker", "elsewhere/hidden")]).await?;
    assert_eq!(answer.status, 400);
    Ok(())
}
