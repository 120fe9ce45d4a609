//! An origin: a server on loopback that answers by path and remembers what arrived.

mod bodies;
mod early;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::authority::Authority;
use crate::client::{Body, SOCKET_BYTES, empty, full};

/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The client's port: tells connections apart.
    pub peer: SocketAddr,
    /// The name in the client certificate that the connection presented.
    pub client: Option<String>,
    /// Its method.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its trailers.
    pub trailers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// A running origin.
pub struct Origin {
    scheme: &'static str,
    address: SocketAddr,
    log: Arc<Log>,
}

/// Who is at the other end of a connection.
#[derive(Clone)]
struct Visitor {
    peer: SocketAddr,
    client: Option<String>,
}

/// What an origin knows of its visitors.
#[derive(Default)]
struct Log {
    seen: Mutex<Vec<Seen>>,
    /// Bodies that stall, and are waited for.
    stalled: AtomicUsize,
    /// Bytes handed to connections by bodies without an end.
    sent: AtomicU64,
    /// Bytes that came in where they are counted.
    received: AtomicU64,
    /// What bodies with a gate wait for.
    gate: Notify,
}

impl Log {
    fn remember(&self, visitor: Visitor, head: &http::request::Parts, body: Bytes, trailers: HeaderMap) {
        let (method, uri, headers) = (head.method.clone(), head.uri.clone(), head.headers.clone());
        let Visitor { peer, client } = visitor;
        let seen = Seen { peer, client, method, uri, headers, trailers, body };
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
    }
}

impl Origin {
    /// Starts one on a free port.
    pub async fn start() -> anyhow::Result<Self> {
        Self::listen("http", serve).await
    }

    /// Starts one that speaks TLS with a certificate of this authority, and asks for one of a client's, or insists on it.
    pub async fn secure(authority: &Arc<Authority>, insists: bool) -> anyhow::Result<Self> {
        let (authority, acceptor) = (authority.clone(), authority.acceptor(insists)?);
        let serve = move |log, peer, stream| serve_secure(authority.clone(), acceptor.clone(), log, peer, stream);
        Self::listen("https", serve).await
    }

    async fn listen<F, S>(scheme: &'static str, serve: F) -> anyhow::Result<Self>
    where
        F: Fn(Arc<Log>, SocketAddr, TcpStream) -> S + Send + 'static,
        S: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        let socket = TcpSocket::new_v4()?;
        // What is accepted has the listener's buffers.
        socket.set_send_buffer_size(SOCKET_BYTES)?;
        socket.set_recv_buffer_size(SOCKET_BYTES)?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let listener = socket.listen(BACKLOG)?;
        let address = listener.local_addr()?;
        let log = Arc::<Log>::default();
        let kept = log.clone();
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                tokio::spawn(serve(log.clone(), peer, stream));
            }
        });
        Ok(Self { scheme, address, log: kept })
    }

    /// A URL on it, under a name that the host under test resolves to loopback.
    pub fn url(&self, path: &str) -> String {
        format!("{}://origin.test:{}{path}", self.scheme, self.address.port())
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What arrived so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.log.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until nobody waits for a body that stalls.
    pub async fn wait_for_no_stall(&self) -> anyhow::Result<()> {
        let left = async {
            while self.stalled() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), left).await.map_err(|_| anyhow::anyhow!("a body is still open"))
    }

    /// Bodies that stall, and are waited for.
    pub fn stalled(&self) -> usize {
        self.log.stalled.load(Ordering::Relaxed)
    }

    /// Bytes of endless bodies that connections have taken so far.
    pub fn sent(&self) -> u64 {
        self.log.sent.load(Ordering::Relaxed)
    }

    /// Bytes that have arrived so far where they are counted.
    pub fn received(&self) -> u64 {
        self.log.received.load(Ordering::Relaxed)
    }

    /// Lets one body that waits at the gate go on, now or when it comes there.
    pub fn open_gate(&self) {
        self.log.gate.notify_one();
    }

    /// Waits until this many requests have arrived.
    pub async fn wait_for(&self, count: usize) -> anyhow::Result<Vec<Seen>> {
        let arrive = async {
            while self.seen().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(30), arrive).await;
        waited.map_err(|_| anyhow::anyhow!("{} of {count} requests arrived", self.seen().len()))?;
        Ok(self.seen())
    }
}

async fn serve(log: Arc<Log>, peer: SocketAddr, mut stream: TcpStream) -> anyhow::Result<()> {
    if early::asked(&stream).await? {
        return early::answer(&mut stream).await;
    }
    let visitor = Visitor { peer, client: None };
    let service = service_fn(move |request| answer(log.clone(), visitor.clone(), request));
    Ok(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await?)
}

async fn serve_secure(
    authority: Arc<Authority>,
    acceptor: TlsAcceptor,
    log: Arc<Log>,
    peer: SocketAddr,
    stream: TcpStream,
) -> anyhow::Result<()> {
    let stream = acceptor.accept(stream).await?;
    let presented = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let visitor = Visitor { peer, client: presented.map(|certificate| authority.name_of(certificate)) };
    let service = service_fn(move |request| answer(log.clone(), visitor.clone(), request));
    Ok(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await?)
}

async fn answer(log: Arc<Log>, visitor: Visitor, request: Request<Incoming>) -> anyhow::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let at_once = || log.remember(visitor.clone(), &head, Bytes::new(), HeaderMap::new());
    match head.uri.path() {
        "/stream-echo" => {
            at_once();
            return Ok(Response::new(body.map_err(Into::into).boxed_unsync()));
        }
        "/deaf" => {
            at_once();
            let _unread = body;
            return std::future::pending().await;
        }
        "/measure" => {
            at_once();
            return bodies::measured(&log, body).await;
        }
        _ => {}
    }
    let body = body.collect().await?;
    let trailers = body.trailers().cloned().unwrap_or_default();
    let body = body.to_bytes();
    log.remember(visitor, &head, body.clone(), trailers);
    respond(head.uri.path(), body, log.clone()).await
}

async fn respond(path: &str, body: Bytes, log: Arc<Log>) -> anyhow::Result<Response<Body>> {
    let with = |status: u16| Response::builder().status(StatusCode::from_u16(status).unwrap_or_default());
    Ok(match path {
        "/echo" => with(200).header("x-origin", "echo").body(full(body))?,
        "/redirect" => with(302).header("location", "http://elsewhere.test/").body(empty())?,
        "/no-content" => with(204).body(empty())?,
        "/not-modified" => with(304).header("etag", "\"1\"").body(empty())?,
        "/teapot" => with(418).header("x-two", "1").header("x-two", "2").body(full("short and stout"))?,
        "/trailers" => with(200).header("trailer", "x-checksum").body(bodies::trailing())?,
        "/never" => std::future::pending().await,
        "/stall" => with(200).body(bodies::stalling(log))?,
        "/gated" => with(200).body(bodies::gated(log))?,
        "/endless" => with(200).body(bodies::endless(log))?,
        "/cut" => with(200).body(bodies::cut(log))?,
        _ => with(200).body(full("origin"))?,
    })
}
