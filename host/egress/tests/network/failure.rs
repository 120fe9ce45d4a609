//! How failures of an origin are named.

use bytes::Bytes;
use http::Request;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tokio::net::TcpListener;
use wasmtime_wasi_http::Error;

use crate::origin::{Origin, Then};
use crate::{loopback, read, send};

#[tokio::test]
async fn a_closed_port_is_connection_refused() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let outcome = send(&loopback(), &format!("http://{address}/")).await;
    assert!(matches!(outcome, Err(Error::ConnectionRefused)), "{outcome:?}");
}

/// A label over 63 letters fits in no question to a name server (RFC 1035, 2.3.4): the system's resolver refuses it before
/// it asks anybody, and this test never reaches beyond the machine.
#[tokio::test]
async fn a_name_that_nobody_has_is_a_dns_error() {
    let outcome = send(&loopback(), &format!("http://{}.test/", "n".repeat(64))).await;
    assert!(matches!(outcome, Err(Error::DnsError { rcode: Some(_), info_code: None })), "{outcome:?}");
}

#[tokio::test]
async fn a_body_that_is_cut_ends_with_an_error() {
    let answers = [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nhello",
    ];
    for answer in answers {
        let origin = Origin::start(answer, Then::HangUp).await;
        let outcome = read(send(&loopback(), &origin.url()).await.unwrap()).await;
        assert!(matches!(outcome, Err(Error::HttpResponseIncomplete)), "{answer:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_head_that_is_cut_is_an_incomplete_response() {
    for answer in ["", "HTTP/1.1 200 OK\r\nx-cut"] {
        let origin = Origin::start(answer, Then::HangUp).await;
        let outcome = send(&loopback(), &origin.url()).await;
        assert!(matches!(outcome, Err(Error::HttpResponseIncomplete)), "{answer:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_a_protocol_error() {
    let origin = Origin::start("220 mail.example ESMTP\r\n", Then::Stall).await;
    let outcome = send(&loopback(), &origin.url()).await;
    assert!(matches!(outcome, Err(Error::HttpProtocolError)), "{outcome:?}");
    let chunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n";
    let origin = Origin::start(chunks, Then::Stall).await;
    let outcome = read(send(&loopback(), &origin.url()).await.unwrap()).await;
    assert!(matches!(outcome, Err(Error::HttpProtocolError)), "{outcome:?}");
}

#[tokio::test]
async fn an_error_of_the_request_body_comes_back_as_itself() {
    let origin = Origin::start_until("never", "", Then::Stall).await;
    let frames = [Ok(Frame::data(Bytes::from_static(b"piece"))), Err(Error::HttpRequestBodySize(Some(7)))];
    let body = StreamBody::new(futures::stream::iter(frames)).boxed_unsync();
    let request = Request::post(origin.url()).body(body).unwrap();
    let outcome = loopback().send("identity", request, None).await;
    assert!(matches!(outcome, Err(Error::HttpRequestBodySize(Some(7)))), "{outcome:?}");
}
