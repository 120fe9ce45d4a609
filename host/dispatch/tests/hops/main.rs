//! Each step of a crossing, for each kind of hop. Workers are made from WebAssembly text; engine, store and egress are the real ones.
#![allow(missing_docs, reason = "tests")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod codes;
mod context;
mod guests;
mod host;
mod invocations;
mod logged;
mod observer;
mod versions;

use std::sync::Arc;

use tollgate_types::Limits;

use crate::guests::{Kind, receiver, sender};
use crate::host::Host;
use crate::observer::Answers;

/// Answers at once, then reads the request's body to its end and reports how it ended.
const EARLY: &str = "(call $answer_empty (local.get $out) (i32.const 204))
    (if (call $read_request (local.get $in)) (then (call $report_whole)) (else (call $report_cut)))";

/// Answers with an empty response.
const EMPTY: &str = "(call $answer_empty (local.get $out) (i32.const 204))";

/// Sends the first half of an upload, and is killed by its CPU limit once it has its answer.
const UPLOAD: &str = "(local.set $request (call $make (i32.const 2)))
    (local.set $open (call $open (local.get $request)))
    (call $write_half (local.get $open))
    (drop (call $hop (local.get $request) (i32.const -1)))
    (call $spin)";

/// Sends a request and reads the response: 200 if it is complete, 502 if it is truncated, 504 if there is none.
fn reads(options: &str) -> String {
    format!(
        "(local.set $open (call $hop (call $make (i32.const 0)) {options}))
         (if (i32.eq (local.get $open) (i32.const -1))
            (then (call $answer_empty (local.get $out) (i32.const 504)))
            (else (if (call $read_response (local.get $open))
                (then (call $answer_empty (local.get $out) (i32.const 200)))
                (else (call $answer_empty (local.get $out) (i32.const 502))))))"
    )
}

/// No timeouts of its own.
const PATIENT: &str = "(i32.const -1)";

