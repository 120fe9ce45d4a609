//! D: isolation.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
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
    // A connection is given back in a task of its own, so the next request can be too early for it.
    let (mut users, mut others) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..10 {
        for (host, peers) in [("user.test", &mut users), ("other.test", &mut others)] {
            stage.host.get(host, "/fetch", &[("x-target-url", &url)]).await?;
            peers.insert(stage.origin.seen().last().context("nothing arrived")?.peer);
        }
    }
    assert!(users.len() < 10, "no connection was kept");
    assert!(users.is_disjoint(&others), "two workers shared a connection");
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
