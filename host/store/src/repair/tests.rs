//! Damage to both copies at once: the host refuses to start, and a repair keeps what either copy proves and names the rest.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;

use cap_std::ambient_authority;
use tempfile::TempDir;

use super::*;
use crate::entry::Stored;
use crate::recovery::tests::{Random, copies, copy, files, flip, open, seen, store};

/// The entry of the second deploy has it, since a version has a record of its own when the next one is deployed.
const VERSION_1: &str = "hns-1/w-2/00000000000000000001";

fn dir(data: &Path) -> Dir {
    Dir::open_ambient_dir(data, ambient_authority()).unwrap()
}

fn repair(data: &Path) -> Result<Option<Repaired>, StoreError> {
    super::repair(Setup::default(), dir(data), data, false)
}

/// Damages every file of the journal where it contains this text.
fn damage_journal(data: &Path, text: &str) {
    let mut damaged = 0;
    for file in files(&data.join("journal")) {
        let mut bytes = fs::read(&file).unwrap();
        let there = |at: &usize| bytes[*at..].starts_with(text.as_bytes());
        let places: Vec<_> = (0..bytes.len().saturating_sub(text.len())).filter(there).collect();
        damaged += places.len();
        places.into_iter().for_each(|at| bytes[at] ^= 1);
        fs::write(file, bytes).unwrap();
    }
    assert!(damaged > 0, "{text}");
}

/// Replaces a record in sled with bytes that are not a record.
fn damage_index(data: &Path, key: &str) {
    replace_in_index(data, key, b"\x02{\"na".to_vec());
}

/// Replaces a record of sled's. Its tag stays as it is.
fn replace_in_index(data: &Path, key: &str, value: Vec<u8>) {
    let index = open_index(data);
    let tag = index.tag().unwrap();
    index.write(&[Stored { key: key.to_owned(), value: Some(value) }], tag).unwrap();
    index.flush().unwrap();
}

fn record_of_index(data: &Path, key: &str) -> Vec<u8> {
    open_index(data).readable().records.remove(key).unwrap()
}

fn open_index(data: &Path) -> Index {
    // Waits until the store that was open before is closed.
    drop(Lock::take(&Folder::new(dir(data), data)).unwrap());
    Index::open(&Folder::new(dir(data), data), index::FOLDER, [0; 16], 1024 * 1024).unwrap()
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
    damage_journal(data.path(), VERSION_1);
    damage_index(data.path(), "wns-1/w-2");
    let repaired = repaired(data.path());
    assert_eq!((repaired.namespaces, repaired.workers, repaired.versions), (3, 12, 12));
    assert_eq!(repaired.lost_entries.len(), 1);
    let doubt = "worker ns-1/w-2: version 1 is kept; version 2 was deployed later and is lost";
    assert!(repaired.doubtful.contains(&doubt.to_owned()), "{:?}", repaired.doubtful);
    assert_eq!(repaired.lost, Vec::<String>::new());
    let seen_after = seen(&open(data.path()).unwrap().0);
    let other = |line: &&String| !line.starts_with("ns-1/w-2 ");
    assert!(seen_after.iter().filter(other).eq(seen_before.iter().filter(other)));
    assert!(seen_after.iter().any(|line| line.starts_with("ns-1/w-2 ")));
    assert_eq!(repaired.aside, ["journal.damaged", "store.damaged"]);
    let aside = ["journal.damaged/segment-00000000000000000001", "store.damaged/db"].map(|file| data.path().join(file));
    assert!(aside.iter().all(|file| file.is_file()));
    // They are all that is left of what is lost: neither a later mend nor a snapshot removes them.
    damage_journal(data.path(), "nns-1");
    let (_reader, writer) = open(data.path()).unwrap();
    assert!(data.path().join("journal/damaged").is_dir());
    writer.purge().await.unwrap();
    assert!(aside.iter().all(|file| file.is_file()) && !data.path().join("journal/damaged").exists());
}

