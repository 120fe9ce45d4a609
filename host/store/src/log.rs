//! The log: where entries become durable, one group after another. A journal with sled behind it is one; memory is one.

use crate::StoreError;
use crate::entry::Entry;

/// Commands that share one sync, at most. Beyond some tens the sync is no longer what they wait for.
pub(crate) const GROUP: usize = 128;

/// Makes entries durable.
pub(crate) trait Log: Send {
    /// Makes a group of entries durable, in their order, behind the last one. Blocks. Once it returns `Ok`, all of them
    /// outlive a power cut; each of them is there as a whole or not at all, whatever it returns.
    fn commit(&mut self, entries: &[Entry]) -> Result<(), CommitError>;

    /// Applies durable entries to the copy that records are read again from. Returns false if there is no such copy, or if it cannot
    /// be written.
    fn apply(&mut self, _entries: &[Entry]) -> bool {
        false
    }

    /// Work that no writer waits for: called when every writer of the group was answered.
    fn settle(&mut self) {}

    /// Forgets what no record needs any more, and waits for it. Blocks.
    fn compact(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    /// The files that hold what is committed, with what is durable of each: what a backup is made of.
    fn durable_files(&self) -> Result<Vec<DurableFile>, StoreError> {
        Ok(vec![])
    }
}

/// A file of the log, opened, and how much of it is durable. What is behind that may change.
pub(crate) struct DurableFile {
    pub(crate) name: String,
    pub(crate) file: std::fs::File,
    pub(crate) bytes: u64,
}

/// Why a group was not made durable.
#[derive(Debug)]
pub(crate) enum CommitError {
    /// Another writer's entries came first: plan again on top of them.
    Conflict,
    /// Nothing was written, as on a full disk: the next commit may succeed.
    Refused(StoreError),
    /// The group may be there after a crash, though the log goes on without it: the next commit may succeed.
    Unsure(StoreError),
    /// It is not known what is on the disk: no more commits until the store is opened again.
    Unknown(StoreError),
    /// An entry is too large for the log. Nothing was written.
    TooLarge,
}

impl From<CommitError> for StoreError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Refused(error) | CommitError::Unsure(error) | CommitError::Unknown(error) => error,
            CommitError::Conflict => Self::Stopped,
            CommitError::TooLarge => Self::ChangeTooLarge,
        }
    }
}

/// A log in memory, which fails when it is told to.
#[cfg(test)]
#[derive(Default)]
pub(crate) struct MemoryLog {
    /// What was committed.
    pub(crate) entries: std::sync::Arc<std::sync::Mutex<Vec<Entry>>>,
    /// What the next commits come to; after these they succeed.
    pub(crate) failures: std::collections::VecDeque<Option<CommitError>>,
}

#[cfg(test)]
impl Log for MemoryLog {
    fn commit(&mut self, entries: &[Entry]) -> Result<(), CommitError> {
        if let Some(Some(error)) = self.failures.pop_front() {
            return Err(error);
        }
        self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend_from_slice(entries);
        Ok(())
    }
}
