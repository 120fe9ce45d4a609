//! Damage to the files of a store, one after another: everything is there after the next start, or the start is refused and
//! names what is lost.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use serde_json::json;
use tempfile::TempDir;
use tollgate_types::{NamespaceName, WorkerId};

use super::{COPY, JOURNAL, Opened, Opening, SECOND_COPY};
use crate::digest::Mark;
use crate::entry::{Entry, Stored};
use crate::folder::tests::fail_syncs;
use crate::health::Health;
use crate::index::{FOLDER, Index};
use crate::log::{CommitError, Log as _};
use crate::{Draft, Folder, Keys, Reader, Setup, StoreError, Writer, key_file};

pub(crate) fn open(data: &Path) -> Result<(Reader, Writer), StoreError> {
    crate::open(Setup::default(), Dir::open_ambient_dir(data, ambient_authority()).unwrap(), data)
}

/// Everything that a reader sees, as text.
pub(crate) fn seen(reader: &Reader) -> Vec<String> {
    let mut seen: Vec<_> = reader.namespaces().unwrap().iter().map(|it| format!("{it:?}")).collect();
    for namespace in reader.namespaces().unwrap() {
        for (name, record) in reader.workers(&tollgate_types::Home::Namespace(namespace.name.clone())).unwrap() {
            let id = WorkerId::in_namespace(namespace.name.clone(), name);
            let secrets: Vec<_> = record.bindings.values().map(|it| serde_json::to_string(it).unwrap()).collect();
            seen.push(format!(
                "{id} {record:?} {secrets:?} {:?} {:?}",
                reader.versions(&id),
                reader.script(&record.script)
            ));
        }
    }
    seen
}

/// A store of some workers, stopped and started `restarts` times after, and what a reader sees of it.
pub(crate) async fn store(restarts: usize) -> (TempDir, Vec<String>) {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(data.path()).unwrap();
    for namespace in 0..3 {
        let namespace: NamespaceName = format!("ns-{namespace}").parse().unwrap();
        writer.create_namespace(namespace.clone(), false).await.unwrap();
        for worker in 0..4 {
            let id = WorkerId::in_namespace(namespace.clone(), format!("w-{worker}").parse().unwrap());
            let bindings = json!({ "KEY": { "type": "secret_text", "text": format!("secret of {id}") } });
            let draft = Draft { bindings: serde_json::from_value(bindings).unwrap(), ..Draft::default() };
            writer.put_worker(id.clone(), format!("script {worker}").into(), draft.clone()).await.unwrap();
            writer.put_worker(id, format!("script {}", worker + 1).into(), draft).await.unwrap();
        }
    }
    if restarts > 1 {
        writer.compact().await.unwrap();
        writer.create_namespace("last".parse().unwrap(), false).await.unwrap();
    }
    let seen = seen(&reader);
    drop((reader, writer));
    for _ in 0..restarts {
        open(data.path()).unwrap();
    }
    (data, seen)
}

/// A copy of a folder, to be damaged.
pub(crate) fn copy(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in files(folder) {
        let to = copy.path().join(file.strip_prefix(folder).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&file, to).unwrap();
    }
    copy
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

/// The files of the two copies of the records.
pub(crate) fn copies(data: &Path) -> Vec<PathBuf> {
    files(data).into_iter().filter(|file| part(data, file) == "journal" || part(data, file) == "store").collect()
}

fn part(data: &Path, file: &Path) -> String {
    file.strip_prefix(data).unwrap().iter().next().unwrap().to_string_lossy().into_owned()
}

/// Damages a copy of the store and opens it twice: both times everything must be there.
fn expect_recovery(data: &Path, seen_before: &[String], what: &str, damage: impl FnOnce(&Path)) {
    let copy = copy(data);
    damage(copy.path());
    for start in ["first", "second"] {
        let (reader, _writer) = open(copy.path()).unwrap_or_else(|error| panic!("{what}, {start} start: {error}"));
        assert_eq!(seen(&reader), seen_before, "{what}, {start} start");
    }
}

/// Numbers that are the same in every run (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % bound
    }
}

