//! What a start does with what is left of a crash, and with a copy of the records that cannot be believed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use super::*;
use crate::digest::Mark;
use crate::entry::{Entry, Stored};
use crate::health::Health;
use crate::index::{FOLDER, Index};
use crate::log::{CommitError, Log as _};
use crate::recovery::{COPY, JOURNAL, Opened, Opening, SECOND_COPY};
use crate::{Folder, Keys, key_file};

const SEGMENT: &str = "journal/segment-00000000000000000001";

fn folder(data: &Path) -> Folder {
    Folder::new(Dir::open_ambient_dir(data, ambient_authority()).unwrap(), data)
}

fn index(data: &Path) -> Index {
    Index::open(&folder(data), FOLDER, [0; 16], 1024 * 1024).unwrap()
}

/// The records of a data folder, opened without the rest of the store.
fn opened(data: &Path) -> Opened {
    let (data, health) = (folder(data), Health::default());
    let keys = key_file::existing(&data, None).unwrap();
    Opening { data: &data, keys: &keys, config: crate::StoreConfig::default(), health: &health }.open().unwrap()
}

fn append(file: &Path, bytes: &[u8]) {
    let all = [&fs::read(file).unwrap()[..], bytes].concat();
    fs::write(file, all).unwrap();
}

/// The index of a store that was just restored or mended proves nothing of a write that was cut short.
#[tokio::test]
async fn the_end_of_a_journal_is_kept_and_reported_if_the_index_cannot_tell_whether_it_was_answered() {
    let (data, seen_before) = store(0).await;
    append(&data.path().join(SEGMENT), b"bytes that are no entry");
    fs::remove_dir_all(data.path().join(FOLDER)).unwrap();
    let (reader, _writer) = open(data.path()).unwrap();
    assert_eq!(seen(&reader), seen_before);
    let findings = reader.health().report().findings;
    let told = |finding: &String| finding.contains("ends at byte ") && finding.contains("the bytes are kept");
    assert!(findings.iter().any(told), "{findings:?}");
    assert_eq!(fs::read(data.path().join(format!("{SEGMENT}.end"))).unwrap(), b"bytes that are no entry");
}

/// An index in use lacks the last group at most, so what is behind that was never answered.
#[tokio::test]
async fn the_end_of_a_journal_is_cut_off_if_the_index_has_the_entry_before_it() {
    let (data, seen_before) = store(0).await;
    append(&data.path().join(SEGMENT), b"bytes that are no entry");
    let (reader, _writer) = open(data.path()).unwrap();
    assert_eq!(seen(&reader), seen_before);
    assert_eq!(reader.health().report().findings, [""; 0]);
    assert!(!data.path().join(format!("{SEGMENT}.end")).exists());
}

#[tokio::test]
async fn an_index_that_is_ahead_of_the_journal_and_damaged_is_refused_and_nothing_is_changed() {
    let (data, _) = store(0).await;
    let older = fs::read(data.path().join(SEGMENT)).unwrap();
    let (_, writer) = open(data.path()).unwrap();
    writer.create_namespace("later".parse().unwrap(), false).await.unwrap();
    drop(writer);
    // A journal that lost its last entry whole, as no crash leaves it.
    fs::write(data.path().join(SEGMENT), &older).unwrap();
    let whole = copy(data.path());
    assert!(open(whole.path()).unwrap().0.namespace(&"later".parse().unwrap()).unwrap().is_some());
    let ahead = index(data.path());
    let tag = ahead.tag().unwrap();
    ahead.write(&[Stored { key: "nns-0".to_owned(), value: None }], tag).unwrap();
    ahead.flush().unwrap();
    drop(ahead);
    for start in ["first", "second"] {
        let error = open(data.path()).map(drop).unwrap_err();
        assert!(matches!(error, StoreError::BothDamaged { .. }), "{start} start: {error}");
        assert!(fs::read(data.path().join(SEGMENT)).unwrap() == older, "{start} start");
    }
}

#[tokio::test]
async fn copies_of_the_index_that_a_killed_start_has_left_are_removed() {
    let (data, seen_before) = store(0).await;
    for left in [COPY, SECOND_COPY] {
        fs::create_dir(data.path().join(left)).unwrap();
        fs::write(data.path().join(left).join("db"), b"a secret in clear text").unwrap();
    }
    let (reader, _writer) = open(data.path()).unwrap();
    assert_eq!(seen(&reader), seen_before);
    for left in [COPY, SECOND_COPY] {
        assert!(!data.path().join(left).exists(), "{left}");
    }
}

/// sled reports a failed read as the end of its records. Two copies are read, and here one lacks a record.
#[test]
fn an_upgrade_is_refused_if_two_copies_of_the_old_store_have_different_records() {
    let data = tempfile::tempdir().unwrap();
    let (old, keys, health) = (index(data.path()), Keys::generate().unwrap(), Health::default());
    let namespace = |name: &str| {
        let text = format!("\u{1}{{\"name\":\"{name}\",\"created_unix_ms\":1}}");
        Stored { key: format!("n{name}"), value: Some(text.into_bytes()) }
    };
    old.write(&[namespace("one"), namespace("two")], None).unwrap();
    old.flush().unwrap();
    drop(old);
    let folder = folder(data.path());
    folder.copy(FOLDER, COPY).unwrap();
    let read = Index::open(&folder, COPY, [0; 16], 1024 * 1024).unwrap();
    read.write(&[Stored { key: "none".to_owned(), value: None }], None).unwrap();
    let opening = Opening { data: &folder, keys: &keys, config: crate::StoreConfig::default(), health: &health };
    let journal = folder.subfolder(JOURNAL).unwrap();
    let error = opening.upgrade(&journal, &read).unwrap_err().to_string();
    assert_eq!(error, "store/ is corrupt: two copies of it have different records");
    assert_eq!(fs::read_dir(data.path().join(JOURNAL)).unwrap().count(), 0);
    assert!(data.path().join(FOLDER).join("db").is_file() && !data.path().join(SECOND_COPY).exists());
}

/// While a disk was full, the journal that was read at the start may have become shorter: it must not be cut to that.
#[tokio::test]
async fn a_journal_is_written_again_after_a_full_disk_only_if_it_ends_where_it_did() {
    let (data, _) = store(0).await;
    let mut log = opened(data.path()).log;
    let (id, head, mut digest) = (log.id, log.head, log.head.digest);
    digest.add(Mark::of("nlater", b"\x02{}"));
    let changes = vec![Stored { key: "nlater".to_owned(), value: Some(b"\x02{}".to_vec()) }];
    let entry = Entry { sequence: head.sequence + 1, digest, changes };
    let whole = fs::read(data.path().join(SEGMENT)).unwrap();
    log.journal = None;
    fs::write(data.path().join(SEGMENT), &whole[..whole.len() - 1]).unwrap();
    let error = log.commit(std::slice::from_ref(&entry)).unwrap_err();
    let CommitError::Refused(error) = error else { panic!("{error:?}") };
    let said = format!("it ended in entry {} when the host started: start the host again", head.sequence);
    assert!(error.to_string().ends_with(&said), "{error}");
    assert_eq!(fs::read(data.path().join(SEGMENT)).unwrap().len(), whole.len() - 1, "nothing is cut off");
    fs::write(data.path().join(SEGMENT), &whole).unwrap();
    log.commit(std::slice::from_ref(&entry)).unwrap();
    assert!(log.apply(&[entry]));
    drop(log);
    let tag = index(data.path()).tag().unwrap().unwrap();
    assert_eq!((tag.id, tag.sequence, tag.digest), (id, head.sequence + 1, digest));
}
