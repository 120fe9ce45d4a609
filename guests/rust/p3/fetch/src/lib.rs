//! Fetches the URL in `x-target-url`, and answers with what it got.

use support_3::http::{ErrorCode, Fields, Method, Request, Response};

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let url = support_3::header(&request, "x-target-url");
        support_3::send(support_3::request(&Method::Get, &url, Fields::new())).await
    }
}

support_3::export!(Worker with_types_in support_3);
