//! A customer's worker: says what it got when it fetched a page.

use support::Guest;
use support::http::{IncomingRequest, ResponseOutparam};

struct Worker;

impl Guest for Worker {
    fn handle(_request: IncomingRequest, out: ResponseOutparam) {
        match support::fetch_text("https://example.com") {
            Ok((_, text)) => support::respond(out, 200, &format!("user worker got {text:?} from fetch")),
            Err(error) => support::respond(out, 502, &format!("fetch failed: {error:?}")),
        }
    }
}

support::export!(Worker with_types_in support);
