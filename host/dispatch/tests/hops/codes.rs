//! What a worker learns if the worker behind its hop fails: a code, unless it dispatched.

use tollgate_types::Limits;

use crate::PATIENT;
use crate::guests::{Kind, receiver, sender};
use crate::host::Host;

/// Numbers of error codes in `wasi:http`. Neither code has a text.
const HTTP_RESPONSE_INCOMPLETE: u16 = 25;
const LOOP_DETECTED: u16 = 36;

/// The number of the error that the last request failed with.
const ERROR: &str = "(i32.load8_u (i32.const 280))";

/// Sends a request, and answers with 400 and the number of an error.
fn tells(error: &str) -> String {
    format!(
        "(if (i32.ne (call $hop (call $make (i32.const 0)) {PATIENT}) (i32.const -1)) (then (unreachable)))
         (call $answer_empty (local.get $out) (i32.add (i32.const 400) {error}))"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_no_dispatch_worker_learns_a_code_and_no_words() {
    // At a depth, whether the receiver runs and traps or is refused, the number of the code: it is the whole of the error.
    for (depth, code) in [(1, HTTP_RESPONSE_INCOMPLETE), (8, LOOP_DETECTED)] {
        for kind in [Kind::Outbound, Kind::Service, Kind::OutboundTicket, Kind::ServiceTicket] {
            let host = Host::start().await;
            host.set(kind, Limits::default(), sender(kind, "origin.test", &tells(ERROR)), receiver("unreachable"))
                .await;
            assert_eq!(host.status(kind, depth).await, 400 + code, "{kind:?} at {depth}");
            if kind.by_ticket() {
                let asks = sender(kind, "origin.test", &tells("(call $ask)"));
                host.set(kind, Limits::default(), asks, receiver("unreachable")).await;
                assert_eq!(host.status(kind, depth).await, 400 + code, "{kind:?} at {depth}, by `passing.failure`");
            }
        }
    }
}
