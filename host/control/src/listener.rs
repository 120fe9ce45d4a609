//! Serves the control listener's connections over HTTP/1.1, and drains them when the host stops.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tollgate_dispatch::{Pace, Paced, Permit, TooSlow, WriteTimeout, accept};
use tollgate_types::config::ControlConfig;

/// Serves until `stop` is ready, then accepts no more connections and lets requests in flight finish.
pub(crate) async fn serve(
    router: Router,
    listener: TcpListener,
    config: watch::Receiver<ControlConfig>,
    stop: impl Future<Output = ()>,
) {
    let graceful = GracefulShutdown::new();
    let bound = || config.borrow().connections;
    let serve = |stream, peer, permit| {
        let pace = Pace { idle: seconds(config.borrow().idle_seconds), bytes_per_second: 0 };
        let permit = Arc::<Permit>::new(permit);
        let router = FromPeer { router: router.clone(), peer, pace, permit: permit.clone() };
        let serving = connection(router, &graceful, *config.borrow(), stream);
        permit.served_by(serving);
    };
    accept("control", listener, bound, stop, serve).await;
    let drain = seconds(config.borrow().drain_seconds);
    if tokio::time::timeout(drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("control requests in flight did not finish in time");
    }
}

/// Serves one connection. HTTP/1.1 only: hyper's timeout for heads covers silent and idle clients of HTTP/1.1, but not of HTTP/2.
fn connection(router: FromPeer, graceful: &GracefulShutdown, config: ControlConfig, stream: TcpStream) -> AbortHandle {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(seconds(config.header_seconds));
    let stream = WriteTimeout::new(stream, seconds(config.idle_seconds));
    let connection = builder.serve_connection(TokioIo::new(stream), router);
    let connection = graceful.watch(connection);
    let serving = tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a control connection ended");
        }
    });
    serving.abort_handle()
}

/// The router for one connection. Handlers see where its requests come from.
struct FromPeer {
    router: Router,
    peer: SocketAddr,
    pace: Pace,
    permit: Arc<Permit>,
}

impl Service<Request<Incoming>> for FromPeer {
    type Response = Response;
    type Error = Infallible;
    type Future = RouteFuture<Infallible>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        self.permit.has_request();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let request = request.map(|body| Paced::new(body, self.pace, TooSlow::default()));
        // A router is always ready.
        tower_service::Service::call(&mut self.router.clone(), request)
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}
