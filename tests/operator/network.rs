//! What an operator may say of the network, and what comes back from it.

use anyhow::Result;
use tollgate_tests::{Host, Origin, Upload};

#[tokio::test(flavor = "multi_thread")]
async fn without_an_outbound_worker_the_network_can_be_closed() -> Result<()> {
    let origin = Origin::start().await?;
    for (direct, expected) in [(true, 1), (false, 0)] {
        // The configuration of a test host ends in a table; `[egress]` is its first.
        let host = Host::with_egress(&format!("direct = {direct}\n")).await?;
        host.namespace("prod").await?;
        host.deploy("dispatch", Upload::of("test-dispatch").dispatches("prod", None).route("*.test/*")).await?;
        host.deploy_in("prod", "user", Upload::of("test-user")).await?;
        let before = origin.seen().len();
        let answer = host.get("user.test", "/fetch", &[("x-target-url", &origin.url("/echo"))]).await?;
        assert_eq!(origin.seen().len() - before, expected, "{}", answer.text());
        assert_eq!(answer.status.is_success(), direct, "{}", answer.text());
    }
    Ok(())
}

/// The front door is an origin like any other to a worker, here by a name of the worker's own.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_calls_itself_over_the_network_ends_at_the_same_depth() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    host.deploy("outbound", Upload::of("pass-2")).await?;
    let dispatch = Upload::of("test-dispatch").dispatches("prod", Some(("outbound", serde_json::json!([]))));
    host.deploy("dispatch", dispatch.route("*.test/*")).await?;
    host.deploy_in("prod", "origin", Upload::of("test-user")).await?;
    // `/forward` sends the request on to the URL that it came by: to this worker again.
    let name = format!("origin.test:{}", host.listen().port());
    let answer = host.get(&name, "/forward", &[]).await?;
    assert_eq!(answer.text(), "ErrorCode::LoopDetected");
    Ok(())
}
