//! Damage to both copies at once: the host refuses to start, and a repair keeps what either copy proves and names the rest.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;

use cap_std::ambient_authority;
use tempfile::TempDir;

use super::*;
use crate::entry::Stored;
use crate::recovery::tests::{Random, copies, copy, files, flip, open, seen, store};

fn dir(data: &Path) -> Dir {
    Dir::open_ambient_dir(data, ambient_authority()).unwrap()
}

fn repair(data: &Path) -> Result<Option<Repaired>, StoreError> {
    super::repair(Setup::default(), dir(data), data, false)
}

/// Damages the entries of the journal's segment that contain this text.
fn damage_journal(data: &Path, text: &str) {
    let file = data.join("journal/segment-00000000000000000001");
    let mut bytes = fs::read(&file).unwrap();
    let places: Vec<_> = (0..bytes.len() - text.len()).filter(|at| bytes[*at..].starts_with(text.as_bytes())).collect();
    assert!(!places.is_empty(), "{text}");
    places.into_iter().for_each(|at| bytes[at] ^= 1);
    fs::write(file, bytes).unwrap();
}

/// Replaces a record of sled's by something that is none. Its tag stays as it is.
fn damage_index(data: &Path, key: &str) {
    let index = Index::open(&Folder::new(dir(data), data), index::FOLDER, [0; 16], 1024 * 1024).unwrap();
    let tag = index.tag().unwrap();
    let value = Some(b"\x02{\"na".to_vec());
    index.write(&[Stored { key: key.to_owned(), value }], tag).unwrap();
    index.flush().unwrap();
}

fn expect_refused(data: &Path) {
    let error = open(data).map(drop).unwrap_err();
    let StoreError::BothDamaged { .. } = &error else { panic!("{error}") };
    assert!(error.hint().unwrap().contains("`tollgate store repair --data "), "{error}");
}

/// A store whose copies are damaged so that it does not open, repaired.
fn repaired(data: &Path) -> Repaired {
    expect_refused(data);
    let repaired = repair(data).unwrap().unwrap();
    open(data).unwrap();
    assert_eq!(repair(data).unwrap(), None);
    repaired
}

#[tokio::test]
async fn a_worker_that_is_damaged_in_both_copies_falls_back_to_its_version_before() {
    let (data, seen_before) = store(0).await;
    damage_journal(data.path(), "hns-1/w-2/00000000000000000002");
    damage_index(data.path(), "wns-1/w-2");
    let repaired = repaired(data.path());
    assert_eq!((repaired.namespaces, repaired.workers, repaired.versions), (3, 12, 24));
    assert_eq!(repaired.lost_entries.len(), 1);
    let doubt = "worker ns-1/w-2: version 1 is kept; version 2 was deployed later and is lost";
    assert!(repaired.doubtful.contains(&doubt.to_owned()), "{:?}", repaired.doubtful);
    assert_eq!(repaired.lost, Vec::<String>::new());
    let seen_after = seen(&open(data.path()).unwrap().0);
    let other = |line: &&String| !line.starts_with("ns-1/w-2 ");
    assert!(seen_after.iter().filter(other).eq(seen_before.iter().filter(other)));
    assert!(seen_after.iter().any(|line| line.starts_with("ns-1/w-2 ")));
    assert_eq!(repaired.aside, ["journal/damaged", "store.damaged"]);
    assert!(data.path().join("journal/damaged/segment-00000000000000000001").is_file());
    assert!(data.path().join("store.damaged/db").is_file());
}

#[tokio::test]
async fn a_worker_that_neither_copy_has_is_named_with_its_script() {
    let (data, seen_before) = store(0).await;
    let script = files(&data.path().join("scripts"));
    damage_journal(data.path(), "hns-1/w-2/0000000000000000000");
    damage_index(data.path(), "wns-1/w-2");
    let repaired = repaired(data.path());
    assert_eq!((repaired.workers, repaired.lost.len()), (11, 1), "{:?}", repaired.lost);
    let lost = &repaired.lost[0];
    assert!(lost.starts_with("worker ns-1/w-2: its version 2 ran script "), "{lost}");
    assert!(script.iter().any(|file| lost.contains(file.file_name().unwrap().to_str().unwrap())), "{lost}");
    let (reader, writer) = open(data.path()).unwrap();
    assert_eq!(seen(&reader).len(), seen_before.len() - 1);
    let id: tollgate_types::WorkerId =
        tollgate_types::WorkerId::in_namespace("ns-1".parse().unwrap(), "w-2".parse().unwrap());
    let record = writer.put_worker(id, b"again".to_vec(), crate::Draft::default()).await.unwrap().record;
    assert_eq!(record.version.0, 3, "a version number is used once");
}