#[tokio::test]
async fn a_worker_that_neither_copy_has_is_named_with_its_script() {
    let (data, seen_before) = store(0).await;
    let script = files(&data.path().join("scripts"));
    damage_journal(data.path(), "wns-1/w-2");
    damage_index(data.path(), "wns-1/w-2");
    let repaired = repaired(data.path());
    assert_eq!((repaired.workers, repaired.lost.len()), (11, 1), "{:?}", repaired.lost);
    let lost = &repaired.lost[0];
    assert!(lost.starts_with("worker ns-1/w-2: its version 1 ran script "), "{lost}");
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
    damage_journal(data.path(), "hns-2/w-3/00000000000000000001");
    open(data.path()).unwrap();
    let (data, _) = store(0).await;
    damage_journal(data.path(), "hns-2/w-3/00000000000000000001");
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

/// A store that was sealed with a new key, of which one worker is left under the old key alone: in the journal, since the entries
/// that sealed the secrets anew are damaged, and in the index. The keys, the old one last, and what a reader saw before.
async fn sealed_with_a_key_that_is_gone() -> (TempDir, Keys, Vec<String>) {
    let (data, seen_before) = store(0).await;
    let old = record_of_index(data.path(), "wns-1/w-2");
    let file = data.path().join("key");
    let keys = Keys::parse(&fs::read_to_string(&file).unwrap()).unwrap().rotated().unwrap();
    {
        let (_, writer) = open(data.path()).unwrap();
        writer.seal_again(keys.clone()).await.unwrap();
    }
    fs::write(&file, keys.newest().to_text()).unwrap();
    damage_journal(data.path(), &format!("{}:", keys.id()));
    replace_in_index(data.path(), "wns-1/w-2", old);
    (data, keys, seen_before)
}

#[tokio::test]
async fn a_record_under_a_key_that_is_gone_is_named_and_nothing_is_changed() {
    let (data, keys, seen_before) = sealed_with_a_key_that_is_gone().await;
    let old = keys.to_text().lines().nth(1).unwrap().split(' ').nth(1).unwrap().to_owned();
    let before: Vec<_> = files(data.path()).iter().map(|file| fs::read(file).unwrap()).collect();
    let error = repair(data.path()).unwrap_err();
    let StoreError::RecordsSealed { records } = &error else { panic!("{error}") };
    assert_eq!(*records, format!("worker ns-1/w-2 (key {old})"));
    assert!(error.hint().unwrap().contains("`tollgate store repair --accept-loss"), "{error}");
    let after: Vec<_> = files(data.path()).iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(before == after);
    // With the old key everything is there.
    fs::write(data.path().join("key"), keys.to_text()).unwrap();
    let repaired = repair(data.path()).unwrap().unwrap();
    assert_eq!(repaired.workers, 12);
    assert!(!repaired.lost.iter().any(|line| line.starts_with("worker ")), "{:?}", repaired.lost);
    assert_eq!(seen(&open(data.path()).unwrap().0), seen_before);
}

#[tokio::test]
async fn a_record_under_a_key_that_is_gone_is_left_out_and_listed_if_that_is_accepted() {
    let (data, keys, seen_before) = sealed_with_a_key_that_is_gone().await;
    let old = keys.to_text().lines().nth(1).unwrap().split(' ').nth(1).unwrap().to_owned();
    let repaired = super::repair(Setup::default(), dir(data.path()), data.path(), true).unwrap().unwrap();
    assert_eq!(repaired.workers, 11);
    let why = format!("worker ns-1/w-2: its secrets were sealed with key {old}, which the key file does not have");
    assert!(repaired.lost.contains(&why), "{:?}", repaired.lost);
    assert!(repaired.lost.iter().any(|line| line.starts_with("worker ns-1/w-2: its version 1 ran script ")));
    let seen_after = seen(&open(data.path()).unwrap().0);
    let others: Vec<_> = seen_before.into_iter().filter(|line| !line.starts_with("ns-1/w-2 ")).collect();
    assert_eq!(seen_after, others);
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
