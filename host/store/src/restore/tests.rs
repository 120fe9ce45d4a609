//! Backups of a running store, and what becomes of them when they are restored, whole or damaged.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs::{self, File};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use tollgate_types::WorkerId;

use super::*;
use crate::recovery::tests::{Random, copy, files, flip, open, seen, store};
use crate::{Draft, Writer, verify_backup};

/// A backup of a store, the key file of which is beside it.
struct Taken {
    folder: TempDir,
    manifest: Manifest,
    seen: Vec<String>,
}

impl Taken {
    fn file(&self) -> PathBuf {
        self.folder.path().join("backup.tar")
    }

    fn setup(&self) -> Setup {
        Setup { key_file: Some(self.folder.path().join("key")), ..Setup::default() }
    }

    fn restore(&self, file: &Path, to: &Path) -> Result<Restored, StoreError> {
        restore(self.setup(), file, to)
    }

    /// What a reader sees of a restored folder.
    fn seen_in(&self, data: &Path) -> Vec<String> {
        let dir = Dir::open_ambient_dir(data, ambient_authority()).unwrap();
        seen(&crate::open(self.setup(), dir, data).unwrap().0)
    }
}

async fn write(writer: &Writer, to: &Path) -> Manifest {
    let backup = writer.backup().await.unwrap();
    let file = File::create(to).unwrap();
    tokio::task::spawn_blocking(move || backup.write(file)).await.unwrap().unwrap()
}

async fn taken(restarts: usize) -> Taken {
    let (data, seen) = store(restarts).await;
    let folder = tempfile::tempdir().unwrap();
    let (_reader, writer) = open(data.path()).unwrap();
    let manifest = write(&writer, &folder.path().join("backup.tar")).await;
    fs::copy(data.path().join("key"), folder.path().join("key")).unwrap();
    Taken { folder, manifest, seen }
}

