//! The control-plane listener: Cloudflare's paths, multipart upload and envelope over the store's writer.
//!
//! One file a resource; [`envelope`] is the only place that writes an answer, [`error`] the only one that chooses a
//! status, and [`change`] the only one that makes a change and logs it.

mod audit;
mod auth;
mod certificates;
mod change;
mod content;
mod dispatch;
mod envelope;
mod error;
mod extract;
mod listener;
mod log;
mod metrics;
mod namespaces;
mod rotate;
mod scripts;
mod secrets;
mod status;
mod store;
mod time;
mod upload;

use std::future::Future;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tollgate_dispatch::Chain;
use tollgate_store::{Configured, Reader, Writer};

pub use auth::Token;
pub use log::LogQueue;
pub use tollgate_types::config::ControlConfig;

/// What the handlers work with.
#[derive(Clone)]
pub struct Control {
    /// Compiles and links before a deploy.
    pub chain: Chain,
    /// Reads.
    pub reader: Reader,
    /// Writes.
    pub writer: Writer,
    /// Who may.
    pub token: Token,
    /// What the host itself calls outbound workers with.
    pub configured: Arc<[Configured]>,
    /// The largest upload.
    pub upload_bytes: u64,
    /// The host's log.
    pub log: Arc<LogQueue>,
}

/// Serves until `stop` is ready, then accepts no more connections and lets requests in flight finish. Each connection reads the
/// configuration when it is opened: a change applies to the connections that follow.
pub async fn serve(
    control: Control,
    listener: TcpListener,
    config: watch::Receiver<ControlConfig>,
    stop: impl Future<Output = ()>,
) {
    listener::serve(router(control), listener, config, stop).await;
}

fn router(control: Control) -> Router {
    let namespace = "/client/v4/accounts/{account}/workers/dispatch/namespaces";
    let operator = "/client/v4/accounts/{account}/workers/scripts";
    let certificate = "/client/v4/accounts/{account}/mtls_certificates";
    Router::new()
        .route(namespace, get(namespaces::list).post(namespaces::create))
        .route(&format!("{namespace}/{{namespace}}"), get(namespaces::get).delete(namespaces::delete))
        .route(&format!("{namespace}/{{namespace}}/scripts"), get(scripts::list_in_namespace))
        .route(
            &format!("{namespace}/{{namespace}}/scripts/{{script}}"),
            get(scripts::get_in_namespace).put(scripts::put_in_namespace).delete(scripts::delete_in_namespace),
        )
        .route(operator, get(scripts::list_own))
        .route(
            &format!("{operator}/{{script}}"),
            get(scripts::get_own).put(scripts::put_own).delete(scripts::delete_own),
        )
        .route(&format!("{operator}/{{script}}/stop"), post(scripts::stop_own))
        .route(&format!("{namespace}/{{namespace}}/scripts/{{script}}/stop"), post(scripts::stop_in_namespace))
        .route(&format!("{operator}/{{script}}/content"), get(content::get_own))
        .route(&format!("{operator}/{{script}}/bindings"), get(content::bindings_own))
        .route(&format!("{namespace}/{{namespace}}/scripts/{{script}}/content"), get(content::get_in_namespace))
        .route(&format!("{namespace}/{{namespace}}/scripts/{{script}}/bindings"), get(content::bindings_in_namespace))
        .route(&format!("{operator}/{{script}}/secrets"), get(secrets::list_own).put(secrets::put_own))
        .route(&format!("{operator}/{{script}}/secrets/{{secret}}"), delete(secrets::delete_own))
        .route(
            &format!("{namespace}/{{namespace}}/scripts/{{script}}/secrets"),
            get(secrets::list_in_namespace).put(secrets::put_in_namespace),
        )
        .route(
            &format!("{namespace}/{{namespace}}/scripts/{{script}}/secrets/{{secret}}"),
            delete(secrets::delete_in_namespace),
        )
        .route(certificate, get(certificates::list).post(certificates::upload))
        .route(&format!("{certificate}/{{certificate}}"), get(certificates::get).delete(certificates::delete))
        .route("/status", get(status::get))
        .route("/metrics", get(metrics::get))
        .route("/store/backup", get(store::backup))
        .route("/dispatch", get(dispatch::list))
        .route("/store/rotate-key", post(rotate::post))
        .method_not_allowed_fallback(error::no_such_method)
        .fallback(error::no_such_path)
        .layer(DefaultBodyLimit::max(usize::try_from(control.upload_bytes).unwrap_or(usize::MAX)))
        .layer(from_fn_with_state(control.clone(), auth::check))
        .with_state(control)
}
