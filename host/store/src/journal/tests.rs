//! The end of the journal on a disk that fails: what a failed sync, a failed write and a missing header come to.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs::{File, OpenOptions};
use std::io::Write as _;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

use super::*;
use crate::digest::{Mark, StateDigest};
use crate::entry::Stored;

const ID: StoreId = [7; 16];

fn folder() -> (TempDir, Folder) {
    let data = tempfile::tempdir().unwrap();
    let dir = Dir::open_ambient_dir(data.path(), ambient_authority()).unwrap();
    let folder = Folder::new(dir, data.path());
    (data, folder)
}

/// The first entries of a store: each creates a namespace.
fn entries(numbers: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
    let mut digest = StateDigest::default();
    let entry = |sequence: u64| {
        let (key, value) = (format!("nns-{sequence}"), b"\x02{}".to_vec());
        digest.add(Mark::of(&key, &value));
        Entry { sequence, digest, changes: vec![Stored { key, value: Some(value) }] }
    };
    let all: Vec<_> = (1..=*numbers.end()).map(entry).collect();
    all[usize::try_from(*numbers.start()).unwrap() - 1..].to_vec()
}

/// A journal of one entry.
fn journal(folder: &Folder) -> Journal {
    let mut journal = Journal::begin(folder.clone(), ID, Link::genesis(&ID)).unwrap();
    journal.append(&entries(1..=1)).unwrap();
    journal
}

/// A pipe of this name, held open. It takes writes, and every sync of it fails.
fn unsyncable(data: &TempDir, name: Name) -> File {
    let path = data.path().join(name.to_string());
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    OpenOptions::new().read(true).write(true).open(path).unwrap()
}

/// The journal, read again: it proves entries up to this one, and nothing in it is damaged.
fn expect_proven(folder: &Folder, sequence: Sequence) -> Scan {
    let scan = scan(folder).unwrap();
    assert_eq!(scan.problems, [""; 0]);
    assert!(scan.is_complete() && scan.incomplete.is_none(), "{:?}", scan.incomplete);
    assert_eq!(scan.head.sequence, sequence);
    scan
}

#[test]
fn a_new_segment_that_cannot_be_synced_leaves_it_unknown_what_is_on_the_disk() {
    let (data, folder) = folder();
    let mut journal = journal(&folder);
    journal.segment.length = SEGMENT_BYTES + 1;
    let _held = unsyncable(&data, Name::Segment(2));
    let error = journal.append(&entries(2..=2)).unwrap_err();
    assert!(matches!(&error, CommitError::Unknown(StoreError::Io { act: "sync", .. })), "{error:?}");
}

#[test]
fn after_a_snapshot_could_not_sync_its_segment_the_next_group_is_unknown() {
    let (data, folder) = folder();
    let mut journal = journal(&folder);
    let _held = unsyncable(&data, Name::Segment(2));
    let error = journal.roll().unwrap_err();
    assert!(matches!(&error, StoreError::Io { act: "sync", .. }), "{error}");
    let error = journal.append(&entries(2..=2)).unwrap_err();
    assert!(matches!(&error, CommitError::Unknown(StoreError::Io { act: "sync", .. })), "{error:?}");
}

#[test]
fn an_entry_that_cannot_be_synced_leaves_it_unknown_what_is_on_the_disk() {
    let (data, folder) = folder();
    let mut journal = journal(&folder);
    std::fs::remove_file(data.path().join(journal.segment.name.to_string())).unwrap();
    let _held = unsyncable(&data, journal.segment.name);
    journal.segment.file = folder.append(&journal.segment.name.to_string()).unwrap();
    let error = journal.append(&entries(2..=2)).unwrap_err();
    assert!(matches!(&error, CommitError::Unknown(StoreError::Io { act: "sync", .. })), "{error:?}");
}

/// What a write that failed has left, and could not be cut off at once.
fn tear(journal: &mut Journal) {
    journal.segment.file.write_all(b"half an entry").unwrap();
    journal.segment.uncut = true;
}

