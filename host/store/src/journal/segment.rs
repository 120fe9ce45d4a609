//! A segment: a file of entries. It is written at its end, and an entry counts once the file is synced.
//!
//! A failed write leaves the disk as it was, once what was written of it is cut off again. A failed sync does not: the system may
//! have dropped the pages, so that it is not known what is on the disk.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};

use super::file::{HEADER_BYTES, SEGMENT, StoreId};
use super::names::Name;
use crate::entry::Sequence;
use crate::log::CommitError;
use crate::{Folder, StoreError};

/// What the name of a file ends in that keeps the end of a segment.
pub(super) const CUT_OFF: &str = ".end";

/// The segment that entries are added to.
pub(super) struct Segment {
    pub(super) name: Name,
    pub(super) file: File,
    /// Bytes of whole entries.
    pub(super) length: u64,
    /// Whether there may be bytes behind them, of a write that failed.
    pub(super) uncut: bool,
}

impl Segment {
    pub(super) fn create(folder: &Folder, id: StoreId, first: Sequence) -> Result<Self, CommitError> {
        let name = Name::Segment(first);
        let text = name.to_string();
        let mut file = folder.create(&text).map_err(CommitError::Refused)?;
        let written = file.write_all(&SEGMENT).and_then(|()| file.write_all(&id));
        written.map_err(refused(folder, "write", &text))?;
        file.sync_all().map_err(unknown(folder, &text))?;
        folder.sync(".").map_err(CommitError::Unknown)?;
        let file = folder.append(&text).map_err(CommitError::Refused)?;
        Ok(Self { name, file, length: HEADER_BYTES, uncut: false })
    }

    /// Adds bytes of whole entries, and syncs them. A write that fails is cut off again before anything else is written.
    pub(super) fn add(&mut self, folder: &Folder, bytes: &[u8]) -> Result<(), CommitError> {
        let name = self.name.to_string();
        self.cut_if_torn(folder)?;
        if let Err(error) = self.file.write_all(bytes) {
            self.uncut = true;
            let failed = folder.failed("write", &name)(error);
            return Err(match self.cut(folder) {
                Ok(()) => CommitError::Refused(failed),
                Err(CommitError::Unknown(_)) => CommitError::Unknown(failed),
                Err(_) => CommitError::Unsure(failed),
            });
        }
        self.file.sync_data().map_err(unknown(folder, &name))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    pub(super) fn cut_if_torn(&mut self, folder: &Folder) -> Result<(), CommitError> {
        if self.uncut { self.cut(folder) } else { Ok(()) }
    }

    /// Removes what is behind the last whole entry.
    pub(super) fn cut(&mut self, folder: &Folder) -> Result<(), CommitError> {
        let name = self.name.to_string();
        self.file.set_len(self.length).map_err(refused(folder, "cut", &name))?;
        self.file.sync_all().map_err(unknown(folder, &name))?;
        self.uncut = false;
        Ok(())
    }
}

fn refused(folder: &Folder, act: &'static str, name: &str) -> impl FnOnce(io::Error) -> CommitError {
    let failed = folder.failed(act, name);
    move |error| CommitError::Refused(failed(error))
}

fn unknown(folder: &Folder, name: &str) -> impl FnOnce(io::Error) -> CommitError {
    let failed = folder.failed("sync", name);
    move |error| CommitError::Unknown(failed(error))
}

/// Keeps the end of a segment in a file of its own, before it is cut off.
pub(crate) fn keep_tail(folder: &Folder, name: &str, at: u64) -> Result<(), StoreError> {
    let (mut segment, to) = (folder.open(name)?.into_std(), format!("{name}{CUT_OFF}"));
    segment.seek(SeekFrom::Start(at)).map_err(folder.failed("read", name))?;
    let mut file = folder.create(&to)?;
    let kept = io::copy(&mut segment, &mut file).and_then(|_| file.sync_all());
    kept.map_err(folder.failed("write", &to))?;
    folder.sync(".")
}
