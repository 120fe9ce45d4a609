//! Slow peers: heads and uploads that never end, connections without a request, and HTTP/2 windows that stay closed; and what a new
//! client notices of each.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::Pace;
use super::arena::Arena;
use super::finding::{Asked, Finding};
use super::held::Held;
use super::kinds::Attack;
use super::open_loop::Noticed;
use crate::process::Process;

const HEADS: usize = 2_000;
const UPLOADS: usize = 1_000;
const CONNECTIONS: usize = 5;
/// Idle connections to each listener, and how many one process holds.
const IDLE: usize = 20_000;
const IDLE_EACH: usize = 10_000;
/// Requests of one HTTP/2 connection whose answers are not read.
const STREAMS: usize = 64;
/// The time between two bytes of a slow peer.
const SLOW: Duration = Duration::from_secs(5);
/// New clients a second.
const RATE: u32 = 50;
/// Of the time of a new client's request on a quiet host, how much it may take.
const SERVED: f64 = 1.5;
const HOST: &str = "attacker.evil-peers.test";

/// Measures what new clients notice of each kind of slow peers.
pub(crate) async fn run(arena: &Arena, pace: &Pace) -> anyhow::Result<Vec<Finding>> {
    let quiet = arena.notice_anew(RATE, pace.each).await;
    let mut findings = vec![Finding::new("new-client/quiet/p50".to_owned(), "µs", quiet.p50(), Asked::Nothing)];
    let before = &arena.before;
    let attacks: [(_, Start, _); 3] = [
        ("slow-heads", slow_heads, HEADS),
        ("slow-uploads", slow_uploads, UPLOADS),
        ("closed-windows", closed_windows, CONNECTIONS),
    ];
    for (name, start, count) in attacks {
        let attack = Attack::from(start(arena, count)?);
        sleep(Duration::from_secs(1)).await;
        findings.extend(noticed(name, &arena.notice_anew(RATE, pace.each).await, &quiet));
        attack.stop().await;
        findings.extend(before.left(name, &arena.host, pace.returned).await?);
    }
    for (name, to) in [("idle-front-door", arena.listen()), ("idle-control", arena.host.control_address())] {
        let idle = idle(to).await?;
        let open = Held::by(&arena.host).await.map_or(f64::NAN, |held| held.connections() - before.connections());
        findings.push(Finding::new(format!("new-client/{name}/held"), "connections", open, Asked::Nothing));
        findings.extend(noticed(name, &arena.notice_anew(RATE, pace.each).await, &quiet));
        drop(idle);
        findings.extend(before.left(name, &arena.host, pace.returned).await?);
    }
    Ok(findings)
}

fn noticed(name: &str, found: &Noticed, quiet: &Noticed) -> [Finding; 3] {
    let named = |what| format!("new-client/{name}/{what}");
    [
        Finding::new(named("failed"), "requests", found.failed as f64, Asked::AtMost(0.0)),
        Finding::new(named("p50"), "of quiet", found.p50() / quiet.p50(), Asked::AtMost(SERVED)),
        Finding::new(named("p99"), "of quiet", found.p99() / quiet.p99(), Asked::Nothing),
    ]
}

type Tasks = Vec<JoinHandle<()>>;
type Start = fn(&Arena, usize) -> anyhow::Result<Tasks>;

/// Connections whose first head never ends.
pub(crate) fn slow_heads(arena: &Arena, count: usize) -> anyhow::Result<Tasks> {
    let head = format!("GET /hello HTTP/1.1\r\nHost: {HOST}\r\nx-slow: ");
    (0..count).map(|_| arena.attack(dripping(arena.listen(), head.clone()))).collect()
}

/// Connections whose upload never ends.
pub(crate) fn slow_uploads(arena: &Arena, count: usize) -> anyhow::Result<Tasks> {
    let head = format!("POST /sink HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000000\r\n\r\n");
    (0..count).map(|_| arena.attack(dripping(arena.listen(), head.clone()))).collect()
}

/// Sends a byte now and then, on a new connection where the host has closed the last one.
async fn dripping(to: SocketAddr, head: String) {
    loop {
        if let Ok(mut socket) = TcpStream::connect(to).await
            && socket.write_all(head.as_bytes()).await.is_ok()
        {
            while socket.write_all(b"x").await.is_ok() {
                sleep(SLOW).await;
            }
        }
        sleep(SLOW).await;
    }
}

/// HTTP/2 connections that read no body.
pub(crate) fn closed_windows(arena: &Arena, count: usize) -> anyhow::Result<Tasks> {
    let listen = arena.listen();
    let start = |_| {
        arena.attack(async move {
            drop(closed_window(listen).await);
            std::future::pending::<()>().await;
        })
    };
    (0..count).map(start).collect()
}

async fn closed_window(to: SocketAddr) -> anyhow::Result<()> {
    let stream = TokioIo::new(TcpStream::connect(to).await?);
    let mut http2 = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    let (sender, connection) = http2.initial_stream_window_size(1).handshake::<_, Empty<Bytes>>(stream).await?;
    let ask = async |_| {
        let request = http::Request::get(format!("http://{HOST}/stream?bytes=100000000")).body(Empty::new())?;
        // The response is kept, and its body is not read.
        let _response = sender.clone().send_request(request).await?;
        std::future::pending::<anyhow::Result<()>>().await
    };
    tokio::select! {
        ended = connection => Ok(ended?),
        _ = futures::future::join_all((0..STREAMS).map(ask)) => Ok(()),
    }
}

/// Processes that hold connections which never send anything.
async fn idle(to: SocketAddr) -> anyhow::Result<Vec<Process>> {
    let mut holders = Vec::new();
    for _ in 0..IDLE / IDLE_EACH {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["peer", "idle", &to.to_string(), &IDLE_EACH.to_string()]);
        holders.push(Process::announced(&mut command).await?.0);
    }
    Ok(holders)
}
