//! Merging what the two copies prove: for each record one of the two, then a state that fits together.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use tollgate_types::{Binding, Home, NamespaceName, ScriptDigest, Version, WorkerId};

use super::report::Repaired;
use crate::StoreError;
use crate::digest::{Mark, StateDigest};
use crate::durable::chain;
use crate::entry::Sequence;
use crate::index::{self, Readable};
use crate::journal::{Salvaged, Scan, Statement, StoreId};
use crate::key::Key;
use crate::seal::Keys;
use crate::value::{Record, decode, encode};

/// Both copies, as far as they can be read.
pub(super) struct Copies {
    journal: Salvaged,
    scan: Scan,
    index: Readable,
    report: Repaired,
    sealed: Vec<Sealed>,
    /// Whether the keys open any secret at all.
    opens_some: bool,
}

/// A record that may be the newest of its key, and whose secrets no key opens.
struct Sealed {
    key: Key,
    /// Of the first such secret.
    place: String,
    /// The id of its key.
    id: String,
}

/// What a copy has of a record.
enum Found {
    Nothing,
    Record(Kept),
    Sealed(Sealed),
}

/// The records that are kept.
pub(super) struct Merged {
    pub(super) records: BTreeMap<String, Vec<u8>>,
    /// The script of each worker.
    pub(super) scripts: Vec<(WorkerId, ScriptDigest)>,
    pub(super) report: Repaired,
}

