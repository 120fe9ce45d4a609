//! Opening: the journal and the index check each other, and damage to either one is mended from the other. The state is made of the
//! journal (`fold.rs`).
//!
//! | journal | index | what happens |
//! | --- | --- | --- |
//! | proves the whole state | agrees, or is large and has the right tag | the entries that the index lacks are applied to it |
//! | proves the whole state | damaged, missing, foreign | the index is made again from the journal |
//! | lacks its last entries | has them | the journal is begun again from the index |
//! | damaged | intact, on a copy | the journal is begun again from the index, and the entries after it that it still proves |
//! | ends in bytes that are no entry | damaged | refused: an entry may be lost that was answered |
//! | damaged | damaged | refused: the error names what is lost, and the command that keeps the rest |
//! | nothing | as it was before there was a journal | the upgrade: the journal is begun from it |
//! | nothing | nothing | a new store, unless there are scripts: then the records are gone, and that is refused |

mod examine;
mod fold;
mod reseed;
mod source;
mod upgrade;

use std::sync::Arc;

use crate::digest::StateDigest;
use crate::durable::{DurableLog, chain};
use crate::entry::{Sequence, Stored};
use crate::health::Health;
use crate::index::{self, BATCH_CHANGES, Index, Tag};
use crate::journal::{self, Journal, Link, Scan, StoreId, replay};
use crate::log::GROUP;
use crate::seal::Keys;
use crate::state::State;
use crate::{Folder, StoreConfig, StoreError};

#[cfg(test)]
pub(crate) use source::COMPARED_AT_START;

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
    /// Whether all records of the index were compared with the journal's.
    pub(crate) compared: bool,
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
        let (mut scan, mut state) = self.read_journal(&folder, &|| self.new_state())?;
        if scan.is_complete() && matches!(state, Err(StoreError::Corrupt { .. })) {
            // The disk did not give the entries a second time. If it does not now, the journal is damaged.
            (scan, state) = self.read_journal(&folder, &|| self.new_state())?;
        }
        if scan.is_complete() {
            self.expect_torn_by_a_crash(&scan)?;
            return self.open_complete(folder, scan, state, true);
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
        let expected = self.has_index();
        let (scan, state) = self.read_journal(&folder, &|| self.new_state())?;
        self.open_complete(folder, scan, state, expected)
    }

    /// A journal that ends in bytes that are no entry was cut short by a crash, unless the index is damaged too: then
    /// nothing tells whether an entry is lost that was answered.
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
    fn open_complete(
        &self,
        folder: Folder,
        scan: Scan,
        state: Result<State, StoreError>,
        expected: bool,
    ) -> Result<Opened, StoreError> {
        scan.problems.iter().for_each(|problem| self.health.found(format!("journal/{problem}")));
        let agreed = match self.check_index(&folder, &scan) {
            Ok(Checked::Agrees(Agrees { index, at, compared })) => {
                Agreed { state: state?, index: Some(index), scan, index_at: Some(at), compared }
            }
            Ok(Checked::DamagedAhead(error)) => return Err(self.both_damaged(&scan, &error)),
            Ok(Checked::Ahead(index, tag, state)) => {
                let scan = self.journal_again(&folder, &scan, &index, tag)?;
                Agreed { state: *state, index: Some(index), scan, index_at: None, compared: true }
            }
            Err(error) => {
                // A journal without an entry proves nothing beside scripts.
                if scan.head.sequence == 0 {
                    self.expect_no_scripts()?;
                }
                let state = state?;
                let index = self.index_again(&folder, &scan, error, expected);
                let state = if index.is_some() { state } else { self.state_in_memory(&folder)? };
                Agreed { state, index, scan, index_at: None, compared: true }
            }
        };
        Ok(self.opened(folder, agreed))
    }

    /// The index has entries that the journal has lost.
    fn journal_again(&self, folder: &Folder, scan: &Scan, index: &Index, tag: Tag) -> Result<Scan, StoreError> {
        let (first, last) = (scan.head.sequence + 1, tag.sequence);
        self.health.found(format!(
            "the journal ends before entries {first} to {last}: they are restored from {}/",
            index::FOLDER
        ));
        self.reseed(folder, index, tag, &[])?;
        journal::scan(folder)
    }

    /// The log that goes on. On a disk that cannot be written it takes no entries until that is over.
    fn opened(&self, folder: Folder, agreed: Agreed) -> Opened {
        let Agreed { state, index, scan, index_at, compared } = agreed;
        let id = scan.id.unwrap_or_default();
        let journal = self.note_incomplete(&folder, &scan, index_at).and_then(|()| self.go_on(&folder, id, &scan));
        let journal = journal.inspect_err(|error| {
            self.health.update(|report| report.writes = crate::health::Writes::Refused(chain(error)));
            tracing::error!(error = %chain(error), "the store takes no writes until the disk can be written");
        });
        let (health, base, head) = (self.health.clone(), scan.base, scan.head);
        health.update(|report| report.sequence = scan.head.sequence);
        let (journal, index) = (journal.ok(), index.map(Arc::new));
        let log = DurableLog { folder, id, journal, index, head, base, health, compaction: None };
        Opened { state, log, compared }
    }

    /// The last group is all that an index which was in use can lack, so that bytes behind the chain are a write that was never
    /// answered. If the index cannot tell, they are kept for an operator to look at.
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
        let put = |changes: &[Stored]| changes.chunks(BATCH_CHANGES).try_for_each(|chunk| index.write(chunk, None));
        let mut waiting = vec![];
        replay(folder, scan, &mut |frame| {
            waiting.extend(frame.changes);
            if waiting.len() < BATCH_CHANGES { Ok(()) } else { put(&std::mem::take(&mut waiting)) }
        })?;
        put(&waiting)?;
        index.write(&[], Some(Tag { id, sequence: scan.head.sequence, digest: scan.head.digest }))?;
        index.flush()?;
        self.data.sync(".")?;
        Ok(index)
    }

    /// The state with every record in memory, since none can be read again.
    fn state_in_memory(&self, folder: &Folder) -> Result<State, StoreError> {
        self.read_journal(folder, &State::default)?.1
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

/// What the journal and the index have in common, after damage to one of them was mended.
struct Agreed {
    state: State,
    /// `None` if it cannot be written.
    index: Option<Index>,
    scan: Scan,
    /// The last entry that was applied to the index before this start, if it tells.
    index_at: Option<Sequence>,
    compared: bool,
}

/// What a look at the index came to, if it is intact.
enum Checked {
    Agrees(Agrees),
    /// It has more, and leads to this state.
    Ahead(Index, Tag, Box<State>),
    /// It says that it has more, and is damaged.
    DamagedAhead(StoreError),
}

/// It has what the journal has.
struct Agrees {
    index: Index,
    /// The last entry that was applied to it before this start.
    at: Sequence,
    /// Whether all of its records were compared. If not, the housekeeper does it.
    compared: bool,
}

fn expect_digest(state: &State, sequence: Sequence, expected: StateDigest) -> Result<(), StoreError> {
    same_digest(state.digest, sequence, expected)
}

fn same_digest(found: StateDigest, sequence: Sequence, expected: StateDigest) -> Result<(), StoreError> {
    if found == expected {
        return Ok(());
    }
    let reason = format!(
        "{} records with digest {found} were read; after entry {sequence} there are {} with digest {expected}",
        found.records, expected.records
    );
    Err(StoreError::Corrupt { what: "the state".to_owned(), reason })
}

#[cfg(test)]
pub(crate) mod tests;
