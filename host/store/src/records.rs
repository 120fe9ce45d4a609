//! Records that are not in memory, read again from the disk.
//!
//! The index gives them. Its bytes count only if they have the mark that the state knows, so that neither damage nor an index
//! that lags behind is ever taken for a record. If they do not, the journal is searched: it has every record too.

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
    /// Whoever reads a record again holds it while the mark is looked up and the bytes are read. The committer takes it while
    /// the index and the state go on to the next entry, so that no reader meets one of them before the other.
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

    /// From now on no record is read again: another process may open the data folder.
    pub(crate) fn close(&self) {
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

    /// The record of a worker with this mark, and the length of its stored form. Blocks.
    pub(crate) fn read(&self, id: &WorkerId, mark: Mark) -> Result<(Arc<WorkerRecord>, usize), StoreError> {
        let copies = self.copies.read().unwrap_or_else(PoisonError::into_inner).clone();
        copies.ok_or(StoreError::Stopped)?.read(&Key::Worker(id.clone()), mark)
    }
}

impl Copies {
    fn read(&self, key: &Key, mark: Mark) -> Result<(Arc<WorkerRecord>, usize), StoreError> {
        let text = key.encode();
        let value = match self.in_index(&text, mark) {
            Ok(value) => value,
            Err(why) => self.in_journal(key, &text, mark, &why)?,
        };
        match decode(key, &value, &self.keys)? {
            Record::Worker(record) => Ok((record, value.len())),
            _ => Err(corrupt(key, "it is no worker".to_owned())),
        }
    }

    fn distrust_index(&self, why: &str) {
        let cure = "records are read from the journal instead, and the next start makes it again";
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

    fn in_journal(&self, key: &Key, text: &str, mark: Mark, why: &str) -> Result<Vec<u8>, StoreError> {
        self.distrust_index(&format!("the record of {key} is not in it: {why}"));
        let found = journal::find(&self.journal, text, &|value| Mark::of(text, value) == mark)?;
        found.ok_or_else(|| corrupt(key, format!("neither {}/ nor the journal has it: {why}", index::FOLDER)))
    }
}

#[cfg(test)]
mod tests;
