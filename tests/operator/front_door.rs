//! The front door: built-in dispatches, HTTP/2, local names.

use anyhow::Result;
use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, HeaderValue, Request};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use tollgate_tests::{Host, Origin, Upload, http2};

const BUILTIN: &str = r#"
[[dispatch]]
domain = "apps.test"
namespace = "prod"
outbound = { service = "outbound", parameters = { customer_name = "{worker}", url = "{url}" } }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_builtin_dispatch_needs_no_dispatch_worker() -> Result<()> {
    let host = Host::configured(BUILTIN).await?;
    host.namespace("prod").await?;
    host.deploy("outbound", Upload::of("test-outbound")).await?;
    host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    let target = [("x-target-url", "http://outbound.test/parameters")];
    let answer = host.get("user.apps.test", "/fetch?q=1", &target).await?;
    assert_eq!(answer.text(), r#"{"customer_name":"user","url":"http://user.apps.test/fetch?q=1"}"#);
    assert_eq!(host.get("nobody.apps.test", "/", &[]).await?.status, 404);
    assert_eq!(host.get("elsewhere.test", "/", &[]).await?.status, 404);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn http2_with_prior_knowledge_carries_trailers_both_ways() -> Result<()> {
    let (host, origin) = (Host::start().await?, Origin::start().await?);
    host.deploy("forwards", Upload::of("test-user").route("*.test/*")).await?;
    let mut trailers = HeaderMap::new();
    trailers.insert("x-sum", HeaderValue::from_static("7"));
    let frames = [anyhow::Ok(Frame::data(Bytes::from_static(b"upload"))), Ok(Frame::trailers(trailers))];
    let request = Request::post("http://any.test/fetch")
        .header("x-target-url", origin.url("/trailers"))
        .header("te", "trailers")
        .header("trailer", "x-sum")
        .body(StreamBody::new(stream::iter(frames)).boxed_unsync())?;
    let answer = http2(host.listen(), request).await?;
    let seen = origin.seen();
    assert_eq!(
        (&seen[0].body[..], seen[0].trailers.get("x-sum")),
        (&b"upload"[..], Some(&HeaderValue::from_static("7")))
    );
    assert_eq!((answer.text().as_str(), answer.trailers["x-checksum"].to_str()?), ("body", "42"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_name_leads_to_a_worker_of_the_operators() -> Result<()> {
    let host = Host::with_keys("local_names = true\n").await?;
    host.namespace("prod").await?;
    host.deploy("own", Upload::of("test-user")).await?;
    host.deploy_in("prod", "customers", Upload::of("test-user")).await?;
    assert_eq!(host.get("own.localhost", "/hello", &[]).await?.text(), "hello");
    let answer = host.get("customers.localhost", "/hello", &[]).await?;
    assert_eq!(answer.status, 404, "a customer's worker is reached by a dispatch alone");
    // Behind a proxy on the same machine, whoever reaches the proxy could name any worker.
    let closed = Host::start().await?;
    closed.deploy("own", Upload::of("test-user")).await?;
    assert_eq!(closed.get("own.localhost", "/hello", &[]).await?.status, 404, "nobody asked for local names");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_names_no_host_is_refused() -> Result<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let host = Host::start().await?;
    for head in [
        "",
        "Host:\r\n",
        "Host: a.test\r\nHost: b.test\r\n",
        "Host: a b\r\n",
        "Host: user@a.test\r\n",
        "Host: a.test:99999999\r\n",
        "Host: a.test:0\r\n",
        "Host: a.test:\r\n",
    ] {
        let mut socket = tokio::net::TcpStream::connect(host.listen()).await?;
        socket.write_all(format!("GET / HTTP/1.1\r\n{head}Connection: close\r\n\r\n").as_bytes()).await?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await?;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{head:?}: {answer}");
    }
    Ok(())
}
