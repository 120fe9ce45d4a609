//! An outbound worker that refuses the hosts in its variable `BLOCKED_HOSTS` (comma-separated), and passes the rest on.

use support::http::{IncomingRequest, ResponseOutparam};
use support::{Guest, Inbound};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let host = support::host(&request.authority().unwrap_or_default());
        if support::variable("BLOCKED_HOSTS").split(',').any(|blocked| support::host(blocked.trim()) == host) {
            return support::respond(out, 403, &format!("blocked: {host}"));
        }
        support::pass(Inbound::of(request), out, support::bad_gateway);
    }
}

support::export!(Worker with_types_in support);
