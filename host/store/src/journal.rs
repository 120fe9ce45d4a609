//! The journal: every entry in the order of commit, and now and then a snapshot of all records.
//!
//! A segment is a file of entries. An entry is durable when its segment is synced, and the entries of a group of writers
//! share one sync. A full segment is closed and another begun. A snapshot holds all records, sorted by key, after a certain
//! entry; it is made of the snapshot before it and the segments since, without a look at sled. Two snapshots are kept, and
//! the segments since the older one: a damaged snapshot costs nothing but time.
//!
//! A frame proves its own bytes and names the frame before it. So damage anywhere is found, and what lies behind it is still
//! read. What ends in the middle of a frame is a write that a crash cut short, unless sled knows of the entry.

mod compact;
mod file;
mod find;
mod frame;
mod names;
mod replay;
mod salvage;
mod scan;
mod segment;
mod snapshot;

use crate::entry::{Entry, Sequence};
use crate::log::{CommitError, DurableFile};
use crate::{Folder, StoreError};

pub(crate) use compact::ASIDE;
pub(crate) use compact::compact;
pub(crate) use file::StoreId;
pub(crate) use find::find;
pub(crate) use names::Name;
pub(crate) use replay::{replay, replay_segments as replay_after};
pub(crate) use salvage::{Salvaged, Statement, salvage};
pub(crate) use scan::{Link, Passed, Scan, scan, scan_passing};
pub(crate) use segment::keep_tail;
pub(crate) use snapshot::SnapshotWriter;

use file::HEADER_BYTES;
use names::list;
use segment::Segment;

/// Size of a segment beyond which another one is begun. Small enough to be read again in a moment when a snapshot is made.
const SEGMENT_BYTES: u64 = 8 * 1024 * 1024;

/// How often the list of files is made again, if one was removed meanwhile. A compaction removes files once.
const LIST_TRIES: usize = 10;

/// The end of the journal, where entries are added.
pub(crate) struct Journal {
    folder: Folder,
    id: StoreId,
    head: Link,
    segment: Segment,
    /// Bytes of entries since the newest snapshot.
    since_snapshot: u64,
    /// Whether the sync of a segment failed that a snapshot began. The next group then gets the error.
    unsynced: bool,
}

impl Journal {
    /// Goes on behind `head` in a new segment. Blocks.
    pub(crate) fn begin(folder: Folder, id: StoreId, head: Link) -> Result<Self, StoreError> {
        let segment = Segment::create(&folder, id, head.sequence + 1)?;
        Ok(Self { folder, id, head, segment, since_snapshot: 0, unsynced: false })
    }

    /// Goes on in the last segment of an intact journal, after cutting off the incomplete entry that a crash may have left.
    pub(crate) fn go_on(folder: Folder, id: StoreId, scan: &Scan) -> Result<Self, StoreError> {
        let names = list(&folder)?;
        let last = names.iter().rev().find(|name| matches!(name, Name::Segment(_))).copied();
        let Some(name) = last.filter(|name| *name != Name::Segment(scan.head.sequence + 1)) else {
            return Self::begin(folder, id, scan.head);
        };
        let text = name.to_string();
        let file = folder.append(&text)?;
        // A full disk may have kept no room for the header of a new segment: nothing in it would be read. One without any entry
        // was begun for an entry that is in the segment before.
        if file.metadata().map_err(folder.failed("read", &text))?.len() <= HEADER_BYTES {
            return Self::begin(folder, id, scan.head);
        }
        let length = match &scan.incomplete {
            Some((file, at)) if *file == text => *at,
            _ => file.metadata().map_err(folder.failed("read", &text))?.len(),
        };
        let mut segment = Segment { name, file, length, uncut: true };
        segment.cut(&folder)?;
        let since_snapshot = bytes_of_segments(&folder, scan.base.map_or(0, |base| base.sequence))?;
        Ok(Self { folder, id, head: scan.head, segment, since_snapshot, unsynced: false })
    }

