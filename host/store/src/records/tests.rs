//! A store with room for no record in memory: whatever a customer's worker needs is read from the disk each time.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use serde_json::json;
use tollgate_types::{Home, Secret, Version};

use super::*;
use crate::recovery::tests::{seen, store};
use crate::{Draft, Reader, Setup, StoreConfig, Writer};

fn open(data: &Path) -> (Reader, Writer) {
    let config = StoreConfig { records_bytes: 0, ..StoreConfig::default() };
    let setup = Setup { config, ..Setup::default() };
    crate::open(setup, Dir::open_ambient_dir(data, ambient_authority()).unwrap(), data).unwrap()
}

fn worker() -> WorkerId {
    WorkerId::in_namespace("ns-1".parse().unwrap(), "w-2".parse().unwrap())
}

fn is_in_memory(reader: &Reader, id: &WorkerId) -> bool {
    reader.shared.read(|state| matches!(state.worker(id), Some(crate::state::Place::Memory(_))))
}

#[tokio::test]
async fn every_record_is_the_same_as_from_memory() {
    let (data, before) = store(1).await;
    let (reader, _writer) = open(data.path());
    assert!(!is_in_memory(&reader, &worker()));
    assert_eq!(seen(&reader), before);
    let record = reader.worker(&worker()).unwrap().unwrap();
    assert_eq!(record.version, Version(2));
    assert!(reader.health().report().findings.is_empty());
}

#[tokio::test]
async fn changes_build_on_records_that_are_not_in_memory() {
    let (data, _) = store(1).await;
    let (reader, writer) = open(data.path());
    writer.put_secret(worker(), "SECOND".parse().unwrap(), Secret::from("two".to_owned())).await.unwrap();
    writer.delete_secret(worker(), "KEY".parse().unwrap()).await.unwrap();
    let draft = Draft { keep: vec!["secret_text".to_owned()], ..Draft::default() };
    writer.put_worker(worker(), b"next".to_vec(), draft).await.unwrap();
    writer.rotate_key().await.unwrap();
    let record = reader.worker(&worker()).unwrap().unwrap();
    assert_eq!(record.version, Version(5));
    let bindings = json!({ "SECOND": { "type": "secret_text", "text": "two" } });
    assert_eq!(serde_json::to_value(&record.bindings).unwrap(), bindings);
    assert!(!is_in_memory(&reader, &worker()));
    let versions: Vec<_> = reader.versions(&worker()).iter().map(|(version, _)| version.0).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5]);
    writer.delete_namespace("ns-1".parse().unwrap(), true).await.unwrap();
    assert_eq!(reader.worker(&worker()).unwrap(), None);
    assert_eq!(reader.workers(&Home::Namespace("ns-1".parse().unwrap())).unwrap(), []);
}

/// sled gives other bytes than were written. The journal has the record, and the damage is reported.
#[tokio::test]
async fn a_record_that_the_index_has_lost_is_read_from_the_journal() {
    for lost in [None, Some(b"\x02{}".to_vec())] {
        let (data, before) = store(2).await;
        let (reader, _writer) = open(data.path());
        let (key, value) = (Key::Worker(worker()).encode(), lost);
        let copies = reader.shared.records.copies.read().unwrap().clone().unwrap();
        let index = copies.index.unwrap();
        let (tag, whole) = (index.tag().unwrap(), index.after("", 1_000).unwrap());
        index.write(&[crate::entry::Stored { key, value }], tag).unwrap();
        assert_eq!(seen(&reader), before);
        let findings = reader.health().report().findings;
        assert_eq!(findings, ["store/ had lost a record, and got it back from the journal"]);
        assert_eq!(index.tag().unwrap(), tag);
        assert_eq!(index.after("", 1_000).unwrap(), whole);
    }
}

/// Deploys and reads at the same time: no reader meets the index before the state, which would look like damage.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reads_beside_deploys_never_look_like_damage() {
    let (data, _) = store(1).await;
    let (reader, writer) = open(data.path());
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let reader = reader.clone();
            std::thread::spawn(move || {
                let mut last = Version(0);
                while last < Version(200) {
                    let version = reader.worker(&worker()).unwrap().unwrap().version;
                    assert!(version >= last);
                    last = version;
                }
            })
        })
        .collect();
    while writer.put_worker(worker(), b"script 3".to_vec(), Draft::default()).await.unwrap().record.version
        < Version(200)
    {}
    readers.into_iter().for_each(|reader| reader.join().unwrap());
    assert_eq!(reader.health().report().findings, Vec::<String>::new());
}

#[tokio::test]
async fn a_reader_that_outlives_its_writer_leaves_the_folder_free() {
    let (data, before) = store(1).await;
    let (old, writer) = open(data.path());
    drop(writer);
    let error = old.worker(&worker()).unwrap_err();
    assert!(matches!(error, StoreError::Stopped), "{error}");
    assert_eq!(seen(&open(data.path()).0), before);
}
