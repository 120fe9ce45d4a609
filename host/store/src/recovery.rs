//! Opening: the journal and the index check each other, and damage to either one is mended from the other.
//!
//! | journal | index | what happens |
//! | --- | --- | --- |
//! | proves the whole state | agrees | the entries that the index lacks are applied to it |
//! | proves the whole state | damaged, missing, foreign | the index is made again from the journal |
//! | lacks its last entries | has them | the journal is begun again from the index |
//! | damaged | intact, on a copy | the journal is begun again from the index, and the entries after it that it still proves |
//! | ends in bytes that are no entry | damaged | refused: an entry may be lost that was answered |
//! | damaged | damaged | refused: the error names what is lost, and the command that keeps the rest |
//! | nothing | as it was before there was a journal | the upgrade: the journal is begun from it |
//! | nothing | nothing | a new store, unless there are scripts: then the records are gone, and that is refused |

mod examine;
mod reseed;
mod source;
mod upgrade;

use std::sync::Arc;

use crate::brief::Brief;
use crate::digest::{Mark, StateDigest};
use crate::durable::{DurableLog, chain};
use crate::entry::{Entry, Sequence, Stored};
use crate::health::Health;
use crate::index::{self, Index, Tag};
use crate::journal::{self, Journal, Link, Scan, StoreId, replay};
use crate::key::Key;
use crate::log::GROUP;
use crate::seal::Keys;
use crate::state::{Marked, State};
use crate::value::decode;
use crate::{Folder, StoreConfig, StoreError};

pub(crate) use examine::{Examined, Verdict};

/// The journal's folder.
pub(crate) const JOURNAL: &str = "journal";
/// A copy of the index, while it is looked at.
const COPY: &str = "store.copy";
/// Another one, which the first is compared with.
const SECOND_COPY: &str = "store.copy.2";

/// What opening needs to know.
pub(crate) struct Opening<'a> {
    pub(crate) data: &'a Folder,
    pub(crate) keys: &'a Keys,
    pub(crate) config: StoreConfig,
    pub(crate) health: &'a Health,
}

/// The state, and the log that goes on from it.
pub(crate) struct Opened {
    pub(crate) state: State,
    pub(crate) log: DurableLog,
}

