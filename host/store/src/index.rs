//! The index: sled, which holds every record once more, with the number of the last entry that is applied and the digest of
//! the whole state. It never holds the only copy: it can be made again from the journal, and the journal from it.
//!
//! sled 0.34.7 takes a failed read or a flipped bit in its log for the log's end, and then writes zeros over what follows. So
//! it is opened in place only while the journal proves the whole state, and on a copy of its folder otherwise. It panics at
//! some failures of the disk: every call is guarded, and a panic is an error like any other (`index/guard.rs`).

mod guard;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use sled::Batch;

use crate::digest::StateDigest;
use crate::entry::{Entry, Sequence, Stored};
use crate::journal::StoreId;
use crate::{Folder, StoreError};

use guard::guarded;

pub(crate) const FOLDER: &str = "store";
/// sled's unit of log. Whatever exceeds a quarter of it goes to a file in `blobs/` that sled never syncs, and sled writes
/// whole pages: up to 20 records of `RECORD_BYTES` while two pages merge, 1.8 MB if all of it is sealed. A quarter of this is
/// 2 MiB. Not a setting: a folder keeps the size that it was created with.
const SEGMENT_BYTES: usize = 8 * 1024 * 1024;
/// Changes that are applied at once. Groups of 1,000 would cost sled twenty times the memory.
pub(crate) const BATCH_CHANGES: usize = 100;
/// No record has such a key.
const TAG: &str = "\0state";
const TAG_BYTES: usize = 16 + 8 + StateDigest::BYTES;

pub(crate) struct Index {
    /// `None` while it is dropped.
    tree: Option<sled::Db>,
    folder: Folder,
    id: StoreId,
    /// A record of it is not what was written. It gets no tag any more, so that the next start makes it again.
    is_damaged: AtomicBool,
    /// A call failed, perhaps in the middle of something: sled is not called again.
    has_failed: AtomicBool,
}

/// What takes the records, each with its key.
pub(crate) type Take<'a> = &'a mut dyn FnMut(&str, &[u8]) -> Result<(), StoreError>;

/// What the index says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) id: StoreId,
    pub(crate) sequence: Sequence,
    pub(crate) digest: StateDigest,
}

/// What can be read of a damaged index.
#[derive(Default)]
pub(crate) struct Readable {
    pub(crate) tag: Option<Tag>,
    pub(crate) records: BTreeMap<String, Vec<u8>>,
    /// Why the reading did not come to its end.
    pub(crate) error: Option<StoreError>,
}

impl Index {
    /// Opens the folder, and makes it if it is not there. Blocks.
    pub(crate) fn open(data: &Folder, name: &str, id: StoreId, cache_bytes: u64) -> Result<Self, StoreError> {
        let folder = data.subfolder(name)?;
        folder.keep_for_owner()?;
        remove_unfinished_snapshots(&folder)?;
        let tree = Some(open_sled(folder.path(), cache_bytes)?);
        Ok(Self { tree, folder, id, is_damaged: AtomicBool::new(false), has_failed: AtomicBool::new(false) })
    }

