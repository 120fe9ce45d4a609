//! The committer on a log in memory: groups, and what callers are answered when the log fails.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;
use std::sync::Arc;

use super::*;
use crate::log::MemoryLog;
use crate::reader::Source;
use crate::records::Records;
use crate::seal::Keys;

fn committer(log: MemoryLog) -> Committer {
    let health = Health::default();
    let shared =
        Arc::new(Shared::new(State::default(), Records::default(), Source::Memory(HashMap::new()), health.clone()));
    let rules = Rules { certificates: 10, versions: 10, configured: Arc::new([]) };
    Committer { log: Box::new(log), shared, rules, keys: Keys::generate().unwrap(), health, _lock: None }
}

/// Commits commands as one group.
fn commit(committer: &mut Committer, commands: impl IntoIterator<Item = Command>) -> Vec<Result<Done, StoreError>> {
    let (jobs, answers): (Vec<_>, Vec<_>) = commands
        .into_iter()
        .map(|command| {
            let (answer, answered) = oneshot::channel();
            ((command, Caller { answer, _pinned: None }), answered)
        })
        .unzip();
    committer.commit(jobs);
    answers.into_iter().map(|answered| answered.blocking_recv().unwrap()).collect()
}

fn create(name: &str) -> Command {
    Command::CreateNamespace { name: name.parse().unwrap(), reuse: false, egress: Default::default() }
}

fn delete(name: &str) -> Command {
    Command::DeleteNamespace { name: name.parse().unwrap(), force: false }
}

fn full() -> StoreError {
    let source = std::io::ErrorKind::StorageFull.into();
    StoreError::Io { act: "write", path: "segment".into(), source }
}

#[test]
fn a_command_sees_what_the_ones_before_it_in_the_group_change() {
    let log = MemoryLog::default();
    let entries = log.entries.clone();
    let mut committer = committer(log);
    let answers = commit(&mut committer, [create("a"), create("a"), delete("a"), create("a"), delete("b")]);
    let done: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(done, [true, false, true, true, false]);
    let numbers: Vec<_> = entries.lock().unwrap().iter().map(|entry| entry.sequence).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let last = entries.lock().unwrap().last().unwrap().digest;
    committer.shared.read(|state| assert_eq!((state.digest, state.sequence, state.digest.records), (last, 3, 1)));
}

#[test]
fn a_log_that_is_full_refuses_a_group_and_takes_the_next() {
    let failures = [Some(CommitError::Refused(full())), None].into();
    let mut committer = committer(MemoryLog { failures, ..MemoryLog::default() });
    let refused = commit(&mut committer, [create("a"), create("b")]);
    assert!(refused.iter().all(|answer| matches!(answer, Err(StoreError::NotKept(_)))), "{refused:?}");
    assert!(
        matches!(committer.health.report().writes, Writes::Refused(reason) if reason.contains("cannot write segment"))
    );
    assert!(commit(&mut committer, [create("a")]).iter().all(Result::is_ok));
    assert_eq!(committer.health.report().writes, Writes::Accepted);
}

#[test]
fn after_a_failed_sync_no_more_is_written_until_the_next_start() {
    let failures = [Some(CommitError::Unknown(full()))].into();
    let mut committer = committer(MemoryLog { failures, ..MemoryLog::default() });
    assert!(matches!(commit(&mut committer, [create("a")]).as_slice(), [Err(StoreError::Unknown(_))]));
    assert!(matches!(commit(&mut committer, [create("b")]).as_slice(), [Err(StoreError::Stopped)]));
    committer.shared.read(|state| assert_eq!(state.namespaces().count(), 0));
    assert!(matches!(committer.health.report().writes, Writes::Stopped(_)));
}
