//! What a command is planned against: the durable state, and the changes of the commands before it in the same group. A record
//! that is not in memory is read again.

use std::collections::HashMap;
use std::sync::Arc;

use tollgate_types::{CertificateId, Home, NamespaceName, Version, WorkerId, WorkerName, WorkerRecord};

use crate::change::Change;
use crate::digest::{Mark, StateDigest};
use crate::key::Key;
use crate::records::Records;
use crate::state::{Marked, Place, State};
use crate::value::Record;
use crate::{CertificateRecord, NamespaceRecord, StoreError};

/// Changes that are planned and not durable yet.
pub(crate) struct Staged {
    changes: HashMap<Key, Option<Marked>>,
    pub(crate) digest: StateDigest,
}

/// The state as it will be.
pub(crate) struct View<'a> {
    state: &'a State,
    records: &'a Records,
    staged: &'a Staged,
}

impl Staged {
    pub(crate) fn on(state: &State) -> Self {
        Self { changes: HashMap::new(), digest: state.digest }
    }

    /// Adds a planned change, whose stored form has this mark and length.
    pub(crate) fn stage(&mut self, state: &State, change: Change, stored: Option<(Mark, usize)>) {
        let before = match self.changes.get(&change.key) {
            Some(staged) => staged.as_ref().map(|staged| staged.mark),
            None => state.mark(&change.key),
        };
        before.into_iter().for_each(|mark| self.digest.remove(mark));
        let marked = change.record.zip(stored).map(|(record, (mark, bytes))| Marked { record, mark, bytes });
        marked.iter().for_each(|marked| self.digest.add(marked.mark));
        self.changes.insert(change.key, marked);
    }

    /// Makes the changes part of the state.
    pub(crate) fn apply(self, state: &mut State) {
        for (key, change) in self.changes {
            match change {
                Some(marked) => state.put(key, marked),
                None => state.remove(&key),
            }
        }
    }
}

impl<'a> View<'a> {
    pub(crate) fn new(state: &'a State, records: &'a Records, staged: &'a Staged) -> Self {
        Self { state, records, staged }
    }

    fn staged(&self, key: &Key) -> Option<Option<&Record>> {
        self.staged.changes.get(key).map(|change| change.as_ref().map(|marked| &marked.record))
    }

    /// The workers that commands of this group deploy or delete in a home.
    fn staged_of<'b>(&'b self, home: &'b Home) -> impl Iterator<Item = (&'b WorkerName, Option<&'b Record>)> {
        self.staged.changes.iter().filter_map(move |(key, change)| match key {
            Key::Worker(id) if id.home == *home => Some((&id.name, change.as_ref().map(|marked| &marked.record))),
            _ => None,
        })
    }

    pub(crate) fn namespace(&self, name: &NamespaceName) -> Option<&NamespaceRecord> {
        match self.staged(&Key::Namespace(name.clone())) {
            Some(Some(Record::Namespace(record))) => Some(record),
            Some(_) => None,
            None => self.state.namespace(name),
        }
    }

    pub(crate) fn worker(&self, id: &WorkerId) -> Result<Option<Arc<WorkerRecord>>, StoreError> {
        match self.staged(&Key::Worker(id.clone())) {
            Some(Some(Record::Worker(record))) => Ok(Some(record.clone())),
            Some(_) => Ok(None),
            None => self.state.worker(id).map(|place| self.read(id, place)).transpose(),
        }
    }

    pub(crate) fn has_worker(&self, id: &WorkerId) -> bool {
        self.version(id).is_some()
    }

    /// The deployed version of a worker.
    pub(crate) fn version(&self, id: &WorkerId) -> Option<Version> {
        match self.staged(&Key::Worker(id.clone())) {
            Some(Some(Record::Worker(record))) => Some(record.version),
            Some(_) => None,
            None => self.state.brief(id).map(|brief| brief.version),
        }
    }

    fn read(&self, id: &WorkerId, place: Place) -> Result<Arc<WorkerRecord>, StoreError> {
        match place {
            Place::Memory(record) => Ok(record),
            Place::Disk(mark) => self.records.read(id, mark).map(|(record, _)| record),
        }
    }

    pub(crate) fn last_version(&self, id: &WorkerId) -> Version {
        match self.staged(&Key::LastVersion(id.clone())) {
            Some(Some(Record::LastVersion(version))) => *version,
            _ => self.state.last_version(id),
        }
    }

    /// The versions of a worker that have records of their own, the oldest first.
    pub(crate) fn versions(&self, id: &WorkerId) -> Vec<Version> {
        let durable = self.state.versions(id).iter().map(|kept| kept.version);
        let mut versions: Vec<_> =
            durable.filter(|version| self.staged(&Key::Version(id.clone(), *version)).is_none()).collect();
        versions.extend(self.staged.changes.iter().filter_map(|(key, change)| match key {
            Key::Version(of, version) if of == id && change.is_some() => Some(*version),
            _ => None,
        }));
        versions.sort_unstable();
        versions
    }

    /// The names of a home's workers, sorted.
    pub(crate) fn names_of(&self, home: &Home) -> Vec<WorkerName> {
        let staged: HashMap<_, _> = self.staged_of(home).collect();
        let durable = self.state.workers_of(home).map(|(name, _)| name).filter(|name| !staged.contains_key(name));
        let deployed = staged.iter().filter(|(_, record)| record.is_some()).map(|(name, _)| *name);
        let mut names: Vec<_> = durable.chain(deployed).cloned().collect();
        names.sort_unstable();
        names
    }

    /// A home's workers, sorted by name.
    pub(crate) fn workers_of(&self, home: &Home) -> Result<Vec<(WorkerName, Arc<WorkerRecord>)>, StoreError> {
        let with_record = |name: WorkerName| {
            let id = WorkerId { home: home.clone(), name };
            Ok(self.worker(&id)?.map(|record| (id.name, record)))
        };
        self.names_of(home).into_iter().filter_map(|name| with_record(name).transpose()).collect()
    }

    pub(crate) fn certificate(&self, id: &CertificateId) -> Option<&Arc<CertificateRecord>> {
        match self.staged(&Key::Certificate(id.clone())) {
            Some(Some(Record::Certificate(record))) => Some(record),
            Some(_) => None,
            None => self.state.certificate(id),
        }
    }

    /// How many certificates there are.
    pub(crate) fn certificates(&self) -> usize {
        let mut count = self.state.certificates().len();
        for (key, change) in &self.staged.changes {
            let Key::Certificate(id) = key else { continue };
            match (self.state.certificate(id), change) {
                (None, Some(_)) => count += 1,
                (Some(_), None) => count -= 1,
                _ => {}
            }
        }
        count
    }

    /// A worker that is bound to a certificate, the first by name if there are several.
    pub(crate) fn bound_to(&self, certificate: &CertificateId) -> Option<WorkerId> {
        let durable = self.state.bound_to_all(certificate);
        let durable = durable.filter(|id| self.staged(&Key::Worker(id.clone())).is_none());
        let staged = self.staged.changes.iter().filter_map(|(key, change)| match (key, change) {
            (Key::Worker(id), Some(Marked { record: Record::Worker(record), .. }))
                if record.is_bound_to(certificate) =>
            {
                Some(id.clone())
            }
            _ => None,
        });
        durable.chain(staged).min()
    }
}
