//! Limits of the host that no other attack reaches. `docs/limits.md` says which test shows which limit.

use std::time::Duration;

use anyhow::{Context as _, Result};
use http::header::RETRY_AFTER;
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tollgate_tests::{Host, PATIENCE, Upload, failing, importing};

use crate::arena::Arena;

/// Longer than any test.
const PARKED: &str = "/sleep?ms=3600000";

const DISPATCH: &str = "[[dispatch]]\ndomain = \"evil.test\"\nnamespace = \"evil\"\n";

/// Sends bytes on a connection of its own, and gives what comes back until the host closes it.
async fn sent(address: std::net::SocketAddr, bytes: &str) -> Result<String> {
    let mut socket = TcpStream::connect(address).await?;
    socket.write_all(bytes.as_bytes()).await?;
    let mut answer = Vec::new();
    let closed = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut answer)).await;
    let _reset = closed.context("the connection stays open")?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_beyond_the_instances_of_the_host_is_answered_with_503() -> Result<()> {
    let arena = Arena::configured("test-user", "[instances]\ncount = 4\n").await?;
    let parked = futures::future::join_all((0..4).map(|_| arena.attack(PARKED)));
    let refused = async {
        while arena.host.instances().await? < 4 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let answer = arena.attack("/hello").await?;
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (503, "The host is busy."));
        assert_eq!(answer.headers[RETRY_AFTER], "1");
        arena.host.control(Method::POST, "dispatch/namespaces/evil/scripts/attacker/stop", None).await
    };
    let (_stopped, refused) = tokio::join!(parked, refused);
    refused?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_with_too_many_resources_ends() -> Result<()> {
    let arena = Arena::configured("hostile-holds", "[limits]\nresources = 100\n").await?;
    let answer = arena.attack("/streams?n=200").await?;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (502, "The worker failed."));
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_calls_itself_without_end_fails_alone() -> Result<()> {
    let arena = Arena::with("test-user").await?;
    let deep = "(core module $deep (func $deep (call $deep)) (start $deep)) (core instance (instantiate $deep))";
    arena.host.deploy_in("evil", "deep", Upload::made(importing(deep)?)).await?;
    let answer = arena.host.get("deep.evil.test", "/", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (502, "The worker failed."));
    assert!(arena.host.log()?.contains("call stack exhausted"), "{}", arena.host.log()?);
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_host_call_copies_no_more_than_a_mebibyte() -> Result<()> {
    let host = Host::start().await?;
    for (bytes, is_refused) in [(1_000_000, false), (1_100_000, true)] {
        host.deploy("failing", Upload::made(failing(&"x".repeat(bytes))?).route("failing.test/*")).await?;
        assert_eq!(host.get("failing.test", "/", &[]).await?.status, 502);
        let log = host.log()?;
        assert_eq!(log.contains("fuel allocated for hostcalls"), is_refused, "{bytes}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_with_too_many_memories_tables_or_modules_is_refused() -> Result<()> {
    let host = Host::start().await?;
    // The worker itself has a memory and an instance of a module.
    for (one, too_many, named) in
        [("(memory 1)", 4, "memories"), ("(table 1 funcref)", 9, "tables"), ("(func)", 32, "core module instances")]
    {
        let modules = format!("(core module $m {one})");
        let instances = |count| format!("{modules}{}", "(core instance (instantiate $m))".repeat(count));
        host.deploy("fits", Upload::made(importing(&instances(too_many - 1))?)).await?;
        let (status, envelope) = host.upload("scripts/large", Upload::made(importing(&instances(too_many))?)).await?;
        assert_eq!(status, 400, "{named}: {envelope}");
        assert!(envelope.to_string().contains(named), "{envelope}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_is_too_large_is_refused_before_a_worker_runs() -> Result<()> {
    let host = Host::start().await?;
    let request = |path: &str, fields: usize, bytes: usize| {
        let fields: String = (0..fields).map(|field| format!("x-{field}: {}\r\n", "v".repeat(bytes))).collect();
        format!("GET {path} HTTP/1.1\r\nHost: nobody.test\r\nConnection: close\r\n{fields}\r\n")
    };
    let long = format!("/{}", "p".repeat(100_000));
    for (request, status) in [
        (request("/", 98, 1), 404),
        (request("/", 99, 1), 431),
        (request("/", 90, 8_000), 431),
        (request(&long, 0, 0), 414),
    ] {
        let answer = sent(host.listen(), &request).await?;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{status}: {answer}");
    }
    Ok(())
}

/// An origin that answers every request with these bytes.
async fn origin(answer: String) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let _read = socket.read(&mut [0; 4096]).await;
            let _sent = socket.write_all(answer.as_bytes()).await;
        }
    });
    Ok(port)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_whose_head_is_too_large_is_an_error_for_the_worker() -> Result<()> {
    let host = Host::configured(&format!("\"large.test\" = \"127.0.0.1\"\n{DISPATCH}")).await?;
    host.namespace("evil").await?;
    host.deploy_in("evil", "fetcher", Upload::of("test-user")).await?;
    for (fields, expected) in [(90, "hello"), (100, "ErrorCode::HttpResponseHeaderSectionSize(None)")] {
        let fields: String = (0..fields).map(|field| format!("x-{field}: v\r\n")).collect();
        let port = origin(format!("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n{fields}\r\nhello")).await?;
        let url = format!("http://large.test:{port}/");
        assert_eq!(host.get("fetcher.evil.test", "/fetch", &[("x-target-url", &url)]).await?.text(), expected);
    }
    Ok(())
}

/// What an HTTP/2 client says first: the preface, and settings without a setting.
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

#[tokio::test(flavor = "multi_thread")]
async fn an_http2_connection_has_so_many_requests_in_flight() -> Result<()> {
    let host = Host::configured("[front_door]\nstreams = 2\n").await?;
    let mut client = TcpStream::connect(host.listen()).await?;
    client.write_all(HTTP2).await?;
    let mut settings = [0; 64];
    let read = tokio::time::timeout(PATIENCE, client.read(&mut settings)).await??;
    // Setting 3 is SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113, section 6.5.2).
    assert!(settings[9..read].chunks(6).any(|setting| setting == [0, 3, 0, 0, 0, 2]), "{settings:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http2_client_that_answers_no_ping_is_closed() -> Result<()> {
    let host = Host::configured("[front_door]\nping_seconds = 1\nidle_seconds = 86400\n").await?;
    let mut client = TcpStream::connect(host.listen()).await?;
    client.write_all(HTTP2).await?;
    let _reset = tokio::time::timeout(PATIENCE, client.read_to_end(&mut Vec::new())).await.context("it stays open")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_to_control_that_stands_still_is_closed() -> Result<()> {
    let host = Host::configured("[control]\nidle_seconds = 1\n").await?;
    let path = "/client/v4/accounts/tollgate/workers/dispatch/namespaces";
    let head = format!("POST {path} HTTP/1.1\r\nHost: control\r\nAuthorization: Bearer {}\r\n", host.token());
    let answer = sent(host.control_address(), &format!("{head}Content-Length: 1000\r\n\r\n{{")).await?;
    assert!(!answer.starts_with("HTTP/1.1 2"), "{answer}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_stops_waits_so_long_for_its_requests() -> Result<()> {
    let host = Host::configured(&format!("[front_door]\ndrain_seconds = 1\n{DISPATCH}")).await?;
    host.namespace("evil").await?;
    host.deploy_in("evil", "attacker", Upload::of("test-user")).await?;
    let parked = host.get("attacker.evil.test", PARKED, &[]);
    let stopped = async {
        while host.instances().await? < 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        host.terminate().await
    };
    let (parked, stopped) = tokio::join!(tokio::time::timeout(PATIENCE, parked), stopped);
    stopped?;
    assert!(parked?.is_err(), "the host has ended");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_has_so_many_rules_of_egress() -> Result<()> {
    let host = Host::start().await?;
    let many = |count: u32| (0..count).map(|place| json!({ "port": 1 + place })).collect::<Vec<_>>();
    let ruled = |count| Upload::of("hello-2").metadata("egress", json!({ "deny": many(count) }));
    host.deploy("ruled", ruled(100)).await?;
    let (status, envelope) = host.upload("scripts/ruled", ruled(101)).await?;
    assert!(status == 400 && envelope.to_string().contains("100"), "{status}: {envelope}");
    Ok(())
}
