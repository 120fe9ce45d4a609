//! Snapshots while files of the journal rot under a running store, and what is removed once a snapshot stands for it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::recovery::tests::{flip, open};
use crate::{Reader, Writer};

async fn create(writer: &Writer, name: &str) {
    writer.create_namespace(name.parse().unwrap(), false).await.unwrap();
}

/// A store with a snapshot after each of these, and one more namespace.
async fn store(snapshots: &[&str]) -> (TempDir, Reader, Writer) {
    let data = tempfile::tempdir().unwrap();
    let (reader, writer) = open(data.path()).unwrap();
    for name in snapshots {
        create(&writer, name).await;
        writer.compact().await.unwrap();
    }
    create(&writer, "last").await;
    (data, reader, writer)
}

/// The journal's files of a kind, the oldest first.
fn files(data: &Path, kind: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(data.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = all.filter(|path| path.to_string_lossy().contains(&format!("journal/{kind}-"))).collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn names(reader: &Reader) -> Vec<String> {
    reader.namespaces().unwrap().iter().map(|record| record.name.to_string()).collect()
}

/// The journal alone proves these.
fn expect_names(data: &Path, expected: &[&str]) {
    fs::remove_dir_all(data.join("store")).unwrap();
    let (reader, _writer) = open(data).unwrap();
    assert_eq!(names(&reader), expected);
}

#[tokio::test]
async fn a_snapshot_that_rots_is_replaced_by_one_made_from_the_snapshot_before() {
    let (data, reader, writer) = store(&["a", "b", "c"]).await;
    let damaged = files(data.path(), "snapshot").pop().unwrap();
    flip(&damaged, 8 * 200);
    writer.compact().await.unwrap();
    let findings = reader.health().report().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].starts_with(&format!("journal/{} ", name(&damaged))), "{findings:?}");
    let left = files(data.path(), "snapshot");
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(!left.contains(&damaged), "a damaged snapshot counts as no generation");
    // Each of the two generations proves the whole.
    flip(&left[1], 8 * 200);
    create(&writer, "later").await;
    writer.compact().await.unwrap();
    drop((reader, writer));
    expect_names(data.path(), &["a", "b", "c", "last", "later"]);
}

#[tokio::test]
async fn the_only_snapshot_is_replaced_by_one_made_from_all_entries() {
    let (data, reader, writer) = store(&["a"]).await;
    let damaged = files(data.path(), "snapshot").pop().unwrap();
    flip(&damaged, 8 * 40);
    writer.compact().await.unwrap();
    assert_eq!(reader.health().report().findings.len(), 1);
    assert_eq!(files(data.path(), "snapshot").len(), 1);
    drop((reader, writer));
    expect_names(data.path(), &["a", "last"]);
}

#[tokio::test]
async fn a_journal_that_no_snapshot_can_be_made_of_is_reported_once_and_mended_at_the_next_start() {
    let (data, reader, writer) = store(&["a", "b", "c"]).await;
    let segment = files(data.path(), "segment").pop().unwrap();
    flip(&segment, 8 * 60);
    for number in 0..2 {
        assert!(writer.compact().await.is_err());
        let findings = reader.health().report().findings;
        let of_snapshots: Vec<_> = findings.iter().filter(|it| it.contains("no snapshot can be made")).collect();
        assert_eq!(of_snapshots.len(), 1, "try {number}: {findings:?}");
    }
    create(&writer, "later").await;
    assert_eq!(names(&reader), ["a", "b", "c", "last", "later"]);
    drop((reader, writer));
    let (reader, writer) = open(data.path()).unwrap();
    assert_eq!(names(&reader), ["a", "b", "c", "last", "later"]);
    create(&writer, "again").await;
    writer.compact().await.unwrap();
}

/// What a mend keeps of a damaged journal may hold secrets that were deleted since.
#[tokio::test]
async fn what_a_mend_has_put_aside_goes_when_the_journal_is_compacted() {
    let (data, reader, writer) = store(&["a", "b"]).await;
    drop((reader, writer));
    flip(&files(data.path(), "segment")[0], 8 * 60);
    let (_reader, writer) = open(data.path()).unwrap();
    assert!(data.path().join("journal/damaged").is_dir());
    fs::write(data.path().join("journal/segment-00000000000000000001.end"), b"an entry cut short").unwrap();
    writer.purge().await.unwrap();
    let left: Vec<_> = fs::read_dir(data.path().join("journal")).unwrap().map(|it| name(&it.unwrap().path())).collect();
    assert!(!left.iter().any(|name| name == "damaged" || name.ends_with(".end")), "{left:?}");
}

/// What is compacted after such a start must not take a segment for an older one because of its name.
#[tokio::test]
async fn segments_that_were_swapped_cost_nothing() {
    let (data, reader, writer) = store(&["a", "b", "c"]).await;
    drop((reader, writer));
    let segments = files(data.path(), "segment");
    let [first, .., last] = segments.as_slice() else { unreachable!("{segments:?}") };
    let aside = data.path().join("aside");
    for (from, to) in [(first, &aside), (last, first), (&aside, last)] {
        fs::rename(from, to).unwrap();
    }
    let (reader, writer) = open(data.path()).unwrap();
    assert_eq!(names(&reader), ["a", "b", "c", "last"]);
    assert!(!reader.health().report().findings.is_empty());
    create(&writer, "later").await;
    writer.purge().await.unwrap();
    drop((reader, writer));
    expect_names(data.path(), &["a", "b", "c", "last", "later"]);
}
