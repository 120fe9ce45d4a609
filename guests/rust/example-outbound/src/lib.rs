//! An outbound worker that answers by itself, and says for whom.

use support::Guest;
use support::http::{IncomingRequest, ResponseOutparam};

struct Worker;

impl Guest for Worker {
    fn handle(_request: IncomingRequest, out: ResponseOutparam) {
        let customer = support::text_parameter("paramCustomerName");
        support::respond(out, 200, &format!("intercepted a request for {customer} by the outbound"));
    }
}

support::export!(Worker with_types_in support);
