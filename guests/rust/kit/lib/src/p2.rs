//! WASI 0.2: the platform's interfaces over the types of `wstd`.

#[path = "p2/incoming.rs"]
mod incoming;
#[path = "p2/outgoing.rs"]
mod outgoing;

use wasip2::http::outgoing_handler;
use wasip2::http::types::FutureIncomingResponse;
use wstd::http::Method;
pub use wstd::http::{Body, ErrorCode, Request, Response};
use wstd::runtime::AsyncPollable;

use crate::dispatcher::DispatchError;
use generated::tollgate::platform::{bindings, dispatcher};
use incoming::incoming;
use outgoing::outgoing;

pub(crate) mod generated {
    wit_bindgen::generate!({
        path: "wit",
        inline: "
            package tollgate:kit;
            world imports {
                import wasi:config/store@0.2.0-rc.1;
                import tollgate:platform/invocation@1.0.0;
                import tollgate:platform/bindings@1.0.0;
                import tollgate:platform/parameters@1.0.0;
                import tollgate:platform/dispatcher@1.0.0;
            }
        ",
        world: "tollgate:kit/imports",
        generate_all,
        with: {
            "wasi:clocks/monotonic-clock@0.2.12": wasip2::clocks::monotonic_clock,
            "wasi:http/types@0.2.12": wasip2::http::types,
            "wasi:io/error@0.2.12": wasip2::io::error,
            "wasi:io/poll@0.2.12": wasip2::io::poll,
            "wasi:io/streams@0.2.12": wasip2::io::streams,
        },
    });
}

/// Sends a request. Unlike `wstd`'s client, it gives the response while the request's body is still on its way.
pub async fn fetch<B: Into<Body>>(request: Request<B>) -> Result<Response<Body>, ErrorCode> {
    let head = request.method() == Method::HEAD;
    answered(outgoing_handler::handle(outgoing(request.map(Into::into))?, None)?, head).await
}

pub(crate) async fn through(binding: &str, request: Request<Body>) -> Result<Response<Body>, ErrorCode> {
    let head = request.method() == Method::HEAD;
    answered(bindings::fetch(binding, outgoing(request)?, None)?, head).await
}

pub(crate) async fn dispatch(
    worker: &dispatcher::Worker,
    request: Request<Body>,
) -> Result<Response<Body>, DispatchError> {
    let head = request.method() == Method::HEAD;
    let future = worker.fetch(outgoing(request)?, None);
    AsyncPollable::new(future.subscribe()).wait_for().await;
    let response = future.get().expect("it is ready").expect("it was not taken before")?;
    Ok(incoming(response, head)?)
}

async fn answered(future: FutureIncomingResponse, head: bool) -> Result<Response<Body>, ErrorCode> {
    AsyncPollable::new(future.subscribe()).wait_for().await;
    incoming(future.get().expect("it is ready").expect("it was not taken before")?, head)
}