#[test]
fn a_torn_write_is_cut_off_before_a_snapshot_ends_the_segment() {
    let (_data, folder) = folder();
    let mut journal = journal(&folder);
    tear(&mut journal);
    journal.roll().unwrap();
    journal.append(&entries(2..=2)).unwrap();
    expect_proven(&folder, 2);
}

#[test]
fn a_torn_write_is_cut_off_before_a_full_segment_ends() {
    let (data, folder) = folder();
    let mut journal = journal(&folder);
    tear(&mut journal);
    let file = OpenOptions::new().write(true).open(data.path().join(journal.segment.name.to_string())).unwrap();
    let length = journal.segment.length;
    journal.segment.length = SEGMENT_BYTES + 1;
    // The segment is not as long as it says, so that cutting it makes it longer: it must end where it says.
    journal.append(&entries(2..=2)).unwrap();
    assert_eq!(file.metadata().unwrap().len(), SEGMENT_BYTES + 1);
    file.set_len(length).unwrap();
    expect_proven(&folder, 2);
}

/// On a full disk a snapshot may begin a segment without its header, or without any entry, and entries go on in the one before.
#[test]
fn a_segment_without_a_header_or_without_entries_is_not_written_to() {
    for header in [&b"tollgate-log-1\n\n\x07"[..], &[&b"tollgate-log-1\n\n"[..], &ID].concat()] {
        let (data, folder) = folder();
        let mut journal = journal(&folder);
        std::fs::write(data.path().join(Name::Segment(2).to_string()), header).unwrap();
        journal.append(&entries(2..=3)).unwrap();
        drop(journal);
        let scan = expect_proven(&folder, 3);
        let mut journal = Journal::go_on(folder.clone(), ID, &scan).unwrap();
        assert_eq!(journal.segment.name, Name::Segment(4));
        journal.append(&entries(4..=4)).unwrap();
        expect_proven(&folder, 4);
    }
}

/// A careless restore may give a segment the name of another one.
#[test]
fn segments_that_were_swapped_are_damage_and_every_entry_is_still_read_in_its_order() {
    let (data, folder) = folder();
    let mut journal = journal(&folder);
    for number in 2..=6 {
        if number % 2 == 1 {
            journal.roll().unwrap();
        }
        journal.append(&entries(number..=number)).unwrap();
    }
    drop(journal);
    let [first, last, aside] =
        [Name::Segment(1), Name::Segment(5), Name::Segment(9)].map(|name| data.path().join(name.to_string()));
    for (from, to) in [(&first, &aside), (&last, &first), (&aside, &last)] {
        std::fs::rename(from, to).unwrap();
    }
    let scan = scan(&folder).unwrap();
    assert!(scan.is_complete());
    let begins = |name: u64, entry: u64| format!("{} begins with entry {entry}", Name::Segment(name));
    assert_eq!(scan.problems, [begins(1, 5), begins(5, 1)]);
    let mut read = vec![];
    replay(&folder, &scan, &mut |frame| {
        read.push(frame.sequence);
        Ok(())
    })
    .unwrap();
    assert_eq!(read, [1, 2, 3, 4, 5, 6]);
}

/// Three files with three ids: a flipped bit in the header of two of them must not make the third one foreign.
#[test]
fn the_id_is_that_of_the_files_with_most_entries_if_as_many_files_have_another() {
    let (data, folder) = folder();
    let mut journal = Journal::begin(folder.clone(), ID, Link::genesis(&ID)).unwrap();
    journal.append(&entries(1..=5)).unwrap();
    for (first, flipped) in [(6, 1_u8), (7, 255)] {
        journal.roll().unwrap();
        journal.append(&entries(first..=first)).unwrap();
        let file = data.path().join(Name::Segment(first).to_string());
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[31] ^= flipped;
        std::fs::write(&file, bytes).unwrap();
    }
    let scan = scan(&folder).unwrap();
    assert_eq!((scan.id, scan.head.sequence, scan.highest), (Some(ID), 5, 7), "{:?}", scan.problems);
}
