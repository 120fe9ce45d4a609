//! A journal begun again: a snapshot of a state that was proven, and nothing of the files that are damaged.

use super::source::damaged;
use super::{COPY, Opening, expect_digest};
use crate::durable::chain;
use crate::entry::Entry;
use crate::index::{self, Index, Tag};
use crate::journal::{ASIDE, Journal, Link, Scan, SnapshotWriter, names_but_snapshot, replay_after};
use crate::state::State;
use crate::{Folder, StoreError};

/// A copy of the index that is intact, the entries after it, and the state that they lead to.
pub(super) struct Proof {
    pub(super) index: Index,
    pub(super) tag: Tag,
    pub(super) entries: Vec<Entry>,
    pub(super) state: State,
}

impl Opening<'_> {
    /// The journal is damaged: what it no longer proves must be in the index, and is looked for in a copy of it.
    pub(super) fn mend_journal(&self, folder: &Folder, scan: &Scan) -> Result<(), StoreError> {
        let mended = self.mend_from_copy(folder, scan);
        self.data.remove_all(COPY)?;
        match mended {
            Err(error) if error.is_of_the_disk() || matches!(error, StoreError::UnknownKey { .. }) => Err(error),
            Err(error) => Err(self.both_damaged(scan, &error)),
            mended => mended,
        }
    }

    /// The journal does not prove everything, and this is why the index does not make up for it.
    pub(super) fn both_damaged(&self, scan: &Scan, why: &StoreError) -> StoreError {
        let mut lost: Vec<_> = scan.problems.iter().map(|problem| format!("journal/{problem}")).collect();
        lost.extend(scan.torn());
        if scan.highest > scan.head.sequence {
            lost.push(format!("entries {} to {} are not all there", scan.head.sequence + 1, scan.highest));
        }
        lost.push(chain(why));
        StoreError::BothDamaged { data: self.data.path().to_owned(), lost: lost.join("; ") }
    }

    fn mend_from_copy(&self, folder: &Folder, scan: &Scan) -> Result<(), StoreError> {
        let Proof { index, tag, entries, .. } = self.proof_from_copy(folder, scan)?;
        scan.problems.iter().for_each(|problem| self.health.found(format!("journal/{problem}")));
        self.health.found(format!("the journal was begun again from {}/, and nothing is lost", index::FOLDER));
        self.reseed(folder, &index, tag, &entries)
    }

    /// The whole state from a copy of the index and the entries after it, if the two prove it.
    pub(super) fn proof_from_copy(&self, folder: &Folder, scan: &Scan) -> Result<Proof, StoreError> {
        let index = self.copy_of_index()?.ok_or_else(|| damaged("it is not there"))?;
        let (mut state, tag) = self.state_of(&index)?;
        if scan.id.is_some_and(|id| id != tag.id) && !scan.agrees_at(tag.sequence, tag.digest) {
            return Err(damaged("it belongs to another store"));
        }
        let mut entries = vec![];
        replay_after(folder, tag.sequence, scan.highest, &mut |frame| {
            let entry = Entry::from(frame);
            self.apply(&mut state, &entry)?;
            expect_digest(&state, entry.sequence, entry.digest)?;
            entries.push(entry);
            Ok(())
        })?;
        Ok(Proof { index, tag, entries, state })
    }

    /// There is no journal: it was lost, or this is the first start since there is one.
    pub(super) fn journal_from_index_alone(&self, folder: &Folder) -> Result<(), StoreError> {
        let Some(index) = self.copy_of_index()? else { return Ok(()) };
        let made = match index.tag()? {
            Some(tag) => self.state_of(&index).and_then(|_| {
                self.health.found(format!("the journal was missing: it was made again from {}/", index::FOLDER));
                self.reseed(folder, &index, tag, &[])
            }),
            None => self.upgrade(folder, &index),
        };
        drop(index);
        self.data.remove_all(COPY)?;
        made
    }

    /// A snapshot of the index with these entries applied, under its name before anything else changes.
    pub(super) fn reseed(&self, folder: &Folder, index: &Index, tag: Tag, entries: &[Entry]) -> Result<(), StoreError> {
        index.apply(entries)?;
        let (sequence, digest) = entries.last().map_or((tag.sequence, tag.digest), |last| (last.sequence, last.digest));
        let link = Link::anew(&tag.id, sequence, digest);
        let mut writer = SnapshotWriter::create(folder, tag.id, link)?;
        index.each(&mut |key, value| writer.push(key.to_owned(), value.to_vec()))?;
        writer.finish()?;
        set_aside(folder, sequence)?;
        Journal::begin(folder.clone(), tag.id, link)?;
        Ok(())
    }
}

/// Moves all files of the journal but this snapshot out of the way.
pub(super) fn set_aside(folder: &Folder, snapshot: u64) -> Result<(), StoreError> {
    let names = names_but_snapshot(folder, snapshot)?;
    if names.is_empty() {
        return Ok(());
    }
    folder.remove_all(ASIDE)?;
    folder.subfolder(ASIDE)?;
    for name in names {
        folder.rename(&name, &format!("{ASIDE}/{name}"))?;
    }
    folder.sync(".")
}
