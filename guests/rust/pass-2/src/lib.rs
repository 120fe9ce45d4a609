//! An outbound worker that passes every request on as it is, and its response back.

use support::http::{IncomingRequest, ResponseOutparam};
use support::{Guest, Inbound};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        support::pass(Inbound::of(request), out, support::bad_gateway);
    }
}

support::export!(Worker with_types_in support);
