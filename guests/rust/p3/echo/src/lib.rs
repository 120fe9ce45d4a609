//! Gives a request's body back: no byte of it passes through.

use support_3::http::{ErrorCode, Fields, Request, Response};

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let (body, trailers) = Request::consume_body(request, support_3::empty());
        Ok(Response::new(Fields::new(), Some(body), trailers).0)
    }
}

support_3::export!(Worker with_types_in support_3);
