//! The state: every durable record, in memory, as the entries of the log made it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tollgate_types::{
    Binding, CertificateId, Home, NamespaceName, ScriptDigest, Version, WorkerId, WorkerName, WorkerRecord,
};

use crate::digest::{Mark, StateDigest};
use crate::entry::Sequence;
use crate::key::Key;
use crate::value::Record;
use crate::{CertificateRecord, NamespaceRecord};

/// Every durable record, and what it is counted by.
#[derive(Default)]
pub(crate) struct State {
    /// The last entry that was applied.
    pub(crate) sequence: Sequence,
    pub(crate) digest: StateDigest,
    namespaces: BTreeMap<NamespaceName, (NamespaceRecord, Mark)>,
    workers: HashMap<Home, HashMap<WorkerName, (Arc<WorkerRecord>, Mark)>>,
    histories: HashMap<WorkerId, History>,
    certificates: BTreeMap<CertificateId, (Arc<CertificateRecord>, Mark)>,
    /// How many records name a script.
    scripts: HashMap<ScriptDigest, u32>,
}

/// The versions of a worker.
#[derive(Default)]
struct History {
    last: Option<(Version, Mark)>,
    /// Those that are kept, by number.
    kept: Vec<KeptVersion>,
}

/// A version that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeptVersion {
    pub(crate) version: Version,
    pub(crate) script: ScriptDigest,
    mark: Mark,
}

impl State {
    pub(crate) fn namespace(&self, name: &NamespaceName) -> Option<&NamespaceRecord> {
        self.namespaces.get(name).map(|(record, _)| record)
    }

    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &NamespaceRecord> {
        self.namespaces.values().map(|(record, _)| record)
    }

    pub(crate) fn worker(&self, id: &WorkerId) -> Option<&Arc<WorkerRecord>> {
        self.workers.get(&id.home)?.get(&id.name).map(|(record, _)| record)
    }

    pub(crate) fn workers_of(&self, home: &Home) -> impl Iterator<Item = (&WorkerName, &Arc<WorkerRecord>)> {
        self.workers.get(home).into_iter().flatten().map(|(name, (record, _))| (name, record))
    }

    pub(crate) fn count_of(&self, home: &Home) -> usize {
        self.workers.get(home).map_or(0, HashMap::len)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (WorkerId, &Arc<WorkerRecord>)> {
        self.workers.iter().flat_map(|(home, workers)| {
            let id = |name: &WorkerName| WorkerId { home: home.clone(), name: name.clone() };
            workers.iter().map(move |(name, (record, _))| (id(name), record))
        })
    }

    /// The number of a worker's last version, also if the worker was deleted; 0 if there never was such a worker.
    pub(crate) fn last_version(&self, id: &WorkerId) -> Version {
        let last = self.histories.get(id).and_then(|history| history.last);
        last.map_or(Version(0), |(version, _)| version)
    }

    /// The versions of a worker that are kept, the oldest first.
    pub(crate) fn versions(&self, id: &WorkerId) -> &[KeptVersion] {
        self.histories.get(id).map_or(&[], |history| &history.kept)
    }

    pub(crate) fn certificate(&self, id: &CertificateId) -> Option<&Arc<CertificateRecord>> {
        self.certificates.get(id).map(|(record, _)| record)
    }

    pub(crate) fn certificates(&self) -> impl ExactSizeIterator<Item = &Arc<CertificateRecord>> {
        self.certificates.values().map(|(record, _)| record)
    }

    /// Whether any record names a script.
    pub(crate) fn names_script(&self, digest: &ScriptDigest) -> bool {
        self.scripts.contains_key(digest)
    }

    /// Every script that a record names.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = &ScriptDigest> {
        self.scripts.keys()
    }

    /// The keys of all records with secrets in them.
    pub(crate) fn with_secrets(&self) -> Vec<Key> {
        let has_secret = |record: &WorkerRecord| {
            record.bindings.values().any(|binding| matches!(binding, Binding::SecretText { .. }))
        };
        let workers = self.all().filter(|(_, record)| has_secret(record)).map(|(id, _)| Key::Worker(id));
        workers.chain(self.certificates.keys().cloned().map(Key::Certificate)).collect()
    }

