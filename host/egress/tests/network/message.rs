//! What of a message crosses, and what stays on its connection.

use bytes::Bytes;
use http::header::{HOST, LOCATION};
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::{BodyExt, Full};
use wasmtime_wasi_http::Error;

use crate::origin::{Origin, Then};
use crate::{get, loopback, send};

#[tokio::test]
async fn a_redirect_comes_back_as_it_is() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: http://origin.test/else\r\ncontent-length: 0\r\n\r\n";
    let origin = Origin::start(answer, Then::Serve).await;
    let response = send(&loopback(), &origin.url()).await.unwrap();
    assert_eq!(response.status(), 302);
    assert_eq!(response.headers()[LOCATION], "http://origin.test/else");
    assert_eq!(origin.requests().len(), 1);
}

#[tokio::test]
async fn the_host_field_is_the_authority_and_hop_by_hop_fields_stay() {
    let origin = Origin::ok().await;
    let mut request = get(&origin.url());
    request.headers_mut().insert(HOST, HeaderValue::from_static("stale.example"));
    request.headers_mut().insert("te", HeaderValue::from_static("gzip"));
    request.headers_mut().insert("x-kept", HeaderValue::from_static("1"));
    loopback().send("identity", request, None).await.unwrap();
    let expected = format!("GET / HTTP/1.1\r\nx-kept: 1\r\nhost: {}\r\n\r\n", origin.address);
    assert_eq!(seen(&origin), [expected]);
}

#[tokio::test]
async fn that_trailers_are_welcome_is_said_again() {
    let origin = Origin::ok().await;
    let mut request = get(&origin.url());
    request.headers_mut().insert("te", HeaderValue::from_static("Trailers"));
    loopback().send("identity", request, None).await.unwrap();
    assert_eq!(seen(&origin), [format!("GET / HTTP/1.1\r\nte: trailers\r\nhost: {}\r\n\r\n", origin.address)]);
}

#[tokio::test]
async fn response_fields_of_the_connection_stay_and_trailers_cross() {
    let answer = "HTTP/1.1 200 OK\r\nkeep-alive: timeout=5\r\nconnection: x-hop\r\nx-hop: 1\r\ntrailer: digest\r\n\
                  transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\ndigest: abc\r\n\r\n";
    let origin = Origin::start(answer, Then::Serve).await;
    let response = send(&loopback(), &origin.url()).await.unwrap();
    let names: Vec<_> = response.headers().keys().map(|name| name.as_str()).collect();
    assert_eq!(names, ["trailer"]);
    let body = response.into_body().collect().await.unwrap();
    assert_eq!(body.trailers().unwrap()["digest"], "abc");
}

#[tokio::test]
async fn request_trailers_cross_when_the_trailer_field_lists_them() {
    let origin = Origin::start_until("0\r\ndigest: abc\r\n\r\n", "HTTP/1.1 204 No Content\r\n\r\n", Then::Serve).await;
    let trailers = HeaderMap::from_iter([("digest".parse().unwrap(), HeaderValue::from_static("abc"))]);
    let body = Full::new(Bytes::from_static(b"hello")).with_trailers(async move { Some(Ok(trailers)) });
    let body = body.map_err(Error::from).boxed_unsync();
    let request = Request::post(origin.url()).header("trailer", "digest").body(body).unwrap();
    let response = loopback().send("identity", request, None).await.unwrap();
    assert_eq!(response.status(), 204);
    assert!(origin.requests().concat().contains("transfer-encoding: chunked"));
}

#[tokio::test]
async fn a_switch_of_protocols_is_an_error() {
    let origin = Origin::start("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n", Then::Stall).await;
    let outcome = send(&loopback(), &origin.url()).await;
    assert!(matches!(outcome, Err(Error::HttpUpgradeFailed)), "{outcome:?}");
}

/// What the origin saw, without the token of the host.
fn seen(origin: &Origin) -> Vec<String> {
    let own = |line: &&str| !line.starts_with("tollgate-hop: ");
    let without = |request: String| request.split("\r\n").filter(own).collect::<Vec<_>>().join("\r\n");
    origin.requests().into_iter().map(without).collect()
}
