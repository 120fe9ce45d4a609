//! An outbound worker that adds its `API_KEY` to requests for `API_HOST`: customers' code never holds the key.

use support::http::{IncomingRequest, ResponseOutparam};
use support::{Guest, Inbound};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let authority = request.authority().unwrap_or_default();
        let inbound = Inbound::of(request);
        if authority.split(':').next() == Some(support::variable("API_HOST").as_str()) {
            let key = format!("Bearer {}", support::variable("API_KEY"));
            let _ = inbound.headers.set("authorization", &[key.into_bytes()]);
        }
        support::pass(inbound, out, support::bad_gateway);
    }
}

support::export!(Worker with_types_in support);