impl Opening<'_> {
    /// Opens the records. Blocks.
    pub(crate) fn open(&self) -> Result<Opened, StoreError> {
        // A start that was killed may have left it, and a copy of an old store has secrets in clear text.
        for left in [COPY, SECOND_COPY] {
            if self.data.dir().exists(left) {
                self.data.remove_all(left)?;
            }
        }
        let folder = self.journal_folder()?;
        let scan = journal::scan(&folder)?;
        if scan.is_complete() {
            self.expect_torn_by_a_crash(&scan)?;
            return self.open_complete(folder, scan, true);
        }
        // Each of these leaves a journal that is complete.
        if scan.id.is_some() || scan.highest > 0 {
            self.mend_journal(&folder, &scan)?;
        } else if self.data.dir().is_dir(index::FOLDER) {
            self.journal_from_index_alone(&folder)?;
        } else {
            self.expect_no_scripts()?;
            let id = *uuid::Uuid::new_v4().as_bytes();
            Journal::begin(folder.clone(), id, Link::genesis(&id))?;
        }
        let (scan, expected) = (journal::scan(&folder)?, self.has_index());
        self.open_complete(folder, scan, expected)
    }

    /// A journal that ends in bytes that are no entry was cut short by a crash, unless the index is damaged too: then nobody
    /// can tell whether an entry is lost that was answered.
    fn expect_torn_by_a_crash(&self, scan: &Scan) -> Result<(), StoreError> {
        if scan.incomplete.is_none() || !self.has_index() {
            return Ok(());
        }
        let looked = self.copy_of_index().and_then(|index| index.map(|index| self.state_of(&index)).transpose());
        self.data.remove_all(COPY)?;
        match looked {
            Err(error @ StoreError::UnknownKey { .. }) => Err(error),
            Err(error) if !error.is_of_the_disk() => Err(self.both_damaged(scan, &error)),
            _ => Ok(()),
        }
    }

    fn has_index(&self) -> bool {
        self.data.dir().is_file(format!("{}/db", index::FOLDER))
    }

    fn journal_folder(&self) -> Result<Folder, StoreError> {
        match self.data.existing(JOURNAL)? {
            Some(folder) => Ok(folder),
            None => {
                let folder = self.data.subfolder(JOURNAL)?;
                folder.keep_for_owner()?;
                Ok(folder)
            }
        }
    }

    /// The journal proves the whole state, so that the index may be opened in place. It is `expected` unless this start made the
    /// journal of something else.
    fn open_complete(&self, folder: Folder, scan: Scan, expected: bool) -> Result<Opened, StoreError> {
        let id = scan.id.unwrap_or_default();
        scan.problems.iter().for_each(|problem| self.health.found(format!("journal/{problem}")));
        let mut index_at = None;
        let (state, index, scan) = match self.check_index(&folder, &scan) {
            Ok(Checked::Agrees(index, state, at)) => {
                index_at = Some(at);
                (state, Some(index), scan)
            }
            Ok(Checked::DamagedAhead(error)) => return Err(self.both_damaged(&scan, &error)),
            Ok(Checked::Ahead(index, tag)) => {
                let lost = scan.head.sequence + 1..=tag.sequence;
                self.health.found(format!(
                    "the journal ends before entries {} to {}: they are restored from {}/",
                    lost.start(),
                    lost.end(),
                    index::FOLDER
                ));
                self.reseed(&folder, &index, tag, &[])?;
                let scan = journal::scan(&folder)?;
                (self.state_of(&index)?.0, Some(index), scan)
            }
            Err(error) => {
                // A journal without an entry proves nothing beside scripts.
                if scan.head.sequence == 0 {
                    self.expect_no_scripts()?;
                }
                let state = self.state_from_journal(&folder, &scan, self.new_state())?;
                match self.index_again(&folder, &scan, error, expected) {
                    Some(index) => (state, Some(index), scan),
                    // No record can be read again.
                    None => (self.state_from_journal(&folder, &scan, State::default())?, None, scan),
                }
            }
        };
        let journal = self.note_incomplete(&folder, &scan, index_at).and_then(|()| self.go_on(&folder, id, &scan));
        let journal = match journal {
            Ok(journal) => Some(journal),
            Err(error) => {
                self.health.update(|report| report.writes = crate::health::Writes::Refused(chain(&error)));
                tracing::error!(error = %chain(&error), "the store takes no writes until the disk can be written");
                None
            }
        };
        let (health, base, head) = (self.health.clone(), scan.base, scan.head);
        health.update(|report| report.sequence = scan.head.sequence);
        let index = index.map(Arc::new);
        Ok(Opened { state, log: DurableLog { folder, id, journal, index, head, base, health, compaction: None } })
    }

    /// The last group is all that an index which was in use can lack, so that bytes behind the chain are a write that was never
    /// answered. If the index cannot tell, they are kept for whoever looks.
    fn note_incomplete(&self, folder: &Folder, scan: &Scan, index_at: Option<Sequence>) -> Result<(), StoreError> {
        let Some((file, at)) = &scan.incomplete else { return Ok(()) };
        if index_at.is_some_and(|index| index + GROUP as u64 >= scan.head.sequence) {
            tracing::warn!(file = %file, at, "removed an entry that a crash cut short");
            return Ok(());
        }
        self.health.found(format!(
            "{}; {}/ cannot tell, and the bytes are kept",
            scan.torn().unwrap_or_default(),
            index::FOLDER
        ));
        journal::keep_tail(folder, file, *at)
    }

    /// A journal with damage in it that the chain does not need is begun again too: what is damaged must not stay.
    fn go_on(&self, folder: &Folder, id: StoreId, scan: &Scan) -> Result<Journal, StoreError> {
        if scan.problems.is_empty() {
            return Journal::go_on(folder.clone(), id, scan);
        }
        journal::compact(folder, id, scan.head, self.health)?;
        reseed::set_aside(folder, scan.head.sequence)?;
        Journal::begin(folder.clone(), id, scan.head)
    }

    /// The state without the index.
    fn state_from_journal(&self, folder: &Folder, scan: &Scan, mut state: State) -> Result<State, StoreError> {
        replay(folder, scan, &mut |frame| self.apply(&mut state, &Entry::from(frame)))?;
        expect_digest(&state, scan.head.sequence, scan.head.digest)?;
        state.sequence = scan.head.sequence;
        Ok(state)
    }

    /// The index once more from the journal. Without room for it the journal alone has the records.
    fn index_again(&self, folder: &Folder, scan: &Scan, why: StoreError, had: bool) -> Option<Index> {
        let made = if why.is_of_the_disk() { Err(why) } else { self.make_index(folder, scan, had.then_some(&why)) };
        let reason = made.as_ref().err().map(|error| chain(error));
        if let Some(reason) = &reason {
            tracing::error!(%reason, "sled cannot be written: the journal alone has the records until the next start");
        }
        self.health.update(|report| report.index_off = reason);
        made.ok()
    }

    fn make_index(&self, folder: &Folder, scan: &Scan, why: Option<&StoreError>) -> Result<Index, StoreError> {
        if let Some(why) = why.filter(|_| scan.head.sequence > 0) {
            self.health.found(format!("{}/ was made again from the journal: {}", index::FOLDER, chain(why)));
        }
        self.data.remove_all(index::FOLDER)?;
        let id = scan.id.unwrap_or_default();
        let index = Index::open(self.data, index::FOLDER, id, self.config.cache_bytes)?;
        // sled writes each batch to the disk at once: one for each entry takes many times as long.
        let put = |changes: &[Stored]| changes.chunks(100).try_for_each(|chunk| index.write(chunk, None));
        let mut waiting = vec![];
        replay(folder, scan, &mut |frame| {
            waiting.extend(frame.changes);
            if waiting.len() < 100 { Ok(()) } else { put(&std::mem::take(&mut waiting)) }
        })?;
        put(&waiting)?;
        index.write(&[], Some(Tag { id, sequence: scan.head.sequence, digest: scan.head.digest }))?;
        index.flush()?;
        self.data.sync(".")?;
        Ok(index)
    }

    fn apply(&self, state: &mut State, entry: &Entry) -> Result<(), StoreError> {
        for change in &entry.changes {
            match &change.value {
                Some(value) => self.take(state, &change.key, value)?,
                None => state.remove(&Key::decode(&change.key)?),
            }
        }
        state.sequence = entry.sequence;
        Ok(())
    }

    /// Takes a record into the state: in full if it is to be in memory, and otherwise what is known without it.
    fn take(&self, state: &mut State, text: &str, value: &[u8]) -> Result<(), StoreError> {
        let (key, mark) = (Key::decode(text)?, Mark::of(text, value));
        let in_full = match &key {
            Key::Worker(id) => state.has_room(&id.home, value.len()),
            Key::Version(..) => false,
            _ => true,
        };
        if in_full {
            let record = decode(&key, value, self.keys)?;
            state.put(key, Marked { record, mark, bytes: value.len() });
        } else {
            let brief = Brief::read(&key, value, self.keys)?;
            state.know(key, brief, mark);
        }
        Ok(())
    }

    fn new_state(&self) -> State {
        State::holding(self.config.records_bytes)
    }

    pub(super) fn expect_no_scripts(&self) -> Result<(), StoreError> {
        let scripts = self.data.existing("scripts/sha256")?;
        let entries = scripts.as_ref().map(|folder| folder.dir().entries().map_err(folder.failed("list", ".")));
        match entries.transpose()?.map_or(0, Iterator::count) {
            0 => Ok(()),
            _ => Err(StoreError::RecordsGone { data: self.data.path().to_owned() }),
        }
    }
}

/// What a look at the index came to, if it is intact.
enum Checked {
    /// It has what the journal has; the last entry that was applied to it before this start.
    Agrees(Index, State, Sequence),
    /// It has more.
    Ahead(Index, Tag),
    /// It says that it has more, and is damaged.
    DamagedAhead(StoreError),
}

fn expect_digest(state: &State, sequence: Sequence, expected: StateDigest) -> Result<(), StoreError> {
    if state.digest == expected {
        return Ok(());
    }
    let found = state.digest;
    let reason = format!(
        "{} records with digest {found} were read; after entry {sequence} there are {} with digest {expected}",
        found.records, expected.records
    );
    Err(StoreError::Corrupt { what: "the state".to_owned(), reason })
}

#[cfg(test)]
pub(crate) mod tests;
