//! A26, A30, A31, C18, and how bodies end.

use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use futures::stream;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tollgate_tests::{Host, empty};

use crate::ALONE;
use crate::stage::{Stage, with_alice};

const GIB: u64 = 1 << 30;
const CHUNK: usize = 64 * 1024;

/// The host's resident memory, in MiB.
fn resident_mib(host: &Host) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", host.pid().unwrap_or_default()))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    Ok(line.split_whitespace().nth(1).unwrap_or_default().parse::<u64>()? / 1024)
}

#[tokio::test(flavor = "multi_thread")]
async fn a26_a_gibibyte_both_ways_in_constant_memory() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let url = stage.origin.url("/stream-echo");
    let exchange = async |bytes: u64| {
        let chunks = (0..bytes / CHUNK as u64).map(|_| Ok(Frame::data(Bytes::from_static(&[b'x'; CHUNK]))));
        let body = StreamBody::new(stream::iter(chunks)).boxed_unsync();
        let headers = with_alice(&[("x-target-url", &url)]);
        let request = stage.host.request("POST", "user.test", "/fetch", &headers).body(body)?;
        let mut body = stage.host.open(request).await?.into_body();
        let mut length = 0;
        while let Some(frame) = body.frame().await {
            length += frame?.into_data().map_or(0, |data| data.len() as u64);
        }
        anyhow::Ok(length)
    };
    assert_eq!(exchange(16 << 20).await?, 16 << 20);
    let before = resident_mib(&stage.host)?;
    assert_eq!(exchange(GIB).await?, GIB);
    let grown = resident_mib(&stage.host)? - before;
    assert!(grown < 32, "the host grew by {grown} MiB");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a30_trailers_cross_every_hop() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let url = stage.origin.url("/trailers");
    let headers = with_alice(&[("x-target-url", &url), ("te", "trailers")]);
    let request = stage.host.request("GET", "user.test", "/fetch", &headers);
    let answer = stage.host.send(request.body(empty())?).await?;
    assert_eq!(answer.text(), "body");
    assert_eq!(answer.trailers["x-checksum"], "42");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a31_bodiless_responses_keep_their_meaning() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let answer = stage.fetch_origin("/no-content", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
    let answer = stage.fetch_origin("/not-modified", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (304, "\"1\""));
    let url = stage.origin.url("/teapot");
    let headers = with_alice(&[("x-target-url", &url)]);
    let request = stage.host.request("HEAD", "user.test", "/fetch", &headers);
    let answer = stage.host.send(request.body(empty())?).await?;
    assert_eq!((answer.status.as_u16(), answer.header("content-length")), (418, "15"));
    assert_eq!(stage.origin.seen().last().unwrap().method, "HEAD");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c18_a_client_that_leaves_frees_the_chain() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let url = stage.origin.url("/stall");
    let headers = with_alice(&[("x-target-url", &url)]);
    let request = stage.host.request("GET", "user.test", "/fetch", &headers);
    let response = stage.host.open(request.body(empty())?).await?;
    let mut body = response.into_body();
    assert!(body.frame().await.is_some());
    assert_eq!(stage.origin.stalled(), 1);
    drop(body);
    stage.host.wait_for_instances(0, Duration::from_millis(100)).await?;
    stage.origin.wait_for_no_stall().await
}

#[tokio::test(flavor = "multi_thread")]
async fn c18_a_client_that_leaves_before_the_answer_frees_the_chain() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let url = stage.origin.url("/never");
    let target = [("x-target-url", url.as_str())];
    let asked = stage.user("/fetch", &target);
    tokio::select! {
        answered = asked => anyhow::bail!("{answered:?}"),
        arrived = stage.origin.wait_for(1) => drop(arrived?),
    }
    // Both workers wait: the user for the outbound, the outbound for the origin.
    stage.host.wait_for_instances(0, Duration::from_millis(100)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_mid_body_is_no_complete_response() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    assert!(stage.user("/trap-mid-body", &[]).await.is_err());
    Ok(())
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
    let cut = stage.fetch_origin("/cut", &[]).await;
    assert!(cut.is_err(), "{cut:?}");
    Ok(())
}
