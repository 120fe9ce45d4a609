//! A30 and A31: what belongs to a message beside head and body crosses every hop.

use anyhow::Result;
use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, HeaderValue};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_tests::{Answer, empty};

use crate::ALONE;
use crate::stage::{ALICE, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn a30_response_trailers_cross_every_hop() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let answer = stage.fetch_origin("/trailers", &[("te", "trailers")]).await?;
    assert_eq!(answer.text(), "body");
    assert_eq!(answer.trailers["x-checksum"], "42");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a30_request_trailers_cross_every_hop() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", HeaderValue::from_static("7"));
    let frames = [Ok(Frame::data(Bytes::from_static(b"upload"))), Ok(Frame::trailers(trailers))];
    let body = StreamBody::new(stream::iter(frames)).boxed_unsync();
    let url = stage.origin.url("/echo");
    let headers = [("x-target-url", url.as_str()), ("trailer", "x-sum")];
    let answer = Answer::read(stage.open("POST", "/fetch", &headers, body).await?).await?;
    assert_eq!(answer.text(), "upload");
    let seen = stage.origin.seen();
    assert_eq!(seen[0].trailers.get("x-sum"), Some(&HeaderValue::from_static("7")));
    assert!(seen[0].headers.contains_key("x-hop"), "the outbound worker was passed by");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a31_an_informational_response_is_not_the_answer() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let answer = stage.fetch_origin("/early-hints", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.text().as_str(), answer.header("x-final")), (200, "final", "1"));
    // What the hints say is said of the hints alone.
    assert_eq!((answer.header("link"), answer.header("x-hint")), ("", ""));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a31_a_client_that_waits_for_100_continue_is_told_to() -> Result<()> {
    let _alone = ALONE.lock().await;
    let stage = Stage::set().await?;
    let mut socket = TcpStream::connect(stage.host.listen()).await?;
    let (name, parameters) = ALICE;
    let url = stage.origin.url("/echo");
    let head = format!(
        "POST /fetch HTTP/1.1\r\nhost: user.test\r\n{name}: {parameters}\r\nx-target-url: {url}\r\n\
         expect: 100-continue\r\ncontent-length: 4\r\nconnection: close\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await?;
    let mut told = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    socket.read_exact(&mut told).await?;
    assert_eq!(String::from_utf8_lossy(&told), "HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(b"body").await?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert_eq!(&stage.origin.seen()[0].body[..], b"body");
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
    let answer = Answer::read(stage.open_origin("HEAD", "/teapot", empty()).await?).await?;
    assert_eq!((answer.status.as_u16(), answer.header("content-length")), (418, "15"));
    assert_eq!(stage.origin.seen().last().unwrap().method, "HEAD");
    Ok(())
}