    /// `None` for a folder that this store did not write, or whose writing was cut short.
    pub(crate) fn tag(&self) -> Result<Option<Tag>, StoreError> {
        let value = self.call("read", |tree| tree.get(TAG))?;
        Ok(value.and_then(|bytes| Tag::from_bytes(&bytes)))
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.call("read", |tree| tree.get(key))?.map(|value| value.to_vec()))
    }

    /// The records after a key, at most so many.
    pub(crate) fn after(&self, key: &str, most: usize) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let from = (Bound::Excluded(key.as_bytes()), Bound::Unbounded);
        let found =
            self.call("read", |tree| tree.range::<&[u8], _>(from).take(most).collect::<sled::Result<Vec<_>>>())?;
        let records = found.into_iter().filter(|(key, _)| *key != *TAG.as_bytes());
        let text = |key: &[u8]| std::str::from_utf8(key).map(str::to_owned).map_err(|_| strange_key(key));
        records.map(|(key, value)| Ok((text(&key)?, value.to_vec()))).collect()
    }

    /// Writes a record as the entries that are applied left it, so that the tag stays.
    pub(crate) fn put_back(&self, key: &str, value: &[u8]) -> Result<(), StoreError> {
        self.call("change", |tree| tree.insert(key, value))?;
        self.flush()
    }

    /// A record of it is not what was written: the next start makes it again.
    pub(crate) fn distrust(&self) {
        if self.is_damaged.swap(true, Ordering::Relaxed) {
            return;
        }
        if let Err(error) = self.write(&[], None).and_then(|()| self.flush()) {
            tracing::warn!(%error, "sled cannot be marked as damaged");
        }
    }

    /// Every record. Blocks.
    pub(crate) fn each(&self, take: Take<'_>) -> Result<(), StoreError> {
        let mut entries = self.call("read", |tree| Ok(tree.iter()))?;
        while let Some((key, value)) = guarded("read", || entries.next().transpose())? {
            if *key != *TAG.as_bytes() {
                take(std::str::from_utf8(&key).map_err(|_| strange_key(&key))?, &value)?;
            }
        }
        Ok(())
    }

    /// Every record that can be read before the first error.
    pub(crate) fn readable(self) -> Readable {
        let mut readable = Readable::default();
        match self.tag() {
            Ok(tag) => readable.tag = tag,
            Err(error) => readable.error = Some(error),
        }
        let read = self.each(&mut |key, value| {
            readable.records.insert(key.to_owned(), value.to_vec());
            Ok(())
        });
        if let Err(error) = read {
            readable.error = Some(error);
        }
        readable
    }

    /// Applies entries. Once this returns, they outlive the process.
    pub(crate) fn apply(&self, entries: &[Entry]) -> Result<(), StoreError> {
        let Some(last) = entries.last() else { return Ok(()) };
        let tag = Tag { id: self.id, sequence: last.sequence, digest: last.digest };
        let changes: Vec<_> = entries.iter().flat_map(|entry| &entry.changes).cloned().collect();
        if changes.is_empty() {
            self.write(&[], Some(tag))?;
        }
        let mut chunks = changes.chunks(BATCH_CHANGES).peekable();
        while let Some(chunk) = chunks.next() {
            // A state that is only half applied has no tag.
            self.write(chunk, chunks.peek().is_none().then_some(tag))?;
        }
        self.flush()
    }

    /// Once this returns, what is applied outlives a power cut. sled's own `flush` ends in `sync_file_range`, which promises
    /// nothing after one.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        self.folder.sync("db")
    }

    pub(crate) fn flush(&self) -> Result<(), StoreError> {
        self.call("flush", |tree| tree.flush()).map(drop)
    }

    /// Writes changes, with a tag or without one.
    pub(crate) fn write(&self, changes: &[Stored], tag: Option<Tag>) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        for Stored { key, value } in changes {
            match value {
                Some(value) => batch.insert(key.as_str(), value.as_slice()),
                None => batch.remove(key.as_str()),
            }
        }
        match tag.filter(|_| !self.is_damaged.load(Ordering::Relaxed)) {
            Some(tag) => batch.insert(TAG, tag.to_bytes().as_slice()),
            None => batch.remove(TAG),
        }
        self.call("change", |tree| tree.apply_batch(batch))
    }

    fn call<T>(&self, act: &'static str, ask: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, StoreError> {
        let closed = || StoreError::Corrupt {
            what: self.folder.path().display().to_string(),
            reason: "it is closed, or a call of it failed before".into(),
        };
        let tree = self.tree.as_ref().filter(|_| !self.has_failed.load(Ordering::Relaxed)).ok_or_else(closed)?;
        guarded(act, || ask(tree)).inspect_err(|_| self.has_failed.store(true, Ordering::Relaxed))
    }
}

/// sled writes when it is dropped, and panics if it cannot.
impl Drop for Index {
    fn drop(&mut self) {
        let tree = self.tree.take();
        let close = || {
            drop(tree);
            Ok(())
        };
        if let Err(error) = guarded("close", close) {
            tracing::warn!(%error, "sled could not be closed: the next start applies what it lacks");
        }
    }
}

impl Tag {
    fn to_bytes(self) -> Vec<u8> {
        [&self.id[..], &self.sequence.to_le_bytes(), &self.digest.to_bytes()].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let (sequence, digest) = rest.split_first_chunk::<8>()?;
        let digest = StateDigest::from_bytes(digest)?;
        (bytes.len() == TAG_BYTES).then_some(Self { id: *id, sequence: u64::from_le_bytes(*sequence), digest })
    }
}

fn strange_key(key: &[u8]) -> StoreError {
    let reason = "its key is not text".to_owned();
    StoreError::Corrupt { what: format!("record {:?}", key.escape_ascii().to_string()), reason }
}

fn open_sled(path: &Path, cache_bytes: u64) -> Result<sled::Db, StoreError> {
    // Nothing is flushed by the clock: every entry flushes. sled's own cache would be 1 GiB; the records that are
    // read most are in memory already.
    let config = sled::Config::new().path(path).cache_capacity(cache_bytes);
    let config = config.segment_size(SEGMENT_BYTES).flush_every_ms(None);
    guarded("open", || config.open())
}

/// A snapshot that sled left unfinished would make its `open` fail for ever.
fn remove_unfinished_snapshots(folder: &Folder) -> Result<(), StoreError> {
    let entries = folder.dir().entries().map_err(folder.failed("list", "."))?;
    for entry in entries {
        let name = entry.map_err(folder.failed("list", "."))?.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            folder.dir().remove_file(&*name).map_err(folder.failed("remove", &name))?;
            tracing::warn!(file = %name, "removed a snapshot that sled had not finished");
        }
    }
    Ok(())
}
