//! The index as a source of the state: what it holds is taken only if its digest is that of the entry it says it is at.

use super::{Agrees, COPY, Checked, Opening, expect_digest, same_digest};
use crate::digest::{Mark, StateDigest};
use crate::entry::Entry;
use crate::index::{self, Index, Tag};
use crate::journal::{Scan, replay_after};
use crate::state::State;
use crate::{Folder, StoreError};

/// Records that are compared before the store is open: as many as take a moment.
pub(crate) const COMPARED_AT_START: u64 = if cfg!(test) { 1_000 } else { 100_000 };

impl Opening<'_> {
    /// Opens the index in place, compares it with the journal, and applies the entries that it lacks.
    ///
    /// A large index is compared by its tag alone, and its records later: until then a record of it counts only if it has the mark
    /// that the journal gives it.
    pub(super) fn check_index(&self, folder: &Folder, scan: &Scan) -> Result<Checked, StoreError> {
        let id = scan.id.unwrap_or_default();
        let index = Index::open(self.data, index::FOLDER, id, self.config.cache_bytes)?;
        let tag = expect_tag(&index)?;
        if tag.id != id {
            return Err(damaged("it belongs to another store"));
        }
        if tag.sequence > scan.head.sequence {
            return Ok(match self.state_at(&index, tag) {
                Ok(state) => Checked::Ahead(index, tag, Box::new(state)),
                Err(error) => Checked::DamagedAhead(error),
            });
        }
        match scan.link(tag.sequence) {
            Some(link) if link.digest == tag.digest => {}
            Some(_) => return Err(damaged("its records are not those of the journal")),
            None => return Err(damaged("it is older than the journal's snapshot")),
        }
        let compared = scan.head.digest.records <= COMPARED_AT_START;
        if compared {
            expect_records(&index, tag)?;
        }
        let mut entries = vec![];
        replay_after(folder, tag.sequence, scan.head.sequence, &mut |frame| {
            entries.push(Entry::from(frame));
            Ok(())
        })?;
        index.apply(&entries)?;
        Ok(Checked::Agrees(Agrees { index, at: tag.sequence, compared }))
    }

    /// Removes the copy of the index.
    pub(crate) fn remove_copy(&self) -> Result<(), StoreError> {
        self.data.remove_all(COPY)
    }

    /// Opens a copy of the index, since the journal does not prove the whole state. `None` if there is no index.
    pub(crate) fn copy_of_index(&self) -> Result<Option<Index>, StoreError> {
        if !self.data.dir().is_dir(index::FOLDER) {
            return Ok(None);
        }
        self.data.copy(index::FOLDER, COPY)?;
        Index::open(self.data, COPY, [0; 16], self.config.cache_bytes).map(Some)
    }

    /// The state of an index whose records are what its tag says.
    pub(super) fn state_of(&self, index: &Index) -> Result<(State, Tag), StoreError> {
        let tag = expect_tag(index)?;
        Ok((self.state_at(index, tag)?, tag))
    }

    fn state_at(&self, index: &Index, tag: Tag) -> Result<State, StoreError> {
        let mut state = self.new_state();
        index.each(&mut |key, value| self.take(&mut state, key, value, Mark::of(key, value)))?;
        expect_digest(&state, tag.sequence, tag.digest)?;
        state.sequence = tag.sequence;
        Ok(state)
    }
}

fn expect_records(index: &Index, tag: Tag) -> Result<(), StoreError> {
    let mut found = StateDigest::default();
    index.each(&mut |key, value| {
        found.add(Mark::of(key, value));
        Ok(())
    })?;
    same_digest(found, tag.sequence, tag.digest)
}

fn expect_tag(index: &Index) -> Result<Tag, StoreError> {
    index.tag()?.ok_or_else(|| damaged("it does not say which entry it is at"))
}

pub(super) fn damaged(reason: &str) -> StoreError {
    StoreError::Corrupt { what: format!("{}/", index::FOLDER), reason: reason.to_owned() }
}
