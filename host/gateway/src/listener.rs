//! Serves the front door's connections, HTTP/1.1 and HTTP/2 with prior knowledge, and drains them when the host stops.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
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
use tollgate_dispatch::{Permit, accept};
use tollgate_egress::check_authority;
use tollgate_types::config::FrontDoorConfig;
use wasmtime_wasi_http::Error;

use crate::client::{ClientStream, attended, attended_body};
use crate::{Gateway, Response, rescue};

/// Serves until `stop` is ready, then accepts no more connections and lets requests in flight finish. Each connection reads the
/// configuration when it is opened: a change applies to the connections that follow.
pub async fn serve(
    gateway: Gateway,
    listener: TcpListener,
    config: watch::Receiver<FrontDoorConfig>,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let bound = || config.borrow().connections;
    let serve = |stream, peer, permit| connection(&gateway, &graceful, *config.borrow(), stream, peer, permit);
    accept("front door", listener, bound, stop, serve).await;
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
    let gateway = gateway.clone();
    let mut ends = Ends { peer, local: stream.local_addr().ok(), depth: 1 };
    ends.depth = ends.depth(&gateway);
    let (head, ping) = (seconds(config.header_seconds), seconds(config.ping_seconds));
    let (stream, look) = ClientStream::new(stream, head);
    let service = service_fn(move |request: http::Request<Incoming>| {
        let gateway = gateway.clone();
        // HTTP/2 notices a client's disconnect by itself.
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
    let Some(authority) = authority(&parts).filter(check_authority) else { return rescue::bad_host() };
    let mut uri = http::uri::Parts::default();
    uri.scheme = Some(Scheme::HTTP);
    uri.authority = Some(authority);
    uri.path_and_query = Some(parts.uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/")));
    match http::Uri::from_parts(uri) {
        Ok(uri) => parts.uri = uri,
        Err(_) => return rescue::bad_host(),
    }
    let depth = ends.depth(gateway).max(gateway.chain.told_depth(&mut parts.headers));
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
