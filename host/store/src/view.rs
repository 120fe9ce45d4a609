//! What a command is planned against: the durable state, and the changes of the commands before it in the same group.

use std::collections::HashMap;
use std::sync::Arc;

use tollgate_types::{CertificateId, Home, NamespaceName, Version, WorkerId, WorkerName, WorkerRecord};

use crate::change::Change;
use crate::digest::{Mark, StateDigest};
use crate::key::Key;
use crate::state::State;
use crate::value::Record;
use crate::{CertificateRecord, NamespaceRecord};

/// Changes that are planned and not durable yet.
pub(crate) struct Staged {
    changes: HashMap<Key, Option<(Record, Mark)>>,
    pub(crate) digest: StateDigest,
}

/// The state as it will be.
pub(crate) struct View<'a> {
    state: &'a State,
    staged: &'a Staged,
}

impl Staged {
    pub(crate) fn on(state: &State) -> Self {
        Self { changes: HashMap::new(), digest: state.digest }
    }

    /// Adds a planned change, whose record has this mark.
    pub(crate) fn stage(&mut self, state: &State, change: Change, mark: Option<Mark>) {
        let before = match self.changes.get(&change.key) {
            Some(staged) => staged.as_ref().map(|(_, mark)| *mark),
            None => state.mark(&change.key),
        };
        before.into_iter().for_each(|mark| self.digest.remove(mark));
        mark.into_iter().for_each(|mark| self.digest.add(mark));
        self.changes.insert(change.key, change.record.zip(mark));
    }

    /// Makes the changes part of the state.
    pub(crate) fn apply(self, state: &mut State) {
        for (key, change) in self.changes {
            match change {
                Some((record, mark)) => state.put(key, record, mark),
                None => state.remove(&key),
            }
        }
    }
}

impl<'a> View<'a> {
    pub(crate) fn new(state: &'a State, staged: &'a Staged) -> Self {
        Self { state, staged }
    }

    fn staged(&self, key: &Key) -> Option<Option<&Record>> {
        self.staged.changes.get(key).map(|change| change.as_ref().map(|(record, _)| record))
    }

    pub(crate) fn namespace(&self, name: &NamespaceName) -> Option<&NamespaceRecord> {
        match self.staged(&Key::Namespace(name.clone())) {
            Some(Some(Record::Namespace(record))) => Some(record),
            Some(_) => None,
            None => self.state.namespace(name),
        }
    }

    pub(crate) fn worker(&self, id: &WorkerId) -> Option<&Arc<WorkerRecord>> {
        match self.staged(&Key::Worker(id.clone())) {
            Some(Some(Record::Worker(record))) => Some(record),
            Some(_) => None,
            None => self.state.worker(id),
        }
    }

    pub(crate) fn last_version(&self, id: &WorkerId) -> Version {
        match self.staged(&Key::LastVersion(id.clone())) {
            Some(Some(Record::LastVersion(version))) => *version,
            _ => self.state.last_version(id),
        }
    }

    /// The versions of a worker that are kept, the oldest first.
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

    pub(crate) fn workers_of(&self, home: &Home) -> Vec<(WorkerName, Arc<WorkerRecord>)> {
        let id = |name: &WorkerName| Key::Worker(WorkerId { home: home.clone(), name: name.clone() });
        let durable = self.state.workers_of(home).filter(|(name, _)| self.staged(&id(name)).is_none());
        let staged = self.staged.changes.iter().filter_map(|(key, change)| match (key, change) {
            (Key::Worker(id), Some((Record::Worker(record), _))) if id.home == *home => Some((&id.name, record)),
            _ => None,
        });
        let mut workers: Vec<_> = durable.chain(staged).map(|(name, record)| (name.clone(), record.clone())).collect();
        workers.sort_by(|(one, _), (other, _)| one.cmp(other));
        workers
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
            (Key::Worker(id), Some((Record::Worker(record), _))) if record.is_bound_to(certificate) => Some(id.clone()),
            _ => None,
        });
        durable.chain(staged).min()
    }
}