/// Ends a worker that spins. It is long enough for what a worker does before, also where the machine is busy: the meter counts the
/// time that passes while a worker runs, whether it has a processor or not.
const LITTLE_CPU: Limits = Limits {
    cpu_ms: Some(500),
    wall_ms: None,
    memory_bytes: None,
    subrequests: None,
    concurrent_subrequests: None,
    concurrent_requests: None,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_body_of_a_killed_sender_does_not_look_whole() {
    for kind in Kind::ALL {
        let host = Host::start().await;
        host.set(kind, LITTLE_CPU, sender(kind, "origin.test", UPLOAD), receiver(EARLY)).await;
        let error = host.ask(kind, 1).await.unwrap_err();
        assert!(error.to_string().contains("CPU time limit"), "{kind:?}: {error}");
        let reported = if kind.leads_to_a_worker() { "origin GET /" } else { "origin " };
        let count = if kind.leads_to_a_worker() { 1 } else { 2 };
        let ended = host.seen.wait_for(reported, count).await.pop().unwrap();
        assert!(ended.ends_with("cut"), "{kind:?}: {ended}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_body_of_a_killed_receiver_does_not_look_whole() {
    let half = "(call $write_half (call $answer (local.get $out) (i32.const 200))) (call $spin)";
    for kind in Kind::ALL {
        let host = Host::start().await;
        host.set(kind, Limits::default(), sender(kind, "cut.test", &reads(PATIENT)), receiver(half)).await;
        if kind.leads_to_a_worker() {
            limit_receiver(&host, kind, receiver(half)).await;
        }
        assert_eq!(host.status(kind, 1).await, 502, "{kind:?}");
    }
}

/// Deploys the receiver again, with little CPU time.
async fn limit_receiver(host: &Host, kind: Kind, script: Vec<u8>) {
    let draft = tollgate_store::Draft { limits: LITTLE_CPU, ..Default::default() };
    host.deploy(host::receiver_id(kind), script, draft).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_later_than_the_first_byte_timeout_is_one_sort_of_error() {
    let options = "(call $options (i64.const 50000000) (i64.const 60000000000))";
    for kind in Kind::ALL {
        let host = Host::start().await;
        let silent = sender(kind, "silent.test", &reads(options));
        host.set(kind, Limits::default(), silent, receiver("(call $wait_forever)")).await;
        assert_eq!(host.status(kind, 1).await, 504, "{kind:?}");
        let answered = host.seen.wait_for(&format!("answered {} from sender", hop(kind)), 1).await;
        assert!(answered[0].ends_with("WorkerError(ConnectionReadTimeout)"), "{kind:?}: {answered:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_stalls_longer_than_the_between_bytes_timeout_is_truncated() {
    let options = "(call $options (i64.const 60000000000) (i64.const 50000000))";
    let stalls = "(call $write_half (call $answer (local.get $out) (i32.const 200))) (call $wait_forever)";
    for kind in Kind::ALL {
        let host = Host::start().await;
        host.set(kind, Limits::default(), sender(kind, "stalls.test", &reads(options)), receiver(stalls)).await;
        assert_eq!(host.status(kind, 1).await, 502, "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_crossing_is_one_subrequest_and_one_too_many_fails() {
    let once = "(drop (call $hop (call $make (i32.const 0)) (i32.const -1)))";
    let twice = format!("{once} {once} {EMPTY}");
    for kind in Kind::ALL {
        let host = Host::start().await;
        let limits = Limits { subrequests: Some(1), ..Limits::default() };
        host.set(kind, limits, sender(kind, "origin.test", &twice), receiver(EMPTY)).await;
        assert_eq!(host.status(kind, 1).await, 204, "{kind:?}");
        let answered = host.seen.wait_for(&format!("answered {} from sender", hop(kind)), 2).await;
        assert!(answered[0].ends_with("204"), "{kind:?}: {answered:?}");
        assert!(answered[1].contains("too many subrequests: at most 1"), "{kind:?}: {answered:?}");
        let ended = host.seen.wait_for("ended sender", 1).await;
        assert!(ended[0].contains("1 subrequests"), "{kind:?}: {ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_workers_ends_at_a_fixed_depth() {
    for kind in Kind::ALL {
        let host = Host::start().await;
        host.set(kind, Limits::default(), sender(kind, "origin.test", &reads(PATIENT)), receiver(EMPTY)).await;
        host.status(kind, 8).await;
        let answered = host.seen.wait_for(&format!("answered {} from sender", hop(kind)), 1).await;
        // The network is no worker: if it leads back to this host, the front door goes on counting.
        let ends = if kind.leads_to_a_worker() { "DepthExceeded(8)" } else { "204" };
        assert!(answered[0].ends_with(ends), "{kind:?}: {answered:?}");
        let ended = host.seen.wait_for("ended sender", 1).await;
        assert!(ended[0].contains("1 subrequests"), "{kind:?}: {ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn observers_see_the_beginning_and_the_end_of_crossings_and_invocations() {
    for kind in Kind::ALL {
        let host = Host::start().await;
        host.set(kind, Limits::default(), sender(kind, "origin.test", &reads(PATIENT)), receiver(EMPTY)).await;
        host.status(kind, 1).await;
        let ends = if kind.leads_to_a_worker() { 2 } else { 1 };
        let ended = host.seen.wait_for("ended", ends).await;
        let all = host.seen.all();
        let events = |start: &str| all.iter().filter(|event| event.starts_with(start)).count();
        assert!(ended.iter().all(|end| end.contains(" ok, ") && end.ends_with("with memory")), "{kind:?}: {ended:?}");
        assert_eq!((events("began"), events("ended")), (ends, ends), "{kind:?}: {all:#?}");
        let crossed = format!("{} from sender", hop(kind));
        assert_eq!(
            (events(&format!("crossing {crossed}")), events(&format!("answered {crossed}"))),
            (1, 1),
            "{all:#?}"
        );
        assert_eq!(events("crossing Entrance from front door"), 1, "{kind:?}: {all:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_may_answer_in_the_place_of_every_receiver() {
    for kind in Kind::ALL {
        let mut host = Host::start().await;
        host.chain = host.chain.observed_by(Arc::new(Answers(host.seen.clone())));
        host.set(kind, Limits::default(), sender(kind, "origin.test", &reads(PATIENT)), receiver(EMPTY)).await;
        assert_eq!(host.status(kind, 1).await, 200, "{kind:?}");
        let answered = host.seen.wait_for(&format!("answered {} from sender", hop(kind)), 1).await;
        assert!(answered[0].ends_with(" 299"), "{kind:?}: {answered:?}");
        let reached = |event: &String| event.starts_with("origin") || event.starts_with("began receiver");
        assert!(!host.seen.all().iter().any(reached), "{kind:?}: {:#?}", host.seen.all());
    }
}

/// The hop of a kind, as an observer sees it.
fn hop(kind: Kind) -> &'static str {
    match kind {
        Kind::Network | Kind::Mtls => "Network",
        Kind::Outbound | Kind::OutboundTicket => "Outbound",
        Kind::Dispatch => "Dispatch",
        Kind::Service | Kind::ServiceTicket => "Service",
    }
}
