//! Serves the control listener's connections over HTTP/1.1, and drains them when the host stops.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tollgate_dispatch::{Permit, accept};
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
    let head = || seconds(config.borrow().header_seconds);
    let serve = |stream, _, permit| connection(router.clone(), &graceful, head(), stream, permit);
    accept("control", listener, bound, stop, serve).await;
    let drain = seconds(config.borrow().drain_seconds);
    if tokio::time::timeout(drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("control requests in flight did not finish in time");
    }
}

/// Serves one connection. HTTP/1.1 only: hyper's timeout for heads covers silent and idle clients of HTTP/1.1, but not of HTTP/2.
fn connection(router: Router, graceful: &GracefulShutdown, head: Duration, stream: TcpStream, permit: Permit) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(head);
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        let _permit = permit;
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a control connection ended");
        }
    });
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}
