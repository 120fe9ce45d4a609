//! Fetches the URL in `x-target-url`, and answers with what it got.

use support::http::{Fields, IncomingRequest, Method, ResponseOutparam};
use support::{Guest, Inbound, header};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let (method, url) = (Method::Get, header(&request, "x-target-url"));
        support::pass(
            Inbound { method, url, headers: Fields::new(), body: None, through: None },
            out,
            support::bad_gateway,
        );
    }
}

support::export!(Worker with_types_in support);
