//! An outbound worker of WASI 0.3 that reads its parameters by type: `/NAME` answers what it read, as JSON.

#[path = "../../../test/test-typed/src/said.rs"]
mod said;

use support_3::http::{ErrorCode, Request, Response};
use support_3::respond;

mod generated {
    wit_bindgen::generate!({ path: "../../test/test-typed/wit", world: "suite:typed/typed", generate_all });
}

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let path = request.get_path_with_query().unwrap_or_default();
        Ok(match path.trim_start_matches('/') {
            // The generic interface is there beside them.
            "generic" => respond(200, &support_3::parameter("account")),
            name => match said::said(name) {
                Some(value) => respond(200, &value.to_string()),
                None => respond(404, "no such parameter"),
            },
        })
    }
}

support_3::export!(Worker with_types_in support_3);
