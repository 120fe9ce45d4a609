//! An origin: a server on loopback that answers by path and remembers what arrived.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::client::{Body, empty, full};

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The client's port: tells connections apart.
    pub peer: SocketAddr,
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
    address: SocketAddr,
    log: Arc<Log>,
}

/// What an origin knows of its visitors.
#[derive(Default)]
struct Log {
    seen: Mutex<Vec<Seen>>,
    /// Bodies that stall, and are waited for.
    stalled: AtomicUsize,
}

impl Origin {
    /// Starts one on a free port.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let log = Arc::<Log>::default();
        let kept = log.clone();
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                let log = log.clone();
                let service = service_fn(move |request| answer(log.clone(), peer, request));
                let connection =
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
        Ok(Self { address, log: kept })
    }

    /// A URL on it, under a name that the host under test resolves to loopback.
    pub fn url(&self, path: &str) -> String {
        format!("http://origin.test:{}{path}", self.address.port())
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

async fn answer(log: Arc<Log>, peer: SocketAddr, request: Request<Incoming>) -> anyhow::Result<Response<Body>> {
    let (parts, body) = request.into_parts();
    let remember = |body: Bytes, trailers: HeaderMap| {
        let (method, uri, headers) = (parts.method.clone(), parts.uri.clone(), parts.headers.clone());
        log.seen.lock().unwrap_or_else(PoisonError::into_inner).push(Seen {
            peer,
            method,
            uri,
            headers,
            trailers,
            body,
        });
    };
    let path = parts.uri.path().to_owned();
    if path == "/stream-echo" {
        remember(Bytes::new(), HeaderMap::new());
        return Ok(Response::new(body.map_err(Into::into).boxed_unsync()));
    }
    let body = body.collect().await?;
    let trailers = body.trailers().cloned().unwrap_or_default();
    let body = body.to_bytes();
    remember(body.clone(), trailers);
    respond(&path, body, log.clone()).await
}

async fn respond(path: &str, body: Bytes, log: Arc<Log>) -> anyhow::Result<Response<Body>> {
    let with = |status: u16| Response::builder().status(StatusCode::from_u16(status).unwrap_or_default());
    Ok(match path {
        "/echo" => with(200).header("x-origin", "echo").body(full(body))?,
        "/redirect" => with(302).header("location", "http://elsewhere.test/").body(empty())?,
        "/no-content" => with(204).body(empty())?,
        "/not-modified" => with(304).header("etag", "\"1\"").body(empty())?,
        "/teapot" => with(418).header("x-two", "1").header("x-two", "2").body(full("short and stout"))?,
        "/trailers" => with(200).header("trailer", "x-checksum").body(trailing())?,
        "/never" => std::future::pending().await,
        "/stall" => with(200).body(stalling(log))?,
        "/cut" => with(200).body(cut())?,
        _ => with(200).body(full("origin"))?,
    })
}

fn trailing() -> Body {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", HeaderValue::from_static("42"));
    let frames = [Ok(Frame::data(Bytes::from_static(b"body"))), Ok(Frame::trailers(trailers))];
    StreamBody::new(stream::iter(frames)).boxed_unsync()
}

/// Sends a little, then nothing for ever.
fn stalling(log: Arc<Log>) -> Body {
    use futures::StreamExt as _;
    let first = stream::iter([Ok(Frame::data(Bytes::from_static(b"first")))]);
    log.stalled.fetch_add(1, Ordering::Relaxed);
    let stall = Stall(log);
    let never = stream::poll_fn(move |_| {
        let _held = &stall;
        Poll::Pending
    });
    StreamBody::new(first.chain(never)).boxed_unsync()
}

struct Stall(Arc<Log>);

impl Drop for Stall {
    fn drop(&mut self) {
        self.0.stalled.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Sends a little, then breaks the connection once that is out.
fn cut() -> Body {
    use futures::StreamExt as _;
    let first = stream::iter([Ok(Frame::data(Bytes::from_static(b"first")))]);
    let broken = stream::once(async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(anyhow::anyhow!("cut on purpose"))
    });
    StreamBody::new(first.chain(broken)).boxed_unsync()
}
