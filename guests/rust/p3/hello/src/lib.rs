//! Says hello: the smallest worker of WASI 0.3.

use support_3::http::{ErrorCode, Request, Response};

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(_request: Request) -> Result<Response, ErrorCode> {
        Ok(support_3::respond(200, "hello"))
    }
}

support_3::export!(Worker with_types_in support_3);
