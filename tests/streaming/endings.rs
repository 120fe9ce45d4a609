//! C18, and how bodies end that do not end well.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use http::Response;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tollgate_tests::empty;

use crate::ALONE;
use crate::stage::Stage;

/// How soon a chain is gone when its client is.
const PROMPT: Duration = Duration::from_millis(100);

async fn freed(leave: impl AsyncFn(&Stage) -> Result<()>) -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    stage.host.frees(PROMPT, async || leave(&stage).await).await?;
    stage.origin.wait_for_no_stall().await
}

/// The head says that all is well and part of the body arrives; then the gate opens, the body breaks, and the host lives on.
async fn broken(stage: &Stage, response: Response<Incoming>) -> Result<()> {
    assert_eq!(response.status(), 200);
    let mut body = response.into_body();
    body.frame().await.context("no part of the body arrived")??;
    stage.origin.open_gate();
    let rest = body.collect().await;
    assert!(rest.is_err(), "a body that was cut off looks whole: {rest:?}");
    assert_eq!(stage.user("/hello", &[]).await?.text(), "hello");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c18_a_client_that_leaves_frees_the_chain() -> Result<()> {
    let leave = async |stage: &Stage| {
        stage.origin.wait_for_no_stall().await?;
        let mut body = stage.open_origin("GET", "/stall", empty()).await?.into_body();
        assert!(body.frame().await.is_some());
        assert_eq!(stage.origin.stalled(), 1);
        Ok(())
    };
    freed(leave).await
}

/// Where the body comes from elsewhere, as above, a worker may be done before its body is. Here it cannot be.
#[tokio::test(flavor = "multi_thread")]
async fn c18_a_client_that_leaves_frees_a_worker_in_the_middle_of_its_body() -> Result<()> {
    let leave = async |stage: &Stage| {
        let mut body = stage.open("GET", "/mid-body?sleep", &[], empty()).await?.into_body();
        assert!(body.frame().await.is_some());
        assert!(stage.host.instances().await? > 0, "the worker ended by itself");
        Ok(())
    };
    freed(leave).await
}

#[tokio::test(flavor = "multi_thread")]
async fn c18_a_client_that_leaves_before_the_answer_frees_the_chain() -> Result<()> {
    let leave = async |stage: &Stage| {
        let count = stage.origin.seen().len();
        let waiting = async {
            stage.origin.wait_for(count + 1).await?;
            // The dispatcher waits for the user, the user for the outbound, and the outbound for the origin.
            assert_eq!(stage.host.instances().await?, 3);
            anyhow::Ok(())
        };
        tokio::select! {
            answered = stage.open_origin("GET", "/never", empty()) => bail!("{answered:?}"),
            waited = waiting => waited,
        }
    };
    freed(leave).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_mid_body_is_no_complete_response() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let gate = stage.origin.url("/gated");
    broken(&stage, stage.open("GET", "/mid-body?trap", &[("x-target-url", &gate)], empty()).await?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_reached_mid_body_is_no_complete_response() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let limits = [("/mid-body?spin", r#"{"cpu_ms":1000}"#), ("/mid-body?sleep", r#"{"wall_ms":2000}"#)];
    let gate = stage.origin.url("/gated");
    for (path, limits) in limits {
        let headers = [("x-target-url", gate.as_str()), ("x-limits", limits)];
        broken(&stage, stage.open("GET", path, &headers, empty()).await?).await.context(path)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outbound_that_traps_mid_body_gives_no_complete_response() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let gate = stage.origin.url("/gated");
    let headers = [("x-target-url", "http://outbound.test/trap-mid-body"), ("x-outbound-url", &gate)];
    broken(&stage, stage.open("GET", "/fetch", &headers, empty()).await?).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_mid_request_is_no_complete_request() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let url = stage.origin.url("/echo");
    stage.user("/trap-mid-request", &[("x-target-url", &url)]).await?;
    stage.host.wait_for_instances(0, Duration::from_secs(5)).await?;
    assert!(stage.origin.seen().is_empty(), "the origin took half a body for a whole one");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_the_origin_cuts_is_no_complete_response() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    broken(&stage, stage.open_origin("GET", "/cut", empty()).await?).await
}