#[tokio::test]
async fn workers_without_their_namespace_are_left_out_and_listed() {
    let (data, _) = store(0).await;
    damage_journal(data.path(), "nns-1");
    damage_index(data.path(), "nns-1");
    let repaired = repaired(data.path());
    assert_eq!((repaired.namespaces, repaired.workers), (2, 8));
    let left_out = repaired.lost.iter().filter(|line| line.contains("the record of its namespace is lost"));
    assert_eq!(left_out.count(), 4, "{:?}", repaired.lost);
}

#[tokio::test]
async fn a_damaged_last_entry_is_no_torn_write_if_the_index_is_damaged_too() {
    let (data, seen_before) = store(0).await;
    damage_journal(data.path(), "hns-2/w-3/00000000000000000002");
    open(data.path()).unwrap();
    let (data, _) = store(0).await;
    damage_journal(data.path(), "hns-2/w-3/00000000000000000002");
    damage_index(data.path(), "wns-2/w-3");
    let repaired = repaired(data.path());
    assert_eq!(repaired.workers, 12);
    let doubt = "worker ns-2/w-3: version 1 is kept; version 2 was deployed later and is lost";
    assert!(repaired.doubtful.contains(&doubt.to_owned()), "{:?}", repaired.doubtful);
    assert!(repaired.lost[0].contains("ends at byte "), "{:?}", repaired.lost);
    assert_eq!(seen(&open(data.path()).unwrap().0).len(), seen_before.len());
}

/// Namespaces fill several blocks of a snapshot.
#[tokio::test]
async fn a_damaged_block_of_a_snapshot_costs_its_records_alone() {
    let data = tempfile::tempdir().unwrap();
    {
        let (_, writer) = open(data.path()).unwrap();
        for number in 0..250 {
            writer.create_namespace(format!("ns-{number:03}").parse().unwrap(), false).await.unwrap();
        }
        writer.compact().await.unwrap();
        writer.create_namespace("later".parse().unwrap(), false).await.unwrap();
        writer.compact().await.unwrap();
    }
    for file in files(&data.path().join("journal")) {
        let bytes = fs::read(&file).unwrap();
        let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(b"nns-150"));
        at.into_iter().for_each(|at| flip(&file, at as u64 * 8));
    }
    fs::remove_file(data.path().join("store/db")).unwrap();
    let repaired = repaired(data.path());
    // The block that is lost begins with `ns-099` in the newer snapshot, and with `ns-100` in the older one.
    assert_eq!((repaired.namespaces, repaired.newest), (152, Some((251, 251))));
    assert_eq!(repaired.lost_keys, ["after \"nns-098\" and before \"nns-199\""]);
    let (reader, _) = open(data.path()).unwrap();
    assert!(reader.namespace(&"later".parse().unwrap()).unwrap().is_some());
}

#[tokio::test]
async fn records_that_are_gone_are_given_up_only_if_that_is_accepted() {
    let (data, _) = store(0).await;
    for folder in ["journal", "store"] {
        fs::remove_dir_all(data.path().join(folder)).unwrap();
    }
    assert!(matches!(repair(data.path()), Err(StoreError::KeyFileMissing(_) | StoreError::RecordsGone { .. })));
    let repaired = super::repair(Setup::default(), dir(data.path()), data.path(), true).unwrap().unwrap();
    assert_eq!(repaired.records, 0);
    let (reader, writer) = open(data.path()).unwrap();
    assert!(seen(&reader).is_empty());
    writer.create_namespace("again".parse().unwrap(), false).await.unwrap();
}