#[tokio::test]
async fn a_backup_restores_every_record_and_every_script() {
    for restarts in [0, 2] {
        let taken = taken(restarts).await;
        let data = taken.folder.path().join("data");
        let restored = taken.restore(&taken.file(), &data).unwrap();
        assert_eq!((&restored.manifest, &restored.findings), (&taken.manifest, &vec![]));
        assert_eq!(verify_backup(&taken.file()).unwrap(), taken.manifest);
        assert_eq!(taken.manifest.scripts.len(), 5);
        assert_eq!(taken.seen_in(&data), taken.seen);
        for file in ["key", "token", "compiled"] {
            assert!(!data.join(file).exists(), "{file}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_under_writes_and_compactions_is_of_one_moment() {
    let (data, _) = store(0).await;
    let (reader, writer) = open(data.path()).unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let writing = (0..3).map(|client| {
        let (writer, stop) = (writer.clone(), stop.clone());
        tokio::spawn(async move {
            let id = WorkerId::in_namespace("ns-0".parse().unwrap(), format!("busy-{client}").parse().unwrap());
            for round in 0.. {
                writer.put_worker(id.clone(), format!("{client} {round}").into(), Draft::default()).await.unwrap();
                if round % 20 == 19 {
                    writer.compact().await.unwrap();
                }
                if stop.load(Ordering::Relaxed) {
                    return;
                }
            }
        })
    });
    let writing: Vec<_> = writing.collect();
    let folder = tempfile::tempdir().unwrap();
    let mut last = 0;
    for number in 0..8 {
        let mut sequence = reader.changes();
        sequence.changed().await.unwrap();
        let manifest = write(&writer, &folder.path().join(format!("{number}.tar"))).await;
        assert!(manifest.sequence >= last && manifest.missing_scripts.is_empty(), "{manifest:?}");
        last = manifest.sequence;
    }
    stop.store(true, Ordering::Relaxed);
    for writing in writing {
        writing.await.unwrap();
    }
    let setup = Setup { key_file: Some(data.path().join("key")), ..Setup::default() };
    for number in 0..8 {
        let (file, to) = (folder.path().join(format!("{number}.tar")), folder.path().join(number.to_string()));
        let restored = restore(setup.clone(), &file, &to).unwrap();
        assert_eq!(restored.findings, Vec::<String>::new());
    }
}

/// Every damage is refused, or costs nothing; and nothing is left of what was refused.
#[tokio::test]
async fn a_damaged_or_truncated_backup_is_refused_and_leaves_nothing() {
    let taken = taken(2).await;
    let length = fs::metadata(taken.file()).unwrap().len();
    let mut random = Random(23);
    for attempt in 0..60 {
        let damaged = copy(taken.folder.path());
        let (file, data) = (damaged.path().join("backup.tar"), damaged.path().join("data"));
        if attempt % 3 == 0 {
            File::options().write(true).open(&file).unwrap().set_len(random.below(length - 1024)).unwrap();
        } else {
            flip(&file, random.below(length * 8));
        }
        match taken.restore(&file, &data) {
            // The bytes between two files of a tar archive mean nothing.
            Ok(_) => assert_eq!(taken.seen_in(&data), taken.seen, "{attempt}"),
            Err(StoreError::Archive { path, reason }) => {
                assert_eq!(path, file, "{reason}");
                assert!(verify_backup(&file).is_err(), "{attempt}: {reason}");
                assert_eq!(fs::read_dir(damaged.path()).unwrap().count(), 2, "{attempt}: {reason}");
            }
            Err(error) => panic!("{attempt}: {error}"),
        }
    }
}

/// The archive of these files, each a path, a type and its bytes.
fn archive(to: &Path, files: &[(&str, tar::EntryType, &[u8])]) {
    let mut archive = tar::Builder::new(File::create(to).unwrap());
    for (path, kind, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        archive.append(&header, *bytes).unwrap();
    }
    archive.finish().unwrap();
}

#[tokio::test]
async fn a_foreign_archive_is_refused_by_name() {
    let taken = taken(0).await;
    let (foreign, data) = (taken.folder.path().join("foreign.tar"), taken.folder.path().join("data"));
    let empty = "scripts/sha256/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let other = "scripts/sha256/00/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let file = tar::EntryType::Regular;
    for (path, kind, expected) in [
        ("../journal/segment-00000000000000000001", file, "it contains \"../journal/segment-00000000000000000001\""),
        ("/etc/passwd", file, "it contains \"/etc/passwd\""),
        ("key", file, "it contains \"key\""),
        (other, file, "it is not a backup of Tollgate"),
        (empty, tar::EntryType::Symlink, "it is not a backup of Tollgate"),
        ("journal/segment-00000000000000000001", tar::EntryType::Directory, "it is not a backup of Tollgate"),
        (empty, file, "it is truncated: manifest.json is missing"),
    ] {
        archive(&foreign, &[(path, kind, b"")]);
        let error = taken.restore(&foreign, &data).unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("foreign.tar"), "{path}: {error}");
    }
    fs::write(&foreign, "no archive at all".repeat(100)).unwrap();
    let error = taken.restore(&foreign, &data).unwrap_err().to_string();
    assert!(error.contains("it is not a backup of Tollgate"), "{error}");
    assert!(!data.exists() && !taken.folder.path().join("data.unfinished").exists());
}

#[tokio::test]
async fn a_backup_is_restored_into_an_empty_folder_and_with_the_key() {
    let taken = taken(0).await;
    let (file, data) = (taken.file(), taken.folder.path().join("data"));
    let error = restore(Setup::default(), &file, &data).unwrap_err();
    assert!(matches!(&error, StoreError::KeyFileMissing(path) if *path == data.join("key")), "{error}");
    assert!(error.hint().unwrap().contains("--key-file"));
    fs::create_dir(&data).unwrap();
    taken.restore(&file, &data).unwrap();
    let error = taken.restore(&file, &data).unwrap_err();
    assert!(matches!(error, StoreError::NotEmpty(_)), "{error}");
    let error = open(&data).map(drop).unwrap_err();
    assert!(matches!(error, StoreError::KeyFileMissing(_)), "{error}");
    let (other, _) = store(0).await;
    let setup = Setup { key_file: Some(other.path().join("key")), ..Setup::default() };
    let error = restore(setup, &file, &taken.folder.path().join("other")).unwrap_err();
    assert!(matches!(error, StoreError::WrongKey { .. }), "{error}");
}

#[tokio::test]
async fn a_script_that_cannot_be_read_does_not_stop_the_backup() {
    let (data, _) = store(0).await;
    let folder = tempfile::tempdir().unwrap();
    let script = files(&data.path().join("scripts")).remove(0);
    let (_reader, writer) = open(data.path()).unwrap();
    flip(&script, 3);
    let file = folder.path().join("backup.tar");
    let manifest = write(&writer, &file).await;
    assert_eq!((manifest.scripts.len(), manifest.missing_scripts.len()), (4, 1));
    assert_eq!(script.file_name().unwrap().to_str().unwrap(), manifest.missing_scripts[0].to_string());
    let setup = Setup { key_file: Some(data.path().join("key")), ..Setup::default() };
    restore(setup, &file, &folder.path().join("data")).unwrap();
}
