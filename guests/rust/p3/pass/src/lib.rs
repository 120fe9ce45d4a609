//! An outbound worker that passes every request on as it is: no byte of a body passes through it.

use support_3::http::{ErrorCode, Request, Response};

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        support_3::send(request).await
    }
}

support_3::export!(Worker with_types_in support_3);