#[tokio::test]
async fn a_store_of_which_nothing_can_be_read_is_given_up_only_if_that_is_accepted() {
    let (data, _) = store(0).await;
    for file in copies(data.path()) {
        let length = fs::metadata(&file).unwrap().len();
        let kept = if file.to_string_lossy().contains("journal/") { 32 } else { 0 };
        let zeros = vec![0; usize::try_from(length).unwrap() - kept];
        let bytes = [&fs::read(&file).unwrap()[..kept], &zeros].concat();
        fs::write(&file, bytes).unwrap();
    }
    let intact = [&fs::read(data.path().join("journal/segment-00000000000000000001")).unwrap()[..32], b"x"].concat();
    fs::write(data.path().join("journal/segment-00000000000000000009"), intact).unwrap();
    fs::write(data.path().join("journal/snapshot-00000000000000000008"), b"x").unwrap();
    let error = repair(data.path()).unwrap_err();
    assert!(matches!(error, StoreError::NothingKept(_)), "{error}");
    assert!(error.hint().unwrap().contains("--accept-loss"));
    let repaired = super::repair(Setup::default(), dir(data.path()), data.path(), true).unwrap().unwrap();
    assert_eq!(repaired.records, 0);
    open(data.path()).unwrap();
}

/// Bits flipped at random in both copies. Whatever is kept was written once; whatever is not is named.
#[tokio::test]
async fn a_repair_of_random_damage_keeps_what_was_written_and_names_the_rest() {
    let (data, seen_before) = store(2).await;
    let mut random = Random(24);
    let mut refused = 0;
    for round in 0..30 {
        let copy = copy(data.path());
        damage_at_random(&copy, &mut random);
        if open(copy.path()).is_ok() {
            continue;
        }
        refused += 1;
        let repaired = repair(copy.path()).unwrap_or_else(|error| panic!("round {round}: {error}")).unwrap();
        let seen_after = seen(&open(copy.path()).unwrap().0);
        let named =
            repaired.lost.len() + repaired.doubtful.len() + repaired.lost_entries.len() + repaired.lost_keys.len();
        assert!(named > 0 || seen_after == seen_before, "round {round}: {repaired:?}");
        assert!(repaired.aside.contains(&"store.damaged".to_owned()), "{:?}", repaired.aside);
    }
    assert!(refused > 5, "{refused}");
}

fn damage_at_random(copy: &TempDir, random: &mut Random) {
    for file in copies(copy.path()) {
        let bytes = fs::read(&file).unwrap();
        let written = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last as u64 + 1);
        for _ in 0..written.min(3) {
            flip(&file, random.below(written * 8));
        }
    }
}

#[tokio::test]
async fn another_key_is_not_taken_for_damage() {
    let ((data, _), (other, _)) = (store(0).await, store(0).await);
    damage_journal(data.path(), "nns-1");
    damage_index(data.path(), "nns-1");
    fs::copy(other.path().join("key"), data.path().join("key")).unwrap();
    let error = repair(data.path()).unwrap_err();
    assert!(matches!(error, StoreError::UnknownKey { .. }), "{error}");
}

/// The entry that sealed every secret anew is gone from the journal, and the old key with it: the index has the secrets.
#[tokio::test]
async fn secrets_that_only_the_index_has_under_the_new_key_are_kept() {
    let (data, seen_before) = store(0).await;
    let file = data.path().join("key");
    let rotated = Keys::parse(&fs::read_to_string(&file).unwrap()).unwrap().rotated().unwrap();
    {
        let (_, writer) = open(data.path()).unwrap();
        writer.seal_again(rotated.clone()).await.unwrap();
    }
    fs::write(&file, rotated.newest().to_text()).unwrap();
    damage_journal(data.path(), rotated.newest().to_text().split(' ').nth(1).unwrap());
    damage_index(data.path(), "nns-1");
    let repaired = repaired(data.path());
    assert_eq!((repaired.namespaces, repaired.workers), (3, 12), "{repaired:?}");
    assert_eq!(seen(&open(data.path()).unwrap().0), seen_before);
}
