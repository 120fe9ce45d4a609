//! Snapshots: all records after an entry, sorted by key, in one file. It has its name once it is complete and synced.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};

use super::file::{SNAPSHOT, StoreId};
use super::frame::{self, Check};
use super::names::{Name, list};
use super::replay::{replay_segments, replay_snapshot};
use super::scan::Link;
use crate::digest::{Mark, StateDigest};
use crate::entry::{Entry, Stored};
use crate::{Folder, StoreError};

/// Records that are written as one frame: damage to one costs no more than these, if the other copy is damaged too.
const BLOCK_RECORDS: usize = 100;
/// Two generations.
const KEPT: usize = 2;
const UNFINISHED: &str = "snapshot.unfinished";

/// Writes a snapshot record by record.
pub(crate) struct SnapshotWriter<'a> {
    folder: &'a Folder,
    file: BufWriter<File>,
    link: Link,
    check: Check,
    found: StateDigest,
    block: Vec<Stored>,
}

impl<'a> SnapshotWriter<'a> {
    /// A snapshot of the state after this entry.
    pub(crate) fn create(folder: &'a Folder, id: StoreId, link: Link) -> Result<Self, StoreError> {
        let mut file = BufWriter::new(folder.create(UNFINISHED)?);
        let header = file.write_all(&SNAPSHOT).and_then(|()| file.write_all(&id));
        header.map_err(folder.failed("write", UNFINISHED))?;
        Ok(Self { folder, file, link, check: link.check, found: StateDigest::default(), block: vec![] })
    }

    pub(crate) fn push(&mut self, key: String, value: Vec<u8>) -> Result<(), StoreError> {
        self.found.add(Mark::of(&key, &value));
        self.block.push(Stored { key, value: Some(value) });
        if self.block.len() == BLOCK_RECORDS { self.end_block() } else { Ok(()) }
    }

    /// Gives the snapshot its name, if its records are those of the state that it should be of.
    pub(crate) fn finish(mut self) -> Result<(), StoreError> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        self.end_block()?;
        if self.found != self.link.digest {
            let what = format!("a snapshot after entry {}", self.link.sequence);
            let (found, expected) = (self.found, self.link.digest);
            let reason = format!(
                "{} records with digest {found} were written, and {} with digest {expected} expected",
                found.records, expected.records
            );
            return Err(StoreError::Corrupt { what, reason });
        }
        let (folder, name) = (self.folder, Name::Snapshot(self.link.sequence).to_string());
        let file = self.file.into_inner().map_err(|error| folder.failed("write", UNFINISHED)(error.into_error()))?;
        file.sync_all().map_err(folder.failed("sync", UNFINISHED))?;
        folder.dir().rename(UNFINISHED, folder.dir(), &name).map_err(folder.failed("name", &name))?;
        folder.sync(".")
    }

    fn end_block(&mut self) -> Result<(), StoreError> {
        let changes = std::mem::take(&mut self.block);
        let entry = Entry { sequence: self.link.sequence, digest: self.link.digest, changes };
        let mut bytes = vec![];
        if let Some(check) = frame::write(&entry, &self.check, &mut bytes) {
            self.check = check;
        }
        self.file.write_all(&bytes).map_err(self.folder.failed("write", UNFINISHED))
    }
}

/// Makes a snapshot after the last entry of the closed segments, from the snapshot before and from them. Blocks.
pub(crate) fn compact(folder: &Folder, id: StoreId, base: Option<Link>, link: Link) -> Result<(), StoreError> {
    let mut tail: BTreeMap<String, Option<Vec<u8>>> = BTreeMap::new();
    let after = base.map_or(0, |base| base.sequence);
    replay_segments(folder, after, link.sequence, &mut |frame| {
        tail.extend(frame.changes.into_iter().map(|Stored { key, value }| (key, value)));
        Ok(())
    })?;
    let mut writer = SnapshotWriter::create(folder, id, link)?;
    let mut tail = tail.into_iter().peekable();
    if let Some(base) = base {
        replay_snapshot(folder, base.sequence, &mut |frame| {
            for Stored { key, value } in frame.changes {
                while let Some((newer, change)) = tail.next_if(|(newer, _)| *newer < key) {
                    change.map_or(Ok(()), |value| writer.push(newer, value))?;
                }
                match tail.next_if(|(newer, _)| *newer == key) {
                    Some((newer, change)) => change.map_or(Ok(()), |value| writer.push(newer, value))?,
                    None => value.map_or(Ok(()), |value| writer.push(key, value))?,
                }
            }
            Ok(())
        })?;
    }
    for (key, change) in tail {
        change.map_or(Ok(()), |value| writer.push(key, value))?;
    }
    writer.finish()?;
    remove_older(folder)
}

/// Removes snapshots but the newest two, and the segments whose entries are all in the older of these.
fn remove_older(folder: &Folder) -> Result<(), StoreError> {
    let names = list(folder)?;
    let snapshots: Vec<_> = names.iter().rev().filter(|name| matches!(name, Name::Snapshot(_))).collect();
    let remove = |name: &Name| {
        let name = name.to_string();
        folder.dir().remove_file(&name).map_err(folder.failed("remove", &name))
    };
    snapshots.iter().skip(KEPT).try_for_each(|name| remove(name))?;
    let Some(Name::Snapshot(oldest)) = snapshots.get(KEPT - 1) else { return Ok(()) };
    let segments: Vec<_> = names.iter().filter(|name| matches!(name, Name::Segment(_))).collect();
    let ends_before = |next: &Name| matches!(next, Name::Segment(first) if *first <= oldest + 1);
    segments
        .windows(2)
        .filter(|pair| pair.get(1).is_some_and(|next| ends_before(next)))
        .try_for_each(|pair| pair.first().map_or(Ok(()), |name| remove(name)))?;
    folder.sync(".")
}