pub(crate) fn flip(file: &Path, bit: u64) {
    let mut bytes = fs::read(file).unwrap();
    bytes[usize::try_from(bit / 8).unwrap()] ^= 1 << (bit % 8);
    fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn a_flipped_bit_costs_nothing() {
    for restarts in [0, 2] {
        let (data, seen) = store(restarts).await;
        let mut random = Random(22);
        for file in copies(data.path()) {
            let name = file.strip_prefix(data.path()).unwrap();
            let written =
                fs::read(&file).unwrap().iter().rposition(|byte| *byte != 0).map_or(0, |last| last as u64 + 1);
            // The id of the store, in a file of the journal, and anything else.
            let id = (name.starts_with("journal") && written >= 32).then(|| 16 * 8 + random.below(16 * 8));
            let anywhere: Vec<_> = (0..12.min(written)).map(|_| random.below(written * 8)).collect();
            for bit in id.into_iter().chain(anywhere) {
                let what = format!("{restarts} restarts, bit {bit} of {}", name.display());
                expect_recovery(data.path(), &seen, &what, |copy| flip(&copy.join(name), bit));
            }
        }
    }
}

#[tokio::test]
async fn a_file_that_is_cut_short_or_missing_costs_nothing() {
    for restarts in [0, 2] {
        let (data, seen) = store(restarts).await;
        for file in copies(data.path()) {
            let name = file.strip_prefix(data.path()).unwrap();
            let length = fs::metadata(&file).unwrap().len();
            for kept in [0, 1, length / 2, length.saturating_sub(1)] {
                let what = format!("{restarts} restarts, {} cut to {kept} bytes", name.display());
                expect_recovery(data.path(), &seen, &what, |copy| {
                    let file = fs::OpenOptions::new().write(true).open(copy.join(name)).unwrap();
                    file.set_len(kept).unwrap();
                });
            }
            let what = format!("{restarts} restarts, {} missing", name.display());
            expect_recovery(data.path(), &seen, &what, |copy| fs::remove_file(copy.join(name)).unwrap());
        }
        for folder in ["journal", "store"] {
            let what = format!("{restarts} restarts, {folder} missing");
            expect_recovery(data.path(), &seen, &what, |copy| fs::remove_dir_all(copy.join(folder)).unwrap());
        }
    }
}

#[tokio::test]
async fn damage_to_both_copies_is_refused_and_changes_neither() {
    let (data, _) = store(0).await;
    let copy = copy(data.path());
    for file in
        copies(copy.path()).into_iter().filter(|file| file.ends_with("db") || part(copy.path(), file) == "journal")
    {
        let middle = fs::metadata(&file).unwrap().len().min(20_000) / 2;
        flip(&file, middle * 8);
    }
    let before: Vec<_> = copies(copy.path()).iter().map(|file| fs::read(file).unwrap()).collect();
    for _ in 0..2 {
        let error = open(copy.path()).map(drop).unwrap_err();
        let StoreError::BothDamaged { lost, .. } = &error else { panic!("{error}") };
        assert!(lost.contains("journal/segment-00000000000000000001 is damaged at byte "), "{lost}");
        assert!(lost.contains("entries ") && error.hint().unwrap().contains("tollgate store repair"), "{lost}");
    }
    let after: Vec<_> = copies(copy.path()).iter().map(|file| fs::read(file).unwrap()).collect();
    assert!(before == after);
}

#[tokio::test]
async fn scripts_without_any_record_are_refused() {
    let (data, _) = store(0).await;
    fs::remove_dir_all(data.path().join("journal")).unwrap();
    fs::remove_dir_all(data.path().join("store")).unwrap();
    let error = open(data.path()).map(drop).unwrap_err();
    assert!(matches!(error, StoreError::RecordsGone { .. } | StoreError::KeyFileMissing(_)), "{error}");
}

#[tokio::test]
async fn an_index_of_another_store_is_not_taken() {
    let ((data, seen), (other, _)) = (store(0).await, store(2).await);
    expect_recovery(data.path(), &seen, "another store's index", |copy| {
        fs::remove_dir_all(copy.join("store")).unwrap();
        fs::create_dir(copy.join("store")).unwrap();
        for file in files(&other.path().join("store")) {
            fs::copy(&file, copy.join("store").join(file.file_name().unwrap())).unwrap();
        }
    });
}

/// A power cut may take away a folder whose parent was never synced, with every change in it that was answered.
#[test]
fn a_new_store_syncs_the_folders_that_it_is_in() {
    let above = tempfile::tempdir().unwrap();
    let (parent, data) = (above.path().join("parent"), above.path().join("parent/data"));
    fs::create_dir_all(&data).unwrap();
    for folder in [above.path(), &parent] {
        fail_syncs(Some(folder.canonicalize().unwrap()));
        let error = open(&data).map(drop).unwrap_err();
        assert_eq!(error.to_string(), format!("cannot sync {}", folder.canonicalize().unwrap().display()));
        assert!(!data.join("journal").exists());
    }
    fail_syncs(None);
    drop(open(&data).unwrap());
    // What is in a folder that has a journal was synced before.
    fail_syncs(Some(parent.canonicalize().unwrap()));
    drop(open(&data).unwrap());
    fail_syncs(None);
}

/// The segment of a store that was never compacted.
const SEGMENT: &str = "journal/segment-00000000000000000001";

fn folder(data: &Path) -> Folder {
    Folder::new(Dir::open_ambient_dir(data, ambient_authority()).unwrap(), data)
}

fn index(data: &Path) -> Index {
    // Waits until the store that was open before is closed.
    drop(crate::lock::Lock::take(&folder(data)).unwrap());
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
