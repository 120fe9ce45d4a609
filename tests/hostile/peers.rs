//! Clients that are slow, silent or do not read: each frees what it took of the host.

use std::time::Duration;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;
use tollgate_tests::{Host, PATIENCE, Upload, empty};

/// Times that an attack can be waited for.
const SHORT: &str = "body_idle_seconds = 1\nresponse_idle_seconds = 1\n";

/// Uploads of one client that stand still.
const UPLOADS: usize = 50;
/// Streams of one HTTP/2 connection that the client does not read.
const STREAMS: usize = 8;

/// A host whose front door leads to a worker of the suite, with more keys for the front door.
async fn host(keys: &str) -> Result<Host> {
    let host =
        Host::configured(&format!("[front_door]\n{keys}[[dispatch]]\ndomain = \"evil.test\"\nnamespace = \"evil\"\n"))
            .await?;
    host.namespace("evil").await?;
    host.deploy_in("evil", "attacker", Upload::of("test-user")).await?;
    assert_eq!(host.get("attacker.evil.test", "/hello", &[]).await?.status, 200);
    Ok(host)
}

/// Sends bytes on a connection of its own, and gives what comes back until the host closes it.
async fn until_closed(mut socket: TcpStream) -> Result<String> {
    let mut answer = Vec::new();
    let closed = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut answer)).await;
    let _reset = closed.context("the connection stays open")?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Waits until the log has a text.
async fn logged(host: &Host, text: &str) -> Result<()> {
    let there = async {
        while !host.log()?.contains(text) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, there).await.with_context(|| format!("{text:?} is not in the log"))?
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_stands_still_is_answered_with_408_and_frees_its_worker() -> Result<()> {
    let host = host(SHORT).await?;
    let mut uploads = Vec::new();
    for _ in 0..UPLOADS {
        let mut socket = TcpStream::connect(host.listen()).await?;
        let head = "POST /sink HTTP/1.1\r\nHost: attacker.evil.test\r\nContent-Length: 1000\r\n\r\nx";
        socket.write_all(head.as_bytes()).await?;
        uploads.push(tokio::spawn(until_closed(socket)));
    }
    for upload in uploads {
        let answer = upload.await??;
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer:?}");
    }
    host.wait_for_instances(0, PATIENCE).await?;
    assert_eq!(host.get("attacker.evil.test", "/hello", &[]).await?.status, 200);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn responses_in_a_closed_http2_window_are_dropped_with_their_workers() -> Result<()> {
    let host = host(SHORT).await?;
    let stream = TokioIo::new(TcpStream::connect(host.listen()).await?);
    let mut http2 = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    http2.initial_stream_window_size(1);
    let (mut sender, connection) = http2.handshake(stream).await?;
    let connection = tokio::spawn(connection);
    let mut unread = Vec::new();
    for _ in 0..STREAMS {
        let request = http::Request::get("http://attacker.evil.test/stream?bytes=100000000").body(empty())?;
        let response = sender.send_request(request).await?;
        assert_eq!(response.status(), 200);
        unread.push(response);
    }
    // The connection and all responses are still open.
    host.wait_for_instances(0, PATIENCE).await?;
    logged(&host, "front_door.response_idle_seconds").await?;
    assert_eq!(unread.len(), STREAMS);
    drop((unread, sender));
    connection.abort();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_over_http1_is_closed() -> Result<()> {
    let host = host(SHORT).await?;
    let mut socket = TcpStream::connect(host.listen()).await?;
    socket.write_all(b"GET /stream?bytes=1000000000 HTTP/1.1\r\nHost: attacker.evil.test\r\n\r\n").await?;
    // The worker has begun.
    let mut first = [0; 1];
    socket.read_exact(&mut first).await?;
    host.wait_for_instances(0, PATIENCE).await?;
    drop(socket);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_http2_connection_without_a_request_is_closed_although_it_answers() -> Result<()> {
    let host = host("idle_seconds = 1\n").await?;
    let stream = TokioIo::new(TcpStream::connect(host.listen()).await?);
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake::<_, _, http_body_util::Full<Bytes>>(TokioExecutor::new(), stream)
            .await?;
    let connection = tokio::spawn(connection);
    let request = http::Request::get("http://attacker.evil.test/hello").body(http_body_util::Full::default())?;
    assert_eq!(sender.send_request(request).await?.status(), 200);
    tokio::time::timeout(PATIENCE, connection).await.context("it stays open")???;
    Ok(())
}

/// Files that a host may open in tests that fill its connections.
const FILES: usize = 256;

/// A host that may open so few files that a test fills all its connections. The log names a bound that it has lowered.
async fn host_with_few_files(lowered: &str) -> Result<Host> {
    let host = host("").await?;
    let pid = host.pid().context("no process")?.to_string();
    let limited = Command::new("prlimit").args(["--pid", &pid, &format!("--nofile={FILES}:{FILES}")]).status().await?;
    anyhow::ensure!(limited.success(), "prlimit: {limited}");
    host.reload("[[dispatch]]\ndomain = \"evil.test\"\nnamespace = \"evil\"\n", "configuration reloaded").await?;
    logged(&host, lowered).await?;
    Ok(host)
}

async fn idle_connections(to: std::net::SocketAddr) -> Result<Vec<TcpStream>> {
    let mut idle = Vec::new();
    for _ in 0..2 * FILES {
        idle.push(TcpStream::connect(to).await?);
    }
    Ok(idle)
}

/// New clients of the front door are served, each on a connection of its own.
async fn serves_new_clients(host: &Host) -> Result<()> {
    for _ in 0..20 {
        let mut socket = TcpStream::connect(host.listen()).await?;
        socket.write_all(b"GET /hello HTTP/1.1\r\nHost: attacker.evil.test\r\nConnection: close\r\n\r\n").await?;
        let answer = until_closed(socket).await?;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_to_control_leave_the_front_door_its_files() -> Result<()> {
    let host = host_with_few_files("used=8").await?;
    let idle = idle_connections(host.control_address()).await?;
    serves_new_clients(&host).await?;
    let log = host.log_file()?;
    assert!(!log.contains("could not be accepted"), "{log}");
    drop(idle);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_to_control_give_way_to_the_operator() -> Result<()> {
    let host = host_with_few_files("used=8").await?;
    let idle = idle_connections(host.control_address()).await?;
    host.status().await?;
    drop(idle);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_to_the_front_door_give_way_to_new_clients() -> Result<()> {
    let host = host_with_few_files("used=96").await?;
    let idle = idle_connections(host.listen()).await?;
    serves_new_clients(&host).await?;
    drop(idle);
    Ok(())
}
