//! Merging what the two copies prove: for each record that of the copy which proves the later state of it.

use std::collections::{BTreeMap, BTreeSet};

use tollgate_types::{ScriptDigest, Version, WorkerId};

use super::copies::{Copies, Found, Kept, Sealed, name_of};
use super::fitting::Fitting;
use super::report::Repaired;
use crate::StoreError;
use crate::index;
use crate::journal::Statement;
use crate::key::Key;
use crate::seal::Keys;
use crate::value::Record;

/// The records that are kept.
pub(super) struct Merged {
    pub(super) records: BTreeMap<String, Vec<u8>>,
    /// The script of each worker.
    pub(super) scripts: Vec<(WorkerId, ScriptDigest)>,
    pub(super) report: Repaired,
}

impl Copies {
    pub(super) fn merge(mut self, keys: &Keys, accept_loss: bool) -> Result<Merged, StoreError> {
        let whole = self.index_is_whole();
        let all: BTreeSet<_> = self.journal.statements.keys().chain(self.index.records.keys()).cloned().collect();
        let mut kept = BTreeMap::new();
        for text in all {
            if let Some((key, record)) = self.choose(&text, whole, keys)? {
                kept.insert(text, (key, record));
            }
        }
        self.note_sealed(&kept, accept_loss)?;
        let gone = |copies: &Self, id: &WorkerId| {
            copies.journal.statement(&Key::Worker(id.clone()).encode()).is_some_and(|stated| stated.value.is_none())
        };
        let mut fitting = Fitting { kept, report: std::mem::take(&mut self.report) };
        fitting.drop_homeless();
        fitting.drop_versions_without_worker(keys)?;
        fitting.count_on(keys, &|id| gone(&self, id))?;
        fitting.note_lost_certificates();
        fitting.note_likely(&self.journal.likely_keys);
        Ok(fitting.merged())
    }

    /// The record of a key: that of the copy which proves the later state of it.
    fn choose(&mut self, text: &str, whole: bool, keys: &Keys) -> Result<Option<(Key, Kept)>, StoreError> {
        let Ok(key) = Key::decode(text) else {
            self.report.lost.push(format!("record {text:?}: this version of the store has no such key"));
            return Ok(None);
        };
        let stated = self.journal.statement(text);
        let later = stated.as_ref().is_none_or(|stated| self.index_sequence() > stated.sequence);
        let kept = match (self.in_journal(&key, stated.as_ref(), keys)?, self.in_index(&key, text, keys)?) {
            (Found::Record(ours), Found::Record(theirs)) if index_wins(&ours.0, &theirs.0, later) => Some(theirs),
            // Sealed with a key that was rotated away since, in an entry whose successor is gone.
            (Found::Sealed(_), Found::Record(theirs)) if later => Some(theirs),
            (Found::Record(kept), Found::Sealed(sealed)) if later => self.keep_before(kept, sealed),
            (Found::Sealed(sealed), Found::Record(kept)) => self.keep_before(kept, sealed),
            (Found::Record(_) | Found::Sealed(_), Found::Nothing) if whole && later => {
                self.report.doubtful.push(format!(
                    "{} is not kept: {}/ shows that it was deleted",
                    name_of(&key),
                    index::FOLDER
                ));
                None
            }
            (Found::Record(ours), Found::Nothing) => {
                self.report.only_in_journal.push(name_of(&key));
                Some(ours)
            }
            (Found::Record(ours), _) => Some(ours),
            (Found::Sealed(sealed), _) => self.leave_out(sealed),
            (Found::Nothing, Found::Record(theirs)) if self.is_newer(&key, &theirs.0, stated.as_ref(), later) => {
                self.report.only_in_index.push(name_of(&key));
                Some(theirs)
            }
            (Found::Nothing, Found::Sealed(sealed)) if later => self.leave_out(sealed),
            (Found::Nothing, _) => None,
        };
        Ok(kept.map(|kept| (key, kept)))
    }

    fn leave_out(&mut self, sealed: Sealed) -> Option<Kept> {
        self.sealed.push(sealed);
        None
    }

    /// An older record in the place of one that is sealed.
    fn keep_before(&mut self, kept: Kept, sealed: Sealed) -> Option<Kept> {
        self.sealed.push(sealed);
        Some(kept)
    }

    /// A record that the keys do not open is left out only if that is accepted: the operator may still have its key. If they open
    /// none, they are those of another store.
    fn note_sealed(&mut self, kept: &BTreeMap<String, (Key, Kept)>, accept_loss: bool) -> Result<(), StoreError> {
        let sealed = std::mem::take(&mut self.sealed);
        match sealed.first() {
            Some(Sealed { place, id, .. }) if !accept_loss && !self.opens_some => {
                return Err(StoreError::UnknownKey { place: place.clone(), id: id.clone() });
            }
            Some(_) if !accept_loss => {
                let records: Vec<_> = sealed.iter().map(|Sealed { key, id, .. }| format!("{key} (key {id})")).collect();
                return Err(StoreError::RecordsSealed { records: records.join(", ") });
            }
            _ => {}
        }
        for Sealed { key, id, .. } in sealed {
            let why = format!("{key}: its secrets were sealed with key {id}, which the key file does not have");
            match kept.contains_key(&key.encode()) {
                true => self.report.doubtful.push(format!("{why}: an older record of it is kept")),
                false => self.report.lost.push(why),
            }
        }
        Ok(())
    }

    /// Whether a record that the journal does not have was written after the journal last said that there is none.
    fn is_newer(&self, key: &Key, record: &Record, stated: Option<&Statement>, later: bool) -> bool {
        let (Key::Worker(id), Record::Worker(record), Some(_)) = (key, record, stated) else { return later };
        let counter = Key::LastVersion(id.clone());
        let last = self.journal.statement(&counter.encode()).and_then(|stated| stated.value);
        // A counter has no secrets: any key reads it.
        let last = last.and_then(|value| serde_json::from_slice(value.get(1..)?).ok()).unwrap_or(Version(0));
        record.version > last
    }
}

/// Whether the index's record is the one to keep.
fn index_wins(ours: &Record, theirs: &Record, later: bool) -> bool {
    match (ours, theirs) {
        (Record::Worker(ours), Record::Worker(theirs)) if ours.version != theirs.version => {
            theirs.version > ours.version
        }
        (Record::LastVersion(ours), Record::LastVersion(theirs)) => theirs > ours,
        _ => later,
    }
}
