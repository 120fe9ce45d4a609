//! A store that is too large for a start to compare all of its index.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::time::{Duration, Instant};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tempfile::TempDir;

use crate::entry::Stored;
use crate::index::{FOLDER, Index};
use crate::recovery::COMPARED_AT_START;
use crate::{Folder, Reader, Setup, Writer};

fn dir(data: &Path) -> Dir {
    Dir::open_ambient_dir(data, ambient_authority()).unwrap()
}

fn open(data: &Path) -> (Reader, Writer) {
    crate::open(Setup::default(), dir(data), data).unwrap()
}

async fn large_store() -> TempDir {
    let data = tempfile::tempdir().unwrap();
    let (_, writer) = open(data.path());
    let create = |number| {
        let writer = writer.clone();
        tokio::spawn(async move { writer.create_namespace(format!("ns-{number}").parse().unwrap(), false).await })
    };
    for created in (0..=COMPARED_AT_START).map(create).collect::<Vec<_>>() {
        created.await.unwrap().unwrap();
    }
    data
}

/// Replaces or deletes a record of sled's. Its tag stays as it is.
fn change_index(data: &Path, key: &str, value: Option<&[u8]>) {
    let index = Index::open(&Folder::new(dir(data), data), FOLDER, [0; 16], 1024 * 1024).unwrap();
    let tag = index.tag().unwrap();
    index.write(&[Stored { key: key.to_owned(), value: value.map(<[u8]>::to_vec) }], tag).unwrap();
    index.flush().unwrap();
}

fn findings(reader: &Reader) -> Vec<String> {
    reader.health().report().findings
}

/// Waits for damage to be found. Damage that is not found is a failure, not a hang.
fn finding(reader: &Reader) -> String {
    let begun = Instant::now();
    while findings(reader).is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(120), "no damage was found");
        std::thread::sleep(Duration::from_millis(2));
    }
    findings(reader).concat()
}

#[tokio::test]
async fn a_damaged_record_of_a_large_index_is_put_back_while_the_host_serves() {
    let data = large_store().await;
    change_index(data.path(), "nns-7", Some(b"\x02{}"));
    {
        let (reader, _writer) = open(data.path());
        assert_eq!(finding(&reader), "store/ had lost a record, and got it back from the journal");
    }
    let (reader, writer) = open(data.path());
    writer.scrub().await.unwrap();
    assert_eq!(findings(&reader), [""; 0]);
}

#[tokio::test]
async fn a_large_index_that_lacks_a_record_or_has_a_strange_one_is_made_again_at_the_next_start() {
    let data = large_store().await;
    for (key, value, said) in
        [("nns-7", None, "the index is corrupt: it has "), ("nstrange", Some(&b"\x02{}"[..]), "no such record")]
    {
        change_index(data.path(), key, value);
        {
            let (reader, writer) = open(data.path());
            let found = finding(&reader);
            assert!(found.starts_with("store/ is damaged: ") && found.contains(said), "{found}");
            // A change must not vouch for what is damaged.
            writer.delete_namespace("ns-9".parse().unwrap(), false).await.unwrap();
            writer.create_namespace("ns-9".parse().unwrap(), false).await.unwrap();
        }
        let (reader, writer) = open(data.path());
        assert!(finding(&reader).starts_with("store/ was made again from the journal: "), "{:?}", findings(&reader));
        drop((reader, writer));
        let (reader, writer) = open(data.path());
        writer.scrub().await.unwrap();
        assert_eq!(findings(&reader), [""; 0]);
    }
}
