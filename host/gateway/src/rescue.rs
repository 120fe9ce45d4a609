//! The one place where an error becomes a response. A client learns whose fault it was, never a trap's text.

use http::{StatusCode, header};
use http_body_util::{BodyExt, Full};
use tollgate_dispatch::DispatchError;

use crate::Response;

/// When a client may ask again that was refused because the host or a share of it is full, in seconds.
const RETRY_AFTER_SECONDS: &str = "1";

/// The response to a request that no worker answered.
pub fn response(error: &DispatchError) -> Response {
    use DispatchError as E;
    let (status, text) = match error {
        E::WorkerNotFound(_) | E::InvalidName(_) => (StatusCode::NOT_FOUND, "Worker not found."),
        E::Limit(_) => (StatusCode::SERVICE_UNAVAILABLE, "The worker exceeded a limit."),
        E::NoRoom(_) => return busy(StatusCode::SERVICE_UNAVAILABLE, "The host is busy."),
        E::TooManyRequests(_) => return busy(StatusCode::TOO_MANY_REQUESTS, "The worker has too many requests."),
        E::WorkerFailed(_) | E::WorkerError(_) | E::Denied(_) => (StatusCode::BAD_GATEWAY, "The worker failed."),
        E::DepthExceeded(_) => (StatusCode::LOOP_DETECTED, "Too many workers in one chain."),
        E::UnknownBinding(_) | E::Parameter(_) | E::Internal(_) => {
            tracing::error!(%error, "a request could not be dispatched");
            (StatusCode::INTERNAL_SERVER_ERROR, "The request could not be dispatched.")
        }
    };
    plain(status, text.to_owned())
}

/// The response to a request that may succeed a moment later.
fn busy(status: StatusCode, text: &str) -> Response {
    let mut response = plain(status, text.to_owned());
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_AFTER_SECONDS));
    response
}

/// The response where no route leads anywhere.
pub(crate) fn no_route(host: &str) -> Response {
    plain(StatusCode::NOT_FOUND, format!("No route for {host:?}."))
}

/// The response to a proxy's client that asks for a tunnel: what goes through one, nobody could intercept.
pub(crate) fn no_tunnel() -> Response {
    plain(StatusCode::METHOD_NOT_ALLOWED, "No tunnels: ask for an http URL.".to_owned())
}

/// The response to a request whose body has a transfer coding beside `chunked`. Where the next request begins is not certain.
pub(crate) fn bad_framing() -> Response {
    let mut response =
        plain(StatusCode::BAD_REQUEST, "The request has a transfer-encoding other than one chunked.".to_owned());
    response.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    response
}

/// The response to a request that says no host, or nonsense.
pub(crate) fn bad_host() -> Response {
    plain(StatusCode::BAD_REQUEST, "The request names no host, or not only a host and a port.".to_owned())
}

/// The response to a request whose body came too slowly.
pub(crate) fn too_slow() -> Response {
    plain(StatusCode::REQUEST_TIMEOUT, "The request's body came too slowly.".to_owned())
}

fn plain(status: StatusCode, text: String) -> Response {
    let body = Full::new((text + "\n").into()).map_err(|never| match never {}).boxed_unsync();
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
