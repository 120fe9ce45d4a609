//! Serves the front door's connections, HTTP/1.1 and HTTP/2 with prior knowledge, and drains them when the host stops.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::header;
use http::uri::{Authority, PathAndQuery, Scheme};
use http_body::Body as _;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulConnection;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::interval;
use tollgate_dispatch::{Pace, Paced, Permit, TooSlow, WriteTimeout, accept};
use tollgate_egress::check_authority;
use tollgate_types::config::FrontDoorConfig;
use wasmtime_wasi_http::{Error, WasiBody};

use crate::client::{ClientStream, attended, attended_body};
use crate::stream::Requests;
use crate::{Gateway, Response, rescue};

/// Bytes that an HTTP/2 client may send before a worker reads them, on one stream and on a whole connection, and bytes of responses
/// that wait for the client. Not settings: they are what a fast link over 50 ms needs, and each connection may take as much.
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 1 << 20;
const SEND_BUFFER: usize = 64 << 10;

/// Of the times that end a connection, the part after which it is looked at again.
const LOOKS: u32 = 4;

/// Serves until `stop` is ready, then accepts no more connections and lets requests in flight finish. Each connection reads the
/// configuration when it is opened: a change applies to the connections that follow.
pub async fn serve(
    gateway: Gateway,
    listener: TcpListener,
    config: watch::Receiver<FrontDoorConfig>,
    stop: impl Future<Output = ()>,
) {
    let (draining, drains) = watch::channel(false);
    let bound = || config.borrow().connections;
    let serve = |stream, peer, permit| connection(&gateway, drains.clone(), *config.borrow(), stream, peer, permit);
    accept("front door", listener, bound, stop, serve).await;
    drop(drains);
    draining.send_replace(true);
    let drain = seconds(config.borrow().drain_seconds);
    // Each connection holds a receiver until it has ended.
    if tokio::time::timeout(drain, draining.closed()).await.is_err() {
        tracing::warn!("requests in flight did not finish in time");
    }
}

fn connection(
    gateway: &Gateway,
    drains: watch::Receiver<bool>,
    config: FrontDoorConfig,
    stream: TcpStream,
    peer: SocketAddr,
    permit: Permit,
) {
    let gateway = gateway.clone();
    let mut ends = Ends { peer, local: stream.local_addr().ok(), depth: 1 };
    ends.depth = ends.depth(&gateway);
    let (stream, look) = ClientStream::new(
        WriteTimeout::new(stream, seconds(config.response_idle_seconds)),
        seconds(config.header_seconds),
    );
    let pace = Pace { idle: seconds(config.body_idle_seconds), bytes_per_second: config.body_bytes_per_second };
    let requests = Requests::default();
    let of_connection = requests.clone();
    let permit = Arc::new(permit);
    let of_requests = permit.clone();
    let service = service_fn(move |request: http::Request<Incoming>| {
        of_requests.has_request();
        let gateway = gateway.clone();
        let in_flight = (request.version() == http::Version::HTTP_2).then(|| requests.begin());
        // HTTP/2 notices a client's disconnect by itself.
        look.come();
        let unread = request.version() < http::Version::HTTP_2 && !request.body().is_end_stream();
        let look = unread.then(|| look.clone());
        async move {
            let response = attended(look.clone(), exchange(&gateway, ends, pace, request)).await;
            Ok::<_, Infallible>(response.map(|body| match in_flight {
                Some(in_flight) => in_flight.carry(body),
                None => attended_body(look, body),
            }))
        }
    });
    let connection = builder(&config).serve_connection(TokioIo::new(stream), service).into_owned();
    let serving = tokio::spawn(async move {
        if let Err(error) = watched(connection, drains, &of_connection, &config).await {
            tracing::debug!(%error, "a connection ended");
        }
    });
    permit.served_by(serving.abort_handle());
}

fn builder(config: &FrontDoorConfig) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    // Never `pipeline_flush`: it switches back-pressure off.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(seconds(config.header_seconds));
    let ping = seconds(config.ping_seconds);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(ping)
        .keep_alive_timeout(ping)
        .max_concurrent_streams(config.streams)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER);
    builder
}

/// Serves a connection to its end: until its client leaves, the host drains, or it has had no request for too long.
async fn watched<C: GracefulConnection>(
    connection: C,
    mut drains: watch::Receiver<bool>,
    requests: &Requests,
    config: &FrontDoorConfig,
) -> Result<(), C::Error> {
    let (idle, unread) = (seconds(config.idle_seconds), seconds(config.response_idle_seconds));
    let mut looks = interval(idle.min(unread) / LOOKS);
    let mut ends = false;
    tokio::pin!(connection);
    loop {
        let end = tokio::select! {
            ended = connection.as_mut() => return ended,
            _ = drains.wait_for(|drains| *drains), if !ends => true,
            _ = looks.tick() => {
                let dropped = requests.drop_unread(unread);
                if dropped > 0 {
                    tracing::info!(dropped, "responses that a client does not read were dropped: front_door.response_idle_seconds");
                }
                let is_idle = requests.are_idle_for(idle);
                if is_idle && ends {
                    // The client was told, and leaves streams open that have no request any more.
                    return Ok(());
                }
                is_idle
            }
        };
        if end {
            ends = true;
            connection.as_mut().graceful_shutdown();
        }
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

async fn exchange(gateway: &Gateway, ends: Ends, pace: Pace, request: http::Request<Incoming>) -> Response {
    let (mut parts, body) = request.into_parts();
    if !is_framed_once(&parts.headers) {
        return rescue::bad_framing();
    }
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
    if body.is_end_stream() {
        return gateway.answer(depth, http::Request::from_parts(parts, body.map_err(Error::from).boxed_unsync())).await;
    }
    let too_slow = TooSlow::default();
    let body = WasiBody::new(Paced::new(body, pace, too_slow.clone()));
    let response = gateway.answer(depth, http::Request::from_parts(parts, body)).await;
    if too_slow.is() {
        tracing::debug!(peer = %ends.peer, "a request's body came too slowly: front_door.body_idle_seconds");
        return rescue::too_slow();
    }
    response
}

/// Whom the request is for: its URI's authority, else its one `host` header.
fn authority(parts: &http::request::Parts) -> Option<Authority> {
    if let Some(authority) = parts.uri.authority() {
        return Some(authority.clone());
    }
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let (host, None) = (hosts.next()?, hosts.next()) else { return None };
    host.to_str().ok()?.parse().ok()
}

/// Whether a request has no transfer coding, or `chunked` once. hyper takes others in front of it, and decodes none of them.
fn is_framed_once(headers: &http::HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => true,
        (Some(coding), other) => other.is_none() && coding.as_bytes().eq_ignore_ascii_case(b"chunked"),
    }
}
