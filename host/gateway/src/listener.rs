//! Accepts connections, HTTP/1.1 and HTTP/2 with prior knowledge, and drains them when told to stop.

use std::convert::Infallible;
use std::future::Future;
use std::time::Duration;

use http::header;
use http::uri::{Authority, PathAndQuery, Scheme};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use wasmtime_wasi_http::Error;

use crate::{Gateway, Response, rescue};

/// How long requests in flight may take once a drain has begun.
const DRAIN: Duration = Duration::from_secs(30);
/// How long a client may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(30);

/// Serves until `stop` is ready, then takes no more connections and lets requests in flight finish.
pub async fn serve(gateway: Gateway, listener: TcpListener, stop: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connection(&gateway, &graceful, stream),
                Err(error) => {
                    // Out of file descriptors, most likely: give others time to close theirs.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests in flight did not finish in time");
    }
}

fn connection(gateway: &Gateway, graceful: &GracefulShutdown, stream: TcpStream) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let gateway = gateway.clone();
    let service = service_fn(move |request| {
        let gateway = gateway.clone();
        async move { Ok::<_, Infallible>(exchange(&gateway, request).await) }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    // Never `pipeline_flush`: it switches back-pressure off.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new());
    let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended");
        }
    });
}

async fn exchange(gateway: &Gateway, request: http::Request<Incoming>) -> Response {
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
    gateway.answer(http::Request::from_parts(parts, body.map_err(Error::from).boxed_unsync())).await
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
