//! Which records stay in memory, and what is known of the others.
#![allow(clippy::unwrap_used, reason = "tests")]

use tollgate_types::{Limits, WorkerName};

use super::*;

fn record(version: u64) -> WorkerRecord {
    WorkerRecord {
        version: Version(version),
        script: ScriptDigest::of(b"script"),
        bindings: tollgate_types::Bindings::new(),
        limits: Limits::default(),
        routes: vec![],
        reuse: None,
        egress: Default::default(),
        reads: vec![],
        deployed_unix_ms: 0,
    }
}

fn customer(name: &str) -> WorkerId {
    WorkerId::in_namespace("prod".parse().unwrap(), name.parse().unwrap())
}

fn deploy(state: &mut State, id: &WorkerId, version: u64) {
    let (key, record) = (Key::Worker(id.clone()), Record::Worker(Arc::new(record(version))));
    let mark = Mark::of(&key.encode(), &version.to_le_bytes());
    state.put(key, Marked { record, mark, bytes: 10 });
}

fn in_memory(state: &State) -> Vec<String> {
    let held = |(name, place): (&WorkerName, Place)| matches!(place, Place::Memory(_)).then(|| name.to_string());
    let mut names: Vec<_> = state.workers.keys().flat_map(|home| state.workers_of(home)).filter_map(held).collect();
    names.sort_unstable();
    names
}

/// Looks like a test that reads does: `in_memory` reads every record, so that all count as read.
fn read(state: &State, id: &WorkerId) {
    state.worker(id).unwrap();
}

#[test]
fn the_record_that_was_not_read_is_let_go_first_and_the_operators_own_never() {
    let mut state = State::holding(30);
    let own = WorkerId::operator("outbound".parse().unwrap());
    deploy(&mut state, &own, 1);
    for name in ["a", "b", "c"] {
        deploy(&mut state, &customer(name), 1);
    }
    read(&state, &customer("a"));
    deploy(&mut state, &customer("d"), 1);
    assert_eq!(in_memory(&state), ["a", "c", "d", "outbound"]);
    assert!(
        matches!(state.worker(&customer("b")), Some(Place::Disk(mark)) if Some(mark) == state.mark(&Key::Worker(customer("b"))))
    );
    assert_eq!((state.count_of(&customer("b").home), state.brief(&customer("b")).unwrap().version), (4, Version(1)));
}

#[test]
fn a_record_that_was_read_again_is_held_only_while_it_is_the_deployed_one() {
    let mut state = State::holding(10);
    deploy(&mut state, &customer("a"), 1);
    deploy(&mut state, &customer("b"), 1);
    assert_eq!(in_memory(&state), ["b"]);
    let mark = state.mark(&Key::Worker(customer("a"))).unwrap();
    deploy(&mut state, &customer("a"), 2);
    deploy(&mut state, &customer("b"), 2);
    state.hold(&customer("a"), mark, Arc::new(record(1)), 10);
    assert_eq!(in_memory(&state), ["b"]);
    let mark = state.mark(&Key::Worker(customer("a"))).unwrap();
    state.queue.most = Some(20);
    state.hold(&customer("a"), mark, Arc::new(record(2)), 10);
    assert_eq!(in_memory(&state), ["a", "b"]);
}

/// A worker that is deployed again and again stands in the queue once, and one that is deleted does not.
#[test]
fn the_queue_does_not_grow_with_the_number_of_deploys() {
    let mut state = State::holding(1_000);
    for version in 1..100 {
        deploy(&mut state, &customer("a"), version);
        deploy(&mut state, &customer("b"), version);
        state.remove(&Key::Worker(customer("b")));
    }
    assert_eq!((state.queue.workers.len(), state.queue.bytes, state.digest.records), (1, 10, 1));
    state.remove(&Key::Worker(customer("a")));
    assert_eq!((state.queue.workers.len(), state.queue.bytes), (0, 0));
    assert_eq!(
        (state.digest, state.scripts().len(), state.count_of(&customer("a").home)),
        (StateDigest::default(), 0, 0)
    );
}

#[test]
fn nothing_is_let_go_once_nothing_can_be_read_again() {
    let mut state = State::holding(20);
    deploy(&mut state, &customer("a"), 1);
    state.hold_everything();
    for name in ["b", "c", "d"] {
        deploy(&mut state, &customer(name), 1);
    }
    assert_eq!(in_memory(&state), ["a", "b", "c", "d"]);
    state.remove(&Key::Worker(customer("a")));
    assert_eq!(state.queue.bytes, 0);
}
