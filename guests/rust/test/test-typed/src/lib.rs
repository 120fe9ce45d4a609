//! An outbound worker that reads its parameters by type: `/NAME` answers what it read, as JSON.

mod said;

use support::http::{IncomingRequest, ResponseOutparam};
use support::{Guest, respond};

mod generated {
    wit_bindgen::generate!({ path: "wit", world: "suite:typed/typed", generate_all });
}

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        match path.trim_start_matches('/') {
            // The generic interface is there beside them.
            "generic" => respond(out, 200, &support::parameter("account")),
            name => match said::said(name) {
                Some(value) => respond(out, 200, &value.to_string()),
                None => respond(out, 404, "no such parameter"),
            },
        }
    }
}

support::export!(Worker with_types_in support);
