//! Accepts connections, HTTP/1.1 and HTTP/2 with prior knowledge, and drains them when told to stop.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::header;
use http::uri::{Authority, PathAndQuery, Scheme};
use http_body::Body as _;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tollgate_types::config::FrontDoorConfig;
use wasmtime_wasi_http::Error;

use crate::client::{ClientStream, attended, attended_body};
use crate::{Gateway, Response, rescue};

/// How long the listener waits after a connection that could not be accepted. Not a setting: others close theirs meanwhile.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stop` is ready, then takes no more connections and lets requests in flight finish. The configuration is read for
/// each connection: what is sent there holds from then on.
pub async fn serve(
    gateway: Gateway,
    listener: TcpListener,
    config: watch::Receiver<FrontDoorConfig>,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let open = Arc::<AtomicU32>::default();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let config = *config.borrow();
                    match Permit::new(&open, config.connections) {
                        Some(permit) => connection(&gateway, &graceful, config, stream, peer, permit),
                        None => tracing::warn!(%peer, "a connection was refused: {} are open", config.connections),
                    }
                }
                Err(error) => {
                    // Out of file descriptors, most likely: give others time to close theirs.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    let drain = seconds(config.borrow().drain_seconds);
    if tokio::time::timeout(drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests in flight did not finish in time");
    }
}

fn connection(
    gateway: &Gateway,
    graceful: &GracefulShutdown,
    config: FrontDoorConfig,
    stream: TcpStream,
    peer: SocketAddr,
    permit: Permit,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let gateway = gateway.clone();
    let mut ends = Ends { peer, local: stream.local_addr().ok(), depth: 1 };
    ends.depth = ends.depth(&gateway);
    let (head, ping) = (seconds(config.header_seconds), seconds(config.ping_seconds));
    let (stream, look) = ClientStream::new(stream, head);
    let service = service_fn(move |request: http::Request<Incoming>| {
        let gateway = gateway.clone();
        // HTTP/2 hears of a client that leaves by itself.
        look.come();
        let unread = request.version() < http::Version::HTTP_2 && !request.body().is_end_stream();
        let look = unread.then(|| look.clone());
        async move {
            let response = attended(look.clone(), exchange(&gateway, ends, request)).await;
            Ok::<_, Infallible>(response.map(|body| attended_body(look, body)))
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    // Never `pipeline_flush`: it switches back-pressure off.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(ping).keep_alive_timeout(ping);
    let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
    tokio::spawn(async move {
        let _permit = permit;
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended");
        }
    });
}

/// A client's connection among those that may be open. One more is closed at once, so that those that are open keep their file
/// descriptors.
struct Permit(Arc<AtomicU32>);

impl Permit {
    /// None if `most` are open. Only the listener takes permits, so none is taken between the look and the count.
    fn new(open: &Arc<AtomicU32>, most: u32) -> Option<Self> {
        if open.load(Ordering::Relaxed) >= most {
            return None;
        }
        open.fetch_add(1, Ordering::Relaxed);
        Some(Self(open.clone()))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

/// A connection's addresses.
#[derive(Clone, Copy)]
struct Ends {
    peer: SocketAddr,
    local: Option<SocketAddr>,
    /// How deep it was when it was accepted: the worker that made it may have let it go since.
    depth: u32,
}

impl Ends {
    fn depth(&self, gateway: &Gateway) -> u32 {
        self.local.map_or(1, |local| gateway.chain.depth(self.peer, local)).max(self.depth)
    }
}

async fn exchange(gateway: &Gateway, ends: Ends, request: http::Request<Incoming>) -> Response {
    let (mut parts, body) = request.into_parts();
    let Some(authority) = authority(&parts) else { return rescue::bad_host() };
    let mut uri = http::uri::Parts::default();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = Some(authority);
    uri.path_and_query = Some(parts.uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/")));
    match http::Uri::from_parts(uri) {
        Ok(uri) => parts.uri = uri,
        Err(_) => return rescue::bad_host(),
    }
    let depth = ends.depth(gateway);
    gateway.answer(depth, http::Request::from_parts(parts, body.map_err(Error::from).boxed_unsync())).await
}

/// Whom the request is for: its URI's authority, else its one `host` header.
fn authority(parts: &http::request::Parts) -> Option<Authority> {
    if let Some(authority) = parts.uri.authority() {
        return Some(authority.clone());
    }
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let (host, None) = (hosts.next()?, hosts.next()) else { return None };
    host.to_str().ok()?.parse().ok().filter(|authority: &Authority| !authority.host().is_empty())
}
