//! Gives a request's body back.

use support::http::{Fields, IncomingRequest, OutgoingResponse, ResponseOutparam};
use support::{Guest, Pump};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let response = OutgoingResponse::new(Fields::new());
        let (Ok(from), Ok(to)) = (request.consume(), response.body()) else { return };
        ResponseOutparam::set(out, Ok(response));
        Pump::new(from, to).run();
    }
}

support::export!(Worker with_types_in support);
