//! WASI 0.3: the platform's and WASI's interfaces over the types of `http`, and a body for them.

#[path = "p3/body.rs"]
mod body;
#[path = "p3/message.rs"]
mod message;

use generated::tollgate::platform::{bindings, dispatcher};
use generated::wasi::http::client;

use crate::dispatcher::DispatchError;
use message::{incoming_request, incoming_response, outgoing_request, outgoing_response};

pub use anyhow::Error;
pub use body::{Body, Writer};
pub use generated::wasi::http::types::ErrorCode;
use http::Method;
pub use http::{Request, Response, StatusCode};
/// Goes on with something beside the answer, and after it.
pub use wit_bindgen::spawn_local as spawn;

/// A result of anything that may fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[doc(hidden)]
pub mod generated {
    wit_bindgen::generate!({
        path: "wit",
        inline: "
            package tollgate:kit;
            world worker {
                include wasi:http/service@0.3.0;
                import wasi:config/store@0.2.0-rc.1;
                import tollgate:platform/invocation@1.0.0;
                import tollgate:platform/bindings@1.0.0;
                import tollgate:platform/parameters@1.0.0;
                import tollgate:platform/dispatcher@1.0.0;
            }
        ",
        world: "tollgate:kit/worker",
        generate_all,
        pub_export_macro: true,
    });
}

/// Makes a function the worker: `async fn(Request<Body>) -> Result<Response<Body>>`. An [`ErrorCode`] that it fails with
/// reaches the sender of the request as it is, any other error as an internal one.
#[macro_export]
macro_rules! serve {
    ($handle:path) => {
        const _: () = {
            $crate::generated::export! { Served with_types_in $crate::generated }

            struct Served;

            impl $crate::generated::exports::wasi::http::handler::Guest for Served {
                async fn handle(
                    request: $crate::generated::wasi::http::types::Request,
                ) -> ::core::result::Result<$crate::generated::wasi::http::types::Response, $crate::ErrorCode> {
                    $crate::answer(request, $handle).await
                }
            }
        };
    };
}

#[doc(hidden)]
pub async fn answer<B: Into<Body>>(
    request: generated::wasi::http::types::Request,
    handle: impl AsyncFnOnce(Request<Body>) -> Result<Response<B>>,
) -> Result<generated::wasi::http::types::Response, ErrorCode> {
    let internal = |error: Error| ErrorCode::InternalError(Some(format!("{error:#}")));
    let request = incoming_request(request)?;
    let head = request.method() == Method::HEAD;
    let answered = handle(request).await;
    outgoing_response(answered.map_err(|error| error.downcast().unwrap_or_else(internal))?.map(Into::into), head)
}

/// Sends a request.
pub async fn fetch<B: Into<Body>>(request: Request<B>) -> Result<Response<Body>, ErrorCode> {
    incoming_response(client::send(outgoing_request(request.map(Into::into))?).await?)
}

pub(crate) async fn through(binding: &str, request: Request<Body>) -> Result<Response<Body>, ErrorCode> {
    incoming_response(bindings::fetch(binding.to_owned(), outgoing_request(request)?).await?)
}

pub(crate) async fn dispatch(
    worker: &dispatcher::Worker,
    request: Request<Body>,
) -> Result<Response<Body>, DispatchError> {
    Ok(incoming_response(worker.fetch(outgoing_request(request)?).await?)?)
}
