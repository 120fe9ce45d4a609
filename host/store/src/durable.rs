//! The durable log: the journal, where an entry is committed, and the index behind it.

use std::sync::Arc;
use std::thread::JoinHandle;

use crate::entry::Entry;
use crate::health::{Health, Writes};
use crate::index::Index;
use crate::journal::{Journal, Link, StoreId, compact, durable_files};
use crate::log::{CommitError, DurableFile, Log};
use crate::{Folder, StoreError};

pub(crate) use crate::error::chain;

/// Bytes of entries after which a snapshot is made.
const SNAPSHOT_AFTER_BYTES: u64 = 16 * 1024 * 1024;
/// The same for each record of a large store, so that neither writing snapshots nor reading entries takes too long: 64 MB of
/// entries for two million records.
const SNAPSHOT_AFTER_EACH: u64 = 32;

/// The log of a data folder.
pub(crate) struct DurableLog {
    pub(crate) folder: Folder,
    pub(crate) id: StoreId,
    /// `None` while the disk cannot be written; every commit tries to open it again.
    pub(crate) journal: Option<Journal>,
    /// `None` if it cannot be written: the journal alone has every record then, and the next start makes it again.
    pub(crate) index: Option<Arc<Index>>,
    /// The end of the journal when the store was opened.
    pub(crate) head: Link,
    /// The newest snapshot.
    pub(crate) base: Option<Link>,
    pub(crate) health: Health,
    pub(crate) compaction: Option<JoinHandle<Result<Link, StoreError>>>,
}

impl Log for DurableLog {
    fn commit(&mut self, entries: &[Entry]) -> Result<(), CommitError> {
        let journal = match self.journal.as_mut() {
            Some(journal) => journal,
            None => self.journal.insert(reopen(&self.folder, self.id, self.head).map_err(CommitError::Refused)?),
        };
        journal.append(entries)
    }

    /// A failure is no failure of the commit: the journal has the entries.
    fn apply(&mut self, entries: &[Entry]) -> bool {
        if let Some(Err(error)) = self.index.as_ref().map(|index| index.apply(entries)) {
            self.give_up_index(&error);
        }
        self.index.is_some()
    }

    fn settle(&mut self) {
        self.sync_index();
        if let Some(done) = self.compaction.take_if(|running| running.is_finished()) {
            self.end_compaction(done);
        }
        let Some(journal) = &mut self.journal else { return };
        let enough = SNAPSHOT_AFTER_BYTES.max(self.base.map_or(0, |base| base.digest.records * SNAPSHOT_AFTER_EACH));
        if self.compaction.is_none() && journal.since_snapshot() > enough {
            self.begin_compaction();
        }
    }

    fn durable_files(&self) -> Result<Vec<DurableFile>, StoreError> {
        durable_files(&self.folder, self.journal.as_ref())
    }

    /// Makes a snapshot of what is committed.
    fn compact(&mut self) -> Result<(), StoreError> {
        if let Some(running) = self.compaction.take() {
            self.end_compaction(running);
        }
        let Some(journal) = &mut self.journal else { return Err(StoreError::Stopped) };
        let link = journal.roll()?;
        if self.base.is_none_or(|base| base.sequence < link.sequence) {
            compact(&self.folder, self.id, link, &self.health)?;
            self.base = Some(link);
        }
        Ok(())
    }
}

impl DurableLog {
    /// A power cut must not take more from the index than the last group: the index is what tells a write that was cut short
    /// from damage to an entry that was answered.
    fn sync_index(&mut self) {
        if let Some(Err(error)) = self.index.as_ref().map(|index| index.sync()) {
            self.give_up_index(&error);
        }
    }

    fn give_up_index(&mut self, error: &StoreError) {
        self.index = None;
        let reason = chain(error);
        tracing::error!(%reason, "sled cannot be written: the journal alone has the records until the next start");
        self.health.update(|report| report.index_off = Some(reason));
    }

    /// Makes a snapshot in a thread of its own, of files that do not change any more.
    fn begin_compaction(&mut self) {
        let Some(journal) = &mut self.journal else { return };
        let link = match journal.roll() {
            Ok(link) => link,
            Err(error) => return tracing::warn!(error = %chain(&error), "no snapshot can be begun"),
        };
        let (folder, id, health) = (self.folder.clone(), self.id, self.health.clone());
        let run = move || compact(&folder, id, link, &health).map(|()| link);
        match std::thread::Builder::new().name("tollgate-compact".to_owned()).spawn(run) {
            Ok(running) => self.compaction = Some(running),
            Err(error) => tracing::warn!(%error, "no snapshot can be begun"),
        }
    }

    fn end_compaction(&mut self, done: JoinHandle<Result<Link, StoreError>>) {
        match done.join() {
            Ok(Ok(link)) => self.base = Some(link),
            Ok(Err(error)) => tracing::warn!(error = %chain(&error), "a snapshot could not be made"),
            Err(_) => tracing::error!("a snapshot could not be made: its thread panicked"),
        }
    }
}

/// The journal of a disk that could not be written before.
fn reopen(folder: &Folder, id: StoreId, head: Link) -> Result<Journal, StoreError> {
    let scan = crate::journal::scan(folder)?;
    // What could be read when the store was opened must not be cut off because it cannot be read now.
    if scan.head != head {
        let reason = format!("it ended in entry {} when the host started: start the host again", head.sequence);
        return Err(StoreError::Corrupt { what: "the journal".to_owned(), reason });
    }
    Journal::go_on(folder.clone(), id, &scan)
}

impl From<&CommitError> for Writes {
    fn from(error: &CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Accepted,
            CommitError::Refused(error) | CommitError::Unsure(error) => Self::Refused(chain(error)),
            CommitError::Unknown(error) => Self::Stopped(chain(error)),
            CommitError::TooLarge => Self::Accepted,
        }
    }
}

impl Drop for DurableLog {
    fn drop(&mut self) {
        if let Some(running) = self.compaction.take() {
            self.end_compaction(running);
        }
    }
}