    /// Adds entries, and syncs them. Blocks.
    pub(crate) fn append(&mut self, entries: &[Entry]) -> Result<(), CommitError> {
        if self.unsynced {
            let failed = self.folder.failed("sync", &Name::Segment(self.head.sequence + 1).to_string());
            return Err(CommitError::Unknown(failed(std::io::Error::other("it failed when a snapshot was begun"))));
        }
        let mut bytes = vec![];
        let mut head = self.head;
        for entry in entries {
            if entry.sequence != head.sequence + 1 {
                return Err(CommitError::Conflict);
            }
            let check = frame::write(entry, &head.check, &mut bytes).ok_or(CommitError::TooLarge)?;
            head = Link { sequence: entry.sequence, digest: entry.digest, check };
        }
        if self.segment.length > SEGMENT_BYTES {
            self.end_segment()?;
        }
        self.segment.add(&self.folder, &bytes)?;
        self.head = head;
        self.since_snapshot += bytes.len() as u64;
        Ok(())
    }

    pub(crate) fn since_snapshot(&self) -> u64 {
        self.since_snapshot
    }

    /// Ends the segment, so that all entries so far are in files that do not change any more.
    pub(crate) fn roll(&mut self) -> Result<Link, StoreError> {
        if self.segment.name != Name::Segment(self.head.sequence + 1) {
            let ended = self.end_segment();
            self.unsynced |= matches!(ended, Err(CommitError::Unknown(_)));
            ended?;
        }
        self.since_snapshot = 0;
        Ok(self.head)
    }

    /// Begins another segment. The one before must end in a whole entry: bytes of a write that failed would be damage there.
    fn end_segment(&mut self) -> Result<(), CommitError> {
        self.segment.cut_if_torn(&self.folder)?;
        self.segment = Segment::create(&self.folder, self.id, self.head.sequence + 1)?;
        Ok(())
    }
}

/// Every file of the journal as it is now, with its durable length. `journal` is the one that is written, if any is. A
/// compaction beside it may remove files that newer ones replace: the list is made again then.
pub(crate) fn durable_files(folder: &Folder, journal: Option<&Journal>) -> Result<Vec<DurableFile>, StoreError> {
    let mut opened = try_durable_files(folder, journal);
    for _ in 0..LIST_TRIES {
        match opened {
            Err(StoreError::Io { ref source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {}
            done => return done,
        }
        opened = try_durable_files(folder, journal);
    }
    opened
}

fn try_durable_files(folder: &Folder, journal: Option<&Journal>) -> Result<Vec<DurableFile>, StoreError> {
    let open = |name: Name| {
        let text = name.to_string();
        let file = folder.open(&text)?.into_std();
        let bytes = match journal {
            Some(journal) if journal.segment.name == name => journal.segment.length,
            _ => file.metadata().map_err(folder.failed("read", &text))?.len(),
        };
        Ok(DurableFile { name: text, file, bytes })
    };
    list(folder)?.into_iter().map(open).collect()
}

/// The names of all files.
pub(crate) fn names(folder: &Folder) -> Result<Vec<String>, StoreError> {
    Ok(list(folder)?.iter().map(Name::to_string).collect())
}

/// The names of all files but one snapshot.
pub(crate) fn names_but_snapshot(folder: &Folder, sequence: Sequence) -> Result<Vec<String>, StoreError> {
    let names = list(folder)?.into_iter().filter(|name| *name != Name::Snapshot(sequence));
    Ok(names.map(|name| name.to_string()).collect())
}

/// Bytes of the segments that have entries after this one.
fn bytes_of_segments(folder: &Folder, after: Sequence) -> Result<u64, StoreError> {
    let mut bytes = 0;
    for name in list(folder)? {
        if matches!(name, Name::Segment(first) if first > after) {
            let name = name.to_string();
            bytes += folder.dir().metadata(&name).map_err(folder.failed("read", &name))?.len();
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
