//! Snapshots: all records after an entry, sorted by key, in one file. It has its name once it is complete and synced.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use super::file::{SNAPSHOT, StoreId};
use super::frame::{self, Check};
use super::names::Name;
use super::scan::Link;
use crate::digest::{Mark, StateDigest};
use crate::entry::{Entry, Stored};
use crate::{Folder, StoreError};

/// Records that are written as one frame: damage to one costs no more than these, if the other copy is damaged too.
const BLOCK_RECORDS: usize = 100;
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
