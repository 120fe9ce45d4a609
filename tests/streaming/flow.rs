//! A26: bodies stream both ways, with back-pressure and in constant memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use futures::stream;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Incoming;
use tollgate_tests::{Body, Host, empty};

use crate::ALONE;
use crate::stage::Stage;

const GIB: u64 = 1 << 30;
const CHUNK: usize = 64 * 1024;
/// What may be under way to a reader that stalls. Seen are 7 to 17 MiB: 1 in the chain, the rest in the system's buffers of
/// the host's two sockets, which Linux lets grow to 32 MiB.
const UNDER_WAY: u64 = 64 << 20;
/// By how much the host may grow, in MiB.
const GROWTH: u64 = 32;

/// The most memory that was the host's so far, in MiB.
fn resident_mib(host: &Host) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", host.pid().unwrap_or_default()))?;
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    Ok(line.split_whitespace().nth(1).unwrap_or_default().parse::<u64>()? / 1024)
}

/// By how much the host grew, in MiB. The system's own count is not exact, and may be less than before.
fn grown_mib(host: &Host, before: u64) -> Result<u64> {
    Ok(resident_mib(host)?.saturating_sub(before))
}

/// A body of so many bytes, in chunks; `taken` counts those that the connection took.
fn chunks(bytes: u64, taken: Arc<AtomicU64>) -> Body {
    let chunks = (0..bytes / CHUNK as u64).map(move |_| {
        taken.fetch_add(CHUNK as u64, Ordering::Relaxed);
        Ok(Frame::data(Bytes::from_static(&[b'x'; CHUNK])))
    });
    StreamBody::new(stream::iter(chunks)).boxed_unsync()
}

async fn length(mut body: Incoming) -> Result<u64> {
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame?.into_data().map_or(0, |data| data.len() as u64);
    }
    Ok(length)
}

/// Waits until an amount moves no more; an error once it is more than may be under way.
async fn settled(amount: impl Fn() -> u64) -> Result<u64> {
    let (mut last, mut still) = (0, 0);
    while still < 20 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = amount();
        ensure!(now <= UNDER_WAY, "{now} bytes went towards a reader that stalls");
        still = if now == last && now > 0 { still + 1 } else { 0 };
        last = now;
    }
    Ok(last)
}

/// Waits until an amount is there.
async fn reached(least: u64, amount: impl Fn() -> u64) -> Result<()> {
    let arrive = async {
        while amount() < least {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), arrive).await.context("the bytes did not come")
}

#[tokio::test(flavor = "multi_thread")]
async fn a26_a_gibibyte_both_ways_in_constant_memory() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let exchange = async |bytes: u64| {
        length(stage.open_origin("POST", "/stream-echo", chunks(bytes, Arc::default())).await?.into_body()).await
    };
    assert_eq!(exchange(16 << 20).await?, 16 << 20);
    let before = resident_mib(&stage.host)?;
    assert_eq!(exchange(GIB).await?, GIB);
    let grown = grown_mib(&stage.host, before)?;
    assert!(grown < GROWTH, "the host grew by {grown} MiB");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a26_a_client_that_stalls_holds_the_origin_back() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    stage.fetch_origin("/hello", &[]).await?;
    let before = resident_mib(&stage.host)?;
    let unread = stage.open_origin("GET", "/endless", empty()).await?;
    assert_eq!(unread.status(), 200);
    let sent = settled(|| stage.origin.sent()).await?;
    let grown = grown_mib(&stage.host, before)?;
    assert!(grown < GROWTH, "the host grew by {grown} MiB");
    // It was the client that held it: what it reads makes room for more.
    let mut body = unread.into_body();
    let mut read = 0;
    while read < 2 * UNDER_WAY {
        read += body.frame().await.context("the body ended")??.into_data().map_or(0, |data| data.len() as u64);
    }
    assert!(stage.origin.sent() > sent);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a26_an_origin_that_stalls_holds_the_client_back() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    stage.fetch_origin("/hello", &[]).await?;
    let before = resident_mib(&stage.host)?;
    let taken = Arc::<AtomicU64>::default();
    let held = async {
        stage.origin.wait_for(2).await?;
        settled(|| taken.load(Ordering::Relaxed)).await
    };
    tokio::select! {
        answered = stage.open_origin("POST", "/deaf", chunks(GIB, taken.clone())) => anyhow::bail!("{answered:?}"),
        sent = held => drop(sent?),
    }
    let grown = grown_mib(&stage.host, before)?;
    assert!(grown < GROWTH, "the host grew by {grown} MiB");
    assert_eq!(stage.origin.seen().last().unwrap().uri.path(), "/deaf");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a26_the_first_byte_of_a_response_arrives_before_the_last_is_sent() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let mut body = stage.open_origin("GET", "/gated", empty()).await?.into_body();
    let first = body.frame().await.context("no first byte")??.into_data().unwrap_or_default();
    assert_eq!(&first[..], b"first");
    stage.origin.open_gate();
    assert_eq!(body.collect().await?.to_bytes(), " last");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a26_the_first_byte_of_an_upload_arrives_before_the_last_is_sent() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let (sender, parts) = futures::channel::mpsc::unbounded();
    let body = StreamBody::new(parts).boxed_unsync();
    let upload = async {
        let part = |text: &'static str| Ok(Frame::data(Bytes::from_static(text.as_bytes())));
        sender.unbounded_send(part("first"))?;
        reached(5, || stage.origin.received()).await?;
        sender.unbounded_send(part(" last"))?;
        sender.close_channel();
        anyhow::Ok(())
    };
    let (answered, uploaded) = tokio::join!(stage.open_origin("POST", "/measure", body), upload);
    uploaded?;
    assert_eq!(answered?.into_body().collect().await?.to_bytes(), "10");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a26_a_worker_makes_a_body_no_faster_than_it_is_read() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let mut before = 0;
    for bytes in [1 << 20, GIB] {
        let body = stage.open("GET", &format!("/stream?bytes={bytes}"), &[], empty()).await?.into_body();
        assert_eq!(length(body).await?, bytes);
        before = if before == 0 { resident_mib(&stage.host)? } else { before };
    }
    let grown = grown_mib(&stage.host, before)?;
    assert!(grown < GROWTH, "the host grew by {grown} MiB");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a26_a_worker_reads_every_byte_of_an_upload_once() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    // Chunks of odd lengths, and no two alike.
    let parts: Vec<Vec<u8>> = (0..500_usize).map(|part| (0..part * 37).map(|at| (part + at) as u8).collect()).collect();
    let bytes = || parts.iter().flatten();
    // FNV-1a, as the worker reckons it.
    let hash =
        bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let expected = format!("{} {hash:016x}", bytes().count());
    let frames = parts.into_iter().map(|part| Ok(Frame::data(Bytes::from(part))));
    let answer = stage.open("POST", "/sink", &[], StreamBody::new(stream::iter(frames)).boxed_unsync()).await?;
    assert_eq!(answer.into_body().collect().await?.to_bytes(), expected);
    Ok(())
}
