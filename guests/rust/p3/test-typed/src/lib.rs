//! An outbound worker of WASI 0.3 that reads its parameters by type: `/NAME` answers what it read.

use support_3::http::{ErrorCode, Request, Response};
use support_3::respond;

mod generated {
    wit_bindgen::generate!({ path: "../../test/test-typed/wit", world: "suite:typed/typed", generate_all });
}

use generated::suite::typed::parameters;

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let path = request.get_path_with_query().unwrap_or_default();
        let text = match path.as_str() {
            "/customer-name" => parameters::customer_name(),
            "/account" => format!("{:?}", parameters::account()),
            "/ceiling" => format!("{:?}", parameters::ceiling()),
            "/tags" => format!("{:?}", parameters::tags()),
            "/corner" => format!("{:?}", parameters::corner()),
            "/region" => format!("{:?}", parameters::region()),
            // The generic interface is there beside them.
            "/generic" => support_3::parameter("account"),
            _ => return Ok(respond(404, "no such parameter")),
        };
        Ok(respond(200, &text))
    }
}

support_3::export!(Worker with_types_in support_3);
