//! The platform's limits, as a dispatch sees them fail.

use std::time::Duration;

use anyhow::Result;
use tollgate_tests::{Host, PATIENCE, Upload};

async fn host() -> Result<Host> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    host.deploy("dispatch", Upload::of("test-dispatch").dispatches("prod", None).route("*.test/*")).await?;
    host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    Ok(host)
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_over_the_limit_is_told_by_its_type() -> Result<()> {
    let host = host().await?;
    let limits = [("x-limits", r#"{"memory_bytes":33554432}"#)];
    assert_eq!(host.get("user.test", "/memory?mib=8", &limits).await?.status, 200);
    let answer = host.get("user.test", "/memory?mib=64", &limits).await?;
    assert_eq!(answer.text(), "limit: worker exceeded its memory limit of 33554432 bytes (memory_bytes)");
    assert_eq!(host.get("user.test", "/memory?mib=64", &[]).await?.status, 200, "the limit outlived its dispatch");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn wall_time_over_the_limit_ends_a_worker_that_waits() -> Result<()> {
    let host = host().await?;
    let answer = host.get("user.test", "/sleep?ms=60000", &[("x-limits", r#"{"wall_ms":100}"#)]).await?;
    assert_eq!(answer.text(), "limit: worker exceeded its wall time limit of 100 ms");
    // By itself, the worker would end after 60 s.
    host.wait_for_instances(0, Duration::from_secs(30)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_spins_does_not_keep_others_waiting() -> Result<()> {
    let host = host().await?;
    // By far more than the requests below take on any machine.
    let limits = [("x-limits", r#"{"cpu_ms":300000}"#)];
    let spinning = futures::future::join_all((0..8).map(|_| host.get("user.test", "/loop", &limits)));
    let hello = async {
        // All of them spin: each has its dispatcher beside it.
        while host.instances().await? < 16 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        for _ in 0..5 {
            assert_eq!(host.get("user.test", "/hello", &[]).await?.text(), "hello");
        }
        anyhow::Ok(())
    };
    tokio::select! {
        ended = spinning => panic!("the spinners ended first: {ended:?}"),
        served = hello => served?,
    }
    // Their clients have left.
    host.wait_for_instances(0, PATIENCE).await
}

/// What a worker sends is polled within its run: what is refused at once must not keep the run out of its limits' reach.
#[tokio::test(flavor = "multi_thread")]
async fn wall_time_ends_a_worker_whose_requests_end_at_once() -> Result<()> {
    let host = host().await?;
    let headers =
        [("x-limits", r#"{"wall_ms":300,"cpu_ms":20000,"subrequests":0}"#), ("x-target-url", "http://a.test/")];
    for user in ["test-user", "test-user-3"] {
        host.deploy_in("prod", "user", Upload::of(user)).await?;
        let answer = host.get("user.test", "/send-and-spin", &headers).await?;
        assert_eq!(answer.text(), "limit: worker exceeded its wall time limit of 300 ms", "{user}");
    }
    Ok(())
}

/// The reader of a body runs the worker that makes it; one that does not read must not keep it alive.
#[tokio::test(flavor = "multi_thread")]
async fn wall_time_ends_a_worker_whose_reader_does_not_read() -> Result<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let host = host().await?;
    let mut client = tokio::net::TcpStream::connect(host.listen()).await?;
    let request = "GET /stream?bytes=1000000000 HTTP/1.1\r\nHost: user.test\r\nx-limits: {\"wall_ms\":3000}\r\n\r\n";
    client.write_all(request.as_bytes()).await?;
    client.read_exact(&mut [0; 12]).await?;
    assert!(host.instances().await? > 0);
    host.wait_for_instances(0, Duration::from_secs(60)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_no_binding_too_many() -> Result<()> {
    let host = Host::start().await?;
    let full = (0..128).fold(Upload::of("test-user"), |upload, place| upload.variable(&format!("V{place}"), "x"));
    host.deploy("full", full).await?;
    let secret = serde_json::json!({ "name": "KEY", "text": "s3cret", "type": "secret_text" });
    let (status, envelope) = host.control(reqwest::Method::PUT, "scripts/full/secrets", Some(secret)).await?;
    let said = "\"KEY\" would be binding 129 of the worker: at most 128";
    assert_eq!((status, envelope["errors"][0]["message"].as_str()), (400, Some(said)));
    Ok(())
}
