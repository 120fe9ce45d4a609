//! How invocations end: each is reported once, with its outcome, also if it is dropped half-way or its instance is reused.

use std::time::Duration;

use http_body_util::BodyExt as _;
use tollgate_dispatch::Outcome;
use tollgate_store::Draft;
use tollgate_types::{Limits, Reuse, WorkerId};

use crate::EMPTY;
use crate::guests::{Kind, receiver};
use crate::host::{Host, namespace};

/// A host whose worker `sender` does these steps.
async fn running(steps: &str, draft: Draft) -> Host {
    let host = Host::start().await;
    host.deploy(WorkerId::in_namespace(namespace(), "sender".parse().unwrap()), receiver(steps), draft).await;
    host
}

/// The one report of an invocation, after the host has no instance any more.
async fn outcome(host: &Host) -> String {
    let ended = host.seen.wait_for("ended", 1).await;
    while host.chain.instances() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(host.seen.all().iter().filter(|event| event.starts_with("ended")).count(), 1, "{:#?}", host.seen.all());
    assert!(ended[0].ends_with("with memory"), "{ended:?}");
    ended[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_invocation_has_the_outcome_of_its_failure() {
    let limits = |cpu_ms, wall_ms, memory_bytes| Limits { cpu_ms, wall_ms, memory_bytes, ..Limits::default() };
    for (steps, limits, expected) in [
        ("unreachable", Limits::default(), Outcome::Exception),
        ("(drop (local.get $out))", Limits::default(), Outcome::Exception),
        ("(call $spin)", limits(Some(20), None, None), Outcome::ExceededCpu),
        ("(call $wait_forever)", limits(None, Some(20), None), Outcome::ExceededWallTime),
        ("(drop (memory.grow (i32.const 64)))", limits(None, None, Some(1 << 20)), Outcome::ExceededMemory),
    ] {
        let host = running(steps, Draft { limits, ..Draft::default() }).await;
        host.ask(Kind::Network, 1).await.unwrap_err();
        let ended = outcome(&host).await;
        assert!(ended.starts_with(&format!("ended sender {},", expected.as_str())), "{steps}: {ended}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_leaves_before_the_answer_cancels_the_invocation() {
    let host = running("(call $report_whole) (call $wait_forever)", Draft::default()).await;
    tokio::select! {
        answer = host.ask(Kind::Network, 1) => panic!("an answer: {answer:?}"),
        // The worker runs, and has not answered.
        _ = host.seen.wait_for("answered Network from sender", 1) => {}
    }
    let ended = outcome(&host).await;
    assert!(ended.starts_with("ended sender canceled,"), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_leaves_within_the_body_cancels_the_invocation() {
    let half = "(call $write_half (call $answer (local.get $out) (i32.const 200))) (call $wait_forever)";
    let host = running(half, Draft::default()).await;
    let mut body = host.ask(Kind::Network, 1).await.unwrap().into_body();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "half");
    drop(body);
    let ended = outcome(&host).await;
    assert!(ended.starts_with("ended sender canceled,"), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_response_that_the_caller_drops_after_the_worker_has_ended_is_disconnected() {
    let half = "(call $write_half (call $answer (local.get $out) (i32.const 200)))";
    let host = running(half, Draft::default()).await;
    let response = host.ask(Kind::Network, 1).await.unwrap();
    while host.chain.instances() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(response);
    let ended = outcome(&host).await;
    assert!(ended.starts_with("ended sender responseStreamDisconnected,"), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_invocation_of_a_reused_instance_is_reported() {
    let host = running(EMPTY, Draft { reuse: Some(Reuse { requests: 100 }), ..Draft::default() }).await;
    for round in 1..=3 {
        assert_eq!(host.status(Kind::Network, 1).await, 204);
        let ended = host.seen.wait_for("ended sender ok,", round).await;
        assert_eq!(ended.len(), round);
    }
    assert_eq!(host.chain.instances(), 1, "the instance is reused");
    let mut numbers = host.seen.wait_for("number", 3).await;
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 3, "each request has an id of its own");
}

/// A custom section that names componentize-js, as a component of it has one.
fn of_componentize_js() -> Vec<u8> {
    let text = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    let tool = [&[1][..], &text("processed-by"), &[1], &text("ComponentizeJS"), &text("0.23.0")].concat();
    let section = [text("producers"), tool].concat();
    [&[0, u8::try_from(section.len()).unwrap()][..], &section].concat()
}

/// Such a worker is refused at deploy now. This one was stored before.
#[tokio::test(flavor = "multi_thread")]
async fn a_stored_worker_of_javascript_runs_without_the_reuse_that_it_asks_for() {
    let once = "(if (i32.load8_u (i32.const 65000))
        (then (call $answer_empty (local.get $out) (i32.const 500)))
        (else (i32.store8 (i32.const 65000) (i32.const 1)) (call $answer_empty (local.get $out) (i32.const 204))))";
    let reuse = || Draft { reuse: Some(Reuse { requests: 100 }), ..Draft::default() };
    let host = running(once, reuse()).await;
    for (round, status) in [(1, 204), (2, 500)] {
        assert_eq!(host.status(Kind::Network, 1).await, status, "its state outlives a request");
        host.seen.wait_for("ended sender ok,", round).await;
    }
    let script = [receiver(once), of_componentize_js()].concat();
    host.deploy(WorkerId::in_namespace(namespace(), "sender".parse().unwrap()), script, reuse()).await;
    for round in 3..=5 {
        assert_eq!(host.status(Kind::Network, 1).await, 204);
        host.seen.wait_for("ended sender ok,", round).await;
    }
}
