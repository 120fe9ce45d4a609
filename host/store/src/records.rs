//! Records that are not in memory, read again from the disk.
//!
//! The index gives them. Its bytes count only if they have the mark that the state knows, so that neither damage nor an index
//! that lags behind is ever taken for a record. If they do not, the journal is searched, which has every record too, and the index
//! gets the record back. No lock is held during the search.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tollgate_types::{WorkerId, WorkerRecord};

use crate::digest::Mark;
use crate::durable::chain;
use crate::health::Health;
use crate::index::{self, Index};
use crate::journal;
use crate::key::Key;
use crate::seal::Keys;
use crate::value::{Record, corrupt, decode};
use crate::{Folder, StoreError};

/// Where records are read again. The default has no disk: every record is in memory.
#[derive(Default)]
pub(crate) struct Records {
    copies: RwLock<Option<Copies>>,
    /// A reader holds it while the mark is looked up and the bytes are read. The committer takes it while the index and the state go
    /// on to the next entry, so that no reader meets one of them before the other.
    step: RwLock<()>,
}

/// The two copies of the records, and the keys that open their secrets.
#[derive(Clone)]
pub(crate) struct Copies {
    pub(crate) index: Option<Arc<Index>>,
    pub(crate) journal: Folder,
    pub(crate) keys: Keys,
    pub(crate) health: Health,
}

impl Records {
    pub(crate) fn on_disk(copies: Copies) -> Self {
        Self { copies: RwLock::new(Some(copies)), ..Self::default() }
    }

    /// From now on no record is read again: another process may open the data folder. Waits for those who read one.
    pub(crate) fn close(&self) {
        let _step = self.go_on();
        *self.copies.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The keys that records are sealed with from now on.
    pub(crate) fn open_with(&self, keys: &Keys) {
        if let Some(copies) = &mut *self.copies.write().unwrap_or_else(PoisonError::into_inner) {
            copies.keys = keys.clone();
        }
    }

    /// Held by a reader: the index and the state do not go on meanwhile.
    pub(crate) fn stay(&self) -> RwLockReadGuard<'_, ()> {
        self.step.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Held by the committer while the index and the state go on.
    pub(crate) fn go_on(&self) -> RwLockWriteGuard<'_, ()> {
        self.step.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The index, if it is in use.
    pub(crate) fn index(&self) -> Option<Arc<Index>> {
        self.copies.read().unwrap_or_else(PoisonError::into_inner).as_ref()?.index.clone()
    }

    /// A record of the index is not what was written. The journal has it, and the next start makes the index again.
    pub(crate) fn distrust_index(&self, why: &str) {
        if let Some(copies) = &*self.copies.read().unwrap_or_else(PoisonError::into_inner) {
            copies.distrust_index(why);
        }
    }

    /// The record of a worker with this mark, and the length of its stored form, from the index. `Lost` if the index does not have
    /// it. Blocks.
    pub(crate) fn read(&self, id: &WorkerId, mark: Mark) -> Result<(Arc<WorkerRecord>, usize), StoreError> {
        let (key, copies) = (Key::Worker(id.clone()), self.copies()?);
        let value = copies.in_index(&key.encode(), mark).map_err(|why| lost(&key, &why))?;
        copies.decode(&key, &value)
    }

    /// The value with this mark from the journal, which takes as long as reading the journal does.
    pub(crate) fn find(&self, key: &Key, mark: Mark) -> Result<Vec<u8>, StoreError> {
        let (text, copies) = (key.encode(), self.copies()?);
        let found = journal::find(&copies.journal, &text, &|value| Mark::of(&text, value) == mark)?;
        found.ok_or_else(|| corrupt(key, format!("neither {}/ nor the journal has it", index::FOLDER)))
    }

    /// The record of a worker in this value.
    pub(crate) fn decode(&self, id: &WorkerId, value: &[u8]) -> Result<(Arc<WorkerRecord>, usize), StoreError> {
        self.copies()?.decode(&Key::Worker(id.clone()), value)
    }

    /// Puts a value back that the index has lost, and says so. The caller holds the step.
    pub(crate) fn put_back(&self, key: &Key, value: &[u8]) -> Result<(), StoreError> {
        let copies = self.copies()?;
        let Some(index) = copies.index else { return Ok(()) };
        index.put_back(&key.encode(), value)?;
        copies.health.found_once(format!("{}/ had lost a record, and got it back from the journal", index::FOLDER));
        tracing::warn!(record = %key, "a record was put back");
        Ok(())
    }

    fn copies(&self) -> Result<Copies, StoreError> {
        let copies = self.copies.read().unwrap_or_else(PoisonError::into_inner).clone();
        copies.ok_or(StoreError::Stopped)
    }
}

impl Copies {
    fn decode(&self, key: &Key, value: &[u8]) -> Result<(Arc<WorkerRecord>, usize), StoreError> {
        match decode(key, value, &self.keys)? {
            Record::Worker(record) => Ok((record, value.len())),
            _ => Err(corrupt(key, "it is no worker".to_owned())),
        }
    }

    fn distrust_index(&self, why: &str) {
        let cure = "what it lacks is read from the journal, and the next start makes it again";
        self.health.found_once(format!("{}/ is damaged: {why}; {cure}", index::FOLDER));
        if let Some(index) = &self.index {
            index.distrust();
        }
    }

    fn in_index(&self, key: &str, mark: Mark) -> Result<Vec<u8>, String> {
        let index = self.index.as_ref().ok_or("it is not in use")?;
        let value = index.get(key).map_err(|error| chain(&error))?.ok_or("it is not there")?;
        if Mark::of(key, &value) == mark { Ok(value) } else { Err("its bytes are not what was written".to_owned()) }
    }
}

fn lost(key: &Key, why: &str) -> StoreError {
    StoreError::Lost { what: key.to_string(), reason: why.to_owned() }
}

#[cfg(test)]
mod tests;