    /// The mark of a record.
    pub(crate) fn mark(&self, key: &Key) -> Option<Mark> {
        match key {
            Key::Namespace(name) => self.namespaces.get(name).map(|(_, mark)| *mark),
            Key::Worker(id) => self.workers.get(&id.home)?.get(&id.name).map(|(_, mark)| *mark),
            Key::LastVersion(id) => self.histories.get(id)?.last.map(|(_, mark)| mark),
            Key::Version(id, number) => {
                self.versions(id).iter().find(|kept| kept.version == *number).map(|kept| kept.mark)
            }
            Key::Certificate(id) => self.certificates.get(id).map(|(_, mark)| *mark),
        }
    }

    /// Puts a record in the place of the one before.
    pub(crate) fn put(&mut self, key: Key, record: Record, mark: Mark) {
        self.remove(&key);
        self.digest.add(mark);
        match (key, record) {
            (Key::Namespace(name), Record::Namespace(record)) => {
                self.namespaces.insert(name, (record, mark));
            }
            (Key::Worker(id), Record::Worker(record)) => {
                self.count_script(record.script);
                self.workers.entry(id.home).or_default().insert(id.name, (record, mark));
            }
            (Key::LastVersion(id), Record::LastVersion(version)) => {
                self.histories.entry(id).or_default().last = Some((version, mark));
            }
            (Key::Version(id, version), Record::Version(record)) => {
                self.count_script(record.script);
                let kept = &mut self.histories.entry(id).or_default().kept;
                let at = kept.partition_point(|before| before.version < version);
                kept.insert(at, KeptVersion { version, script: record.script, mark });
            }
            (Key::Certificate(id), Record::Certificate(record)) => {
                self.certificates.insert(id, (record, mark));
            }
            // A record is decoded by its key: there is no other pair.
            _ => {}
        }
    }

    /// Removes a record, if there is one.
    pub(crate) fn remove(&mut self, key: &Key) {
        let removed = match key {
            Key::Namespace(name) => self.namespaces.remove(name).map(|(_, mark)| (mark, None)),
            Key::Worker(id) => self.remove_worker(id),
            Key::LastVersion(id) => {
                self.histories.get_mut(id).and_then(|history| history.last.take()).map(|(_, mark)| (mark, None))
            }
            Key::Version(id, number) => self.remove_version(id, *number),
            Key::Certificate(id) => self.certificates.remove(id).map(|(_, mark)| (mark, None)),
        };
        let Some((mark, script)) = removed else { return };
        self.digest.remove(mark);
        if let Some(script) = script {
            self.discount_script(script);
        }
    }

    fn remove_worker(&mut self, id: &WorkerId) -> Option<(Mark, Option<ScriptDigest>)> {
        let workers = self.workers.get_mut(&id.home)?;
        let (record, mark) = workers.remove(&id.name)?;
        if workers.is_empty() {
            self.workers.remove(&id.home);
        }
        Some((mark, Some(record.script)))
    }

    fn remove_version(&mut self, id: &WorkerId, number: Version) -> Option<(Mark, Option<ScriptDigest>)> {
        let kept = &mut self.histories.get_mut(id)?.kept;
        let at = kept.binary_search_by_key(&number, |kept| kept.version).ok()?;
        let removed = kept.remove(at);
        Some((removed.mark, Some(removed.script)))
    }

    fn count_script(&mut self, script: ScriptDigest) {
        *self.scripts.entry(script).or_default() += 1;
    }

    fn discount_script(&mut self, script: ScriptDigest) {
        if let Some(count) = self.scripts.get_mut(&script) {
            *count -= 1;
            if *count == 0 {
                self.scripts.remove(&script);
            }
        }
    }

    /// Every worker that is bound to a certificate.
    pub(crate) fn bound_to_all(&self, certificate: &CertificateId) -> impl Iterator<Item = WorkerId> {
        self.all().filter(|(_, record)| record.is_bound_to(certificate)).map(|(id, _)| id)
    }
}