/// A record that can be read, and its stored form.
type Kept = (Record, Vec<u8>);

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

    fn index_sequence(&self) -> Sequence {
        self.index.tag.map_or(0, |tag| tag.sequence)
    }

    /// Whether the index has exactly the records that it says it has.
    fn index_is_whole(&self) -> bool {
        let mut digest = StateDigest::default();
        self.index.records.iter().for_each(|(key, value)| digest.add(Mark::of(key, value)));
        self.index.error.is_none() && self.index.tag.is_some_and(|tag| tag.digest == digest)
    }

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
                self.report.doubtful.push(format!("{key} is not kept: {}/ shows that it was deleted", index::FOLDER));
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

    /// The journal proves its bytes: a record that cannot be read is of a newer version, and ends the repair.
    fn in_journal(&mut self, key: &Key, stated: Option<&Statement>, keys: &Keys) -> Result<Found, StoreError> {
        match stated.and_then(|stated| stated.value.clone()) {
            Some(value) => self.read(key, value, keys),
            None => Ok(Found::Nothing),
        }
    }

    fn in_index(&mut self, key: &Key, text: &str, keys: &Keys) -> Result<Found, StoreError> {
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

fn has_secrets(record: &Record) -> bool {
    match record {
        Record::Worker(record) => record.bindings.values().any(|it| matches!(it, Binding::SecretText { .. })),
        Record::Certificate(_) => true,
        _ => false,
    }
}

/// As `Display`, but tells a worker from its counter.
fn name_of(key: &Key) -> String {
    match key {
        Key::LastVersion(id) => format!("the counter of worker {id}"),
        key => key.to_string(),
    }
}

/// What is kept, while it is made to fit together.
struct Fitting {
    kept: BTreeMap<String, (Key, Kept)>,
    report: Repaired,
}

impl Fitting {
    fn keys(&self) -> Vec<Key> {
        self.kept.values().map(|(key, _)| key.clone()).collect()
    }

    fn record(&self, key: &Key) -> Option<&Record> {
        self.kept.get(&key.encode()).map(|(_, (record, _))| record)
    }

    fn drop(&mut self, key: &Key) {
        self.kept.remove(&key.encode());
    }

    fn put(&mut self, key: Key, record: Record, keys: &Keys) -> Result<(), StoreError> {
        let value = encode(&key, &record, keys)?;
        self.kept.insert(key.encode(), (key, (record, value)));
        Ok(())
    }

    /// A worker without its namespace: nobody could name it.
    fn drop_homeless(&mut self) {
        let namespaces: HashSet<NamespaceName> = self
            .keys()
            .into_iter()
            .filter_map(|key| if let Key::Namespace(name) = key { Some(name) } else { None })
            .collect();
        for key in self.keys() {
            let (Key::Worker(id) | Key::Version(id, _)) = &key else { continue };
            let Home::Namespace(namespace) = &id.home else { continue };
            if namespaces.contains(namespace) {
                continue;
            }
            if let Some(Record::Worker(record)) = self.record(&key) {
                let (version, script) = (record.version.0, record.script);
                self.report.lost.push(format!(
                    "{key} is left out, since the record of its namespace is lost: version {version}, script {script}"
                ));
            }
            self.drop(&key);
        }
    }

    /// Versions of a worker that is lost name its script, but not its secrets.
    fn drop_versions_without_worker(&mut self, keys: &Keys) -> Result<(), StoreError> {
        let mut last: BTreeMap<String, (WorkerId, Version, ScriptDigest)> = BTreeMap::new();
        for key in self.keys() {
            let Key::Version(id, version) = &key else { continue };
            if self.record(&Key::Worker(id.clone())).is_some() {
                continue;
            }
            if let Some(Record::Version(record)) = self.record(&key) {
                last.insert(id.to_string(), (id.clone(), *version, record.script));
            }
            self.drop(&key);
        }
        for (id, version, script) in last.into_values() {
            let number = version.0;
            self.report.lost.push(format!("worker {id}: its version {number} ran script {script}; deploy it again"));
            self.count_lost(id, version, keys)?;
        }
        Ok(())
    }

    /// A version gets a record of its own when the next one is deployed: that one was lost, and its number is not used again.
    fn count_lost(&mut self, id: WorkerId, earlier: Version, keys: &Keys) -> Result<(), StoreError> {
        let key = Key::LastVersion(id);
        let counter = match self.record(&key) {
            Some(Record::LastVersion(version)) => *version,
            _ => Version(0),
        };
        self.put(key, Record::LastVersion(counter.max(Version(earlier.0 + 1))), keys)
    }

    /// Every worker has a counter if a later version of it was lost.
    fn count_on(&mut self, keys: &Keys, is_deleted: &dyn Fn(&WorkerId) -> bool) -> Result<(), StoreError> {
        for key in self.keys() {
            match &key {
                Key::Worker(id) => self.count_worker(id, keys)?,
                Key::LastVersion(id) if self.record(&Key::Worker(id.clone())).is_none() && !is_deleted(id) => {
                    let lost = format!("worker {id}: it was deployed once, and is deleted or lost");
                    if !self.report.lost.iter().any(|line| line.starts_with(&format!("worker {id}"))) {
                        self.report.lost.push(lost);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn versions_of(&self, id: &WorkerId) -> impl Iterator<Item = Version> {
        let (first, last) = (Key::Version(id.clone(), Version(0)), Key::Version(id.clone(), Version(u64::MAX)));
        self.kept.range(first.encode()..=last.encode()).filter_map(|(_, (key, _))| match key {
            Key::Version(_, version) => Some(*version),
            _ => None,
        })
    }

    fn count_worker(&mut self, id: &WorkerId, keys: &Keys) -> Result<(), StoreError> {
        let Some(Record::Worker(record)) = self.record(&Key::Worker(id.clone())).cloned() else { return Ok(()) };
        // A version gets a record of its own when the next one is deployed.
        let earlier = self.versions_of(id).last().map_or(Version(0), |earlier| Version(earlier.0 + 1));
        let counter = match self.record(&Key::LastVersion(id.clone())) {
            Some(Record::LastVersion(version)) => *version,
            _ => Version(0),
        };
        let last = counter.max(earlier).max(record.version);
        if last > record.version {
            self.report.doubtful.push(format!(
                "worker {id}: version {} is kept; version {} was deployed later and is lost",
                record.version.0, last.0
            ));
        }
        if last > record.version && last != counter {
            self.put(Key::LastVersion(id.clone()), Record::LastVersion(last), keys)?;
        }
        Ok(())
    }

    fn note_lost_certificates(&mut self) {
        let mut lines = vec![];
        for (key, (record, _)) in self.kept.values() {
            let (Key::Worker(_), Record::Worker(record)) = (key, record) else { continue };
            for binding in record.bindings.values() {
                let Binding::MtlsCertificate(bound) = binding else { continue };
                if self.record(&Key::Certificate(bound.certificate_id.clone())).is_none() {
                    lines.push(format!("{key} is bound to certificate {}, which is lost", bound.certificate_id));
                }
            }
        }
        self.report.doubtful.extend(lines);
    }

    /// A damaged entry cannot be believed, but whoever deploys again wants to know what it was about.
    fn note_likely(&mut self, keys: &BTreeSet<String>) {
        for key in keys.iter().filter_map(|key| Key::decode(key).ok()) {
            let (Key::Namespace(_) | Key::Worker(_) | Key::Certificate(_)) = &key else { continue };
            let name = key.to_string();
            match self.record(&key) {
                Some(_) => self.report.doubtful.push(format!("{name}: a damaged entry seems to change it")),
                None if self.report.lost.iter().any(|line| line.starts_with(&format!("{name}:"))) => {}
                None => {
                    self.report.lost.push(format!("{name}: a damaged entry seems to change it, and no copy has it"))
                }
            }
        }
    }

    fn merged(self) -> Merged {
        let mut report = self.report;
        let mut scripts = vec![];
        for (key, (record, _)) in self.kept.values() {
            match (key, record) {
                (Key::Namespace(_), _) => report.namespaces += 1,
                (Key::Worker(id), Record::Worker(record)) => {
                    report.workers += 1;
                    scripts.push((id.clone(), record.script));
                }
                (Key::Version(..), _) => report.versions += 1,
                (Key::Certificate(_), _) => report.certificates += 1,
                _ => {}
            }
        }
        report.records = self.kept.len();
        let records = self.kept.into_iter().map(|(text, (_, (_, value)))| (text, value)).collect();
        Merged { records, scripts, report }
    }
}
