//! Both copies of the records, as far as they can be read, and what each of them has under a key.

use tollgate_types::Binding;

use super::report::Repaired;
use crate::StoreError;
use crate::digest::{Mark, StateDigest};
use crate::durable::chain;
use crate::entry::Sequence;
use crate::index::{self, Readable};
use crate::journal::{Salvaged, Scan, Statement, StoreId};
use crate::key::Key;
use crate::seal::Keys;
use crate::value::{Record, decode};

/// Both copies, as far as they can be read.
pub(super) struct Copies {
    pub(super) journal: Salvaged,
    scan: Scan,
    pub(super) index: Readable,
    pub(super) report: Repaired,
    pub(super) sealed: Vec<Sealed>,
    /// Whether the keys open any secret at all.
    pub(super) opens_some: bool,
}

/// A record that may be the newest of its key, and whose secrets no key opens.
pub(super) struct Sealed {
    pub(super) key: Key,
    /// Of the first such secret.
    pub(super) place: String,
    /// The id of its key.
    pub(super) id: String,
}

/// What a copy has of a record.
pub(super) enum Found {
    Nothing,
    Record(Kept),
    Sealed(Sealed),
}

/// A record that can be read, and its stored form.
pub(super) type Kept = (Record, Vec<u8>);

impl Copies {
    pub(super) fn new(journal: Salvaged, scan: Scan, index: Result<Readable, StoreError>) -> Self {
        let mut report = Repaired {
            newest: journal.newest,
            lost_entries: journal.lost_entries.clone(),
            lost_keys: journal.lost_keys.iter().map(ToString::to_string).collect(),
            ..Repaired::default()
        };
        report.lost.extend(scan.torn());
        let mut index = index.unwrap_or_else(|error| Readable { error: Some(error), ..Readable::default() });
        if let Some(error) = &index.error {
            report.lost.push(format!("{}/ cannot be read to its end: {}", index::FOLDER, chain(error)));
        }
        if scan.id.is_some() && index.tag.is_some_and(|tag| Some(tag.id) != scan.id) {
            report.lost.push(format!("{}/ belongs to another store: nothing of it was taken", index::FOLDER));
            index = Readable::default();
        }
        Self { journal, scan, index, report, sealed: vec![], opens_some: false }
    }

    pub(super) fn id(&self) -> StoreId {
        let known = self.scan.id.or_else(|| self.index.tag.map(|tag| tag.id));
        known.unwrap_or_else(|| *uuid::Uuid::new_v4().as_bytes())
    }

    /// Behind every entry that was ever seen.
    pub(super) fn next_sequence(&self) -> Sequence {
        let newest = self.journal.newest.map_or(0, |(sequence, _)| sequence);
        self.scan.highest.max(newest).max(self.index_sequence()) + 1
    }

    pub(super) fn index_sequence(&self) -> Sequence {
        self.index.tag.map_or(0, |tag| tag.sequence)
    }

    /// Whether the index has exactly the records that it says it has.
    pub(super) fn index_is_whole(&self) -> bool {
        let mut digest = StateDigest::default();
        self.index.records.iter().for_each(|(key, value)| digest.add(Mark::of(key, value)));
        self.index.error.is_none() && self.index.tag.is_some_and(|tag| tag.digest == digest)
    }

    /// The journal proves its bytes: a record that cannot be read is of a newer version, and ends the repair.
    pub(super) fn in_journal(
        &mut self,
        key: &Key,
        stated: Option<&Statement>,
        keys: &Keys,
    ) -> Result<Found, StoreError> {
        match stated.and_then(|stated| stated.value.clone()) {
            Some(value) => self.read(key, value, keys),
            None => Ok(Found::Nothing),
        }
    }

    pub(super) fn in_index(&mut self, key: &Key, text: &str, keys: &Keys) -> Result<Found, StoreError> {
        let Some(value) = self.index.records.get(text).cloned() else { return Ok(Found::Nothing) };
        Ok(self.read(key, value, keys).unwrap_or_else(|error| {
            let (what, why) = (name_of(key), chain(&error));
            self.report
                .doubtful
                .push(format!("{what}: {}/ has no record of it that can be read: {why}", index::FOLDER));
            Found::Nothing
        }))
    }

    fn read(&mut self, key: &Key, value: Vec<u8>, keys: &Keys) -> Result<Found, StoreError> {
        match decode(key, &value, keys) {
            Ok(record) => {
                self.opens_some |= has_secrets(&record);
                Ok(Found::Record((record, value)))
            }
            Err(StoreError::UnknownKey { place, id }) => Ok(Found::Sealed(Sealed { key: key.clone(), place, id })),
            Err(error) => Err(error),
        }
    }
}

fn has_secrets(record: &Record) -> bool {
    match record {
        Record::Worker(record) => record.bindings.values().any(|it| matches!(it, Binding::SecretText { .. })),
        Record::Certificate(_) => true,
        _ => false,
    }
}

/// As `Display`, but tells a worker from its counter.
pub(super) fn name_of(key: &Key) -> String {
    match key {
        Key::LastVersion(id) => format!("the counter of worker {id}"),
        key => key.to_string(),
    }
}
