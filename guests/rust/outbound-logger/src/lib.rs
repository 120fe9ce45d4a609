//! An outbound worker that logs every request with its customer, and passes it on unchanged.

use support::http::{IncomingRequest, ResponseOutparam};
use support::{Guest, Inbound};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let inbound = Inbound::of(request);
        // Queries hold credentials often enough, and logs are read by many.
        let place = inbound.url.split('?').next().unwrap_or_default();
        println!("{} {} {place}", support::text_parameter("customer_name"), support::method(&inbound.method));
        support::pass(inbound, out, support::bad_gateway);
    }
}

support::export!(Worker with_types_in support);
