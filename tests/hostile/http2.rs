//! Clients that flood an HTTP/2 connection with frames: the host closes it and serves the others.

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_tests::{Host, PATIENCE};

/// Types of frames, and flags of a frame with headers (RFC 9113, section 6).
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `GET http://nobody.test/`, as HPACK has it.
const REQUEST: &[u8] = b"\x82\x86\x84\x41\x0bnobody.test";
/// A header `x: x`, which no table keeps.
const FIELD: &[u8] = b"\x00\x01x\x01x";

/// Far more than the host lets a client send.
const FRAMES: u32 = 100_000;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u32;
    [&length.to_be_bytes()[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Whether what the host sent has a frame that ends the connection.
fn ends(mut sent: &[u8]) -> bool {
    while let [high, middle, low, kind, _, _, _, _, _, rest @ ..] = sent {
        let length = u32::from_be_bytes([0, *high, *middle, *low]) as usize;
        if *kind == GOAWAY {
            return true;
        }
        sent = rest.get(length..).unwrap_or_default();
    }
    false
}

/// Sends frames until the host closes the connection, which it must do of its own accord. Another client is served meanwhile.
async fn is_closed(flood: impl Iterator<Item = Vec<u8>> + Send + 'static) -> Result<()> {
    let host = Host::start().await?;
    let (mut from, mut to) = TcpStream::connect(host.listen()).await?.into_split();
    let flooding = tokio::spawn(async move {
        let begun = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frame(SETTINGS, 0, 0, &[])];
        for bytes in begun.into_iter().chain(flood) {
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
        // With the connection still open, only the host can close it.
        std::future::pending::<()>().await;
    });
    let mut sent = Vec::new();
    let closed = tokio::time::timeout(PATIENCE, from.read_to_end(&mut sent)).await;
    let closed = closed.context("the connection stays open")?;
    flooding.abort();
    if closed.is_ok() && !ends(&sent) {
        bail!("the host gave no reason: {sent:?}");
    }
    assert_eq!(host.get("nobody.test", "/", &[]).await?.status, 404);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_resets_its_requests_at_once_is_closed() -> Result<()> {
    is_closed((0..FRAMES).map(|place| {
        let stream = 2 * place + 1;
        let request = frame(HEADERS, END_STREAM | END_HEADERS, stream, REQUEST);
        [request, frame(RST_STREAM, 0, stream, &[0, 0, 0, 8])].concat()
    }))
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_headers_never_end_is_closed() -> Result<()> {
    let begun = std::iter::once(frame(HEADERS, END_STREAM, 1, REQUEST));
    is_closed(begun.chain((0..FRAMES).map(|_| frame(CONTINUATION, 0, 1, FIELD)))).await
}
