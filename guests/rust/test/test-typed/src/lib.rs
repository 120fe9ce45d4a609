//! An outbound worker that reads its parameters by type: `/NAME` answers what it read.

use support::http::{IncomingRequest, ResponseOutparam};
use support::{Guest, respond};

mod generated {
    wit_bindgen::generate!({ path: "wit", world: "suite:typed/typed", generate_all });
}

use generated::suite::typed::parameters;

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let text = match path.as_str() {
            "/customer-name" => parameters::customer_name(),
            "/account" => format!("{:?}", parameters::account()),
            "/ceiling" => format!("{:?}", parameters::ceiling()),
            "/tags" => format!("{:?}", parameters::tags()),
            "/corner" => format!("{:?}", parameters::corner()),
            "/region" => format!("{:?}", parameters::region()),
            // The generic interface is there beside them.
            "/generic" => support::parameter("account"),
            _ => return respond(out, 404, "no such parameter"),
        };
        respond(out, 200, &text);
    }
}

support::export!(Worker with_types_in support);
