//! An outbound worker in the form of `wasi:http/middleware`: imports the handler that it exports, and marks what passes.

use support_3::http::{ErrorCode, Request, Response};
use support_3::wasi::http::handler;

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let inbound = support_3::Inbound::of(request);
        let _ = inbound.headers.set("x-middleware", &[b"1".to_vec()]);
        match inbound.request() {
            Some(request) => handler::handle(request).await,
            None => Err(ErrorCode::HttpRequestUriInvalid),
        }
    }
}

support_3::export!(Worker with_types_in support_3);
