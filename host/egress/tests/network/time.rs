//! The three times that a worker may set.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tokio::net::TcpListener;
use tollgate_egress::{EgressConfig, Network};
use wasmtime_wasi_http::{Error, RequestOptions};

use crate::origin::{Origin, Then};
use crate::{get, loopback, loopback_config, read, send_with};

const SHORT: Duration = Duration::from_millis(100);
/// Far more than a test that works needs, far less than the defaults.
const PROMPT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn an_origin_that_never_answers_is_a_read_timeout() {
    let origin = Origin::start("", Then::Stall).await;
    let options = RequestOptions { first_byte_timeout: Some(SHORT), ..RequestOptions::default() };
    let started = Instant::now();
    let outcome = send_with(&loopback(), &origin.url(), options).await;
    assert!(matches!(outcome, Err(Error::ConnectionReadTimeout)), "{outcome:?}");
    assert!((SHORT..PROMPT).contains(&started.elapsed()));
}

#[tokio::test]
async fn a_body_that_stalls_is_a_read_timeout() {
    let origin = Origin::start("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello", Then::Stall).await;
    let options = RequestOptions { between_bytes_timeout: Some(SHORT), ..RequestOptions::default() };
    let started = Instant::now();
    let mut body = send_with(&loopback(), &origin.url(), options).await.unwrap().into_body();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "hello");
    assert!(matches!(body.frame().await, Some(Err(Error::ConnectionReadTimeout))));
    assert!(body.frame().await.is_none());
    assert!((SHORT..PROMPT).contains(&started.elapsed()));
}

#[tokio::test]
async fn a_reader_that_is_slow_is_not_a_silent_origin() {
    let origin = Origin::start("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", Then::Stall).await;
    let options = RequestOptions { between_bytes_timeout: Some(SHORT), ..RequestOptions::default() };
    let response = send_with(&loopback(), &origin.url(), options).await.unwrap();
    tokio::time::sleep(SHORT * 3).await;
    assert_eq!(read(response).await.unwrap(), "hello");
}

#[tokio::test]
async fn an_upload_longer_than_the_first_byte_time_is_not_a_silent_origin() {
    let origin = Origin::start_until("0\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n", Then::Serve).await;
    let pieces = futures::stream::unfold(0, async |sent| {
        tokio::time::sleep(SHORT * 2).await;
        (sent < 4).then(|| (Ok(Frame::data(Bytes::from_static(b"piece"))), sent + 1))
    });
    let request = Request::post(origin.url()).body(StreamBody::new(pieces).boxed_unsync()).unwrap();
    let options = RequestOptions { first_byte_timeout: Some(SHORT * 5), ..RequestOptions::default() };
    assert_eq!(loopback().send("identity", request, Some(options)).await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_request_that_asks_for_no_time_has_those_of_the_configuration() {
    let origin = Origin::start("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello", Then::Stall).await;
    let network = Network::new(EgressConfig { between_bytes_ms: 100, ..loopback_config() }).unwrap();
    let response = network.send("identity", get(&origin.url()), None).await.unwrap();
    assert!(matches!(read(response).await, Err(Error::ConnectionReadTimeout)));
    let silent = Origin::start("", Then::Stall).await;
    let network = Network::new(EgressConfig { first_byte_ms: 100, ..loopback_config() }).unwrap();
    let outcome = network.send("identity", get(&silent.url()), None).await;
    assert!(matches!(outcome, Err(Error::ConnectionReadTimeout)), "{outcome:?}");
    // More time to connect than the configuration gives is not to be had.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let network = Network::new(EgressConfig { connect_ms: 100, ..loopback_config() }).unwrap();
    let options = RequestOptions { connect_timeout: Some(PROMPT * 100), ..RequestOptions::default() };
    let outcome = send_with(&network, &url, options).await;
    assert!(matches!(outcome, Err(Error::ConnectionTimeout)), "{outcome:?}");
}

/// The TLS handshake belongs to the connect time, and does not use up the first-byte time.
#[tokio::test]
async fn a_handshake_that_stalls_is_a_connection_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let options = RequestOptions {
        connect_timeout: Some(SHORT * 3),
        first_byte_timeout: Some(SHORT),
        ..RequestOptions::default()
    };
    let started = Instant::now();
    let outcome = send_with(&loopback(), &url, options).await;
    assert!(matches!(outcome, Err(Error::ConnectionTimeout)), "{outcome:?}");
    assert!((SHORT * 3..PROMPT).contains(&started.elapsed()));
}
