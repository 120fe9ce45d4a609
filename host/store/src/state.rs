//! The state: what is known of every durable record, as the entries of the log made it. Records of workers are in memory as far
//! as there is room for them (`state/held.rs`); of the others there is a brief (`brief.rs`).

mod held;
mod known;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;
use tollgate_types::{CertificateId, Home, NamespaceName, ScriptDigest, Version, WorkerId, WorkerName, WorkerRecord};

use crate::brief::Brief;
use crate::digest::{Mark, StateDigest};
use crate::entry::Sequence;
use crate::key::Key;
use crate::value::Record;
use crate::{CertificateRecord, NamespaceRecord};

use held::Queue;
pub(crate) use known::KeptVersion;
use known::{Deployed, Held, Known};

/// What is known of every durable record, and what they are counted by.
#[derive(Default)]
pub(crate) struct State {
    /// The last entry that was applied.
    pub(crate) sequence: Sequence,
    pub(crate) digest: StateDigest,
    namespaces: BTreeMap<NamespaceName, (NamespaceRecord, Mark)>,
    workers: HashMap<Home, Workers, RandomState>,
    certificates: BTreeMap<CertificateId, (Arc<CertificateRecord>, Mark)>,
    /// How many records name a script, by the first bytes of its digest. Two scripts that have them in common count as one, which
    /// keeps the file of the one for as long as the other is named.
    scripts: HashMap<[u8; 8], u32>,
    queue: Queue,
}

/// The workers of a home. In boxes, since a map may have twice as many places as entries.
#[derive(Default)]
struct Workers {
    known: HashMap<WorkerName, Box<Known>, RandomState>,
    /// How many of them are deployed.
    deployed: usize,
}

/// Where a worker's record is.
pub(crate) enum Place {
    Memory(Arc<WorkerRecord>),
    /// On the disk, with this mark.
    Disk(Mark),
}

/// A record with its mark, and the length of its stored form.
#[derive(Debug)]
pub(crate) struct Marked {
    pub(crate) record: Record,
    pub(crate) mark: Mark,
    pub(crate) bytes: usize,
}

impl State {
    pub(crate) fn namespace(&self, name: &NamespaceName) -> Option<&NamespaceRecord> {
        self.namespaces.get(name).map(|(record, _)| record)
    }

    pub(crate) fn namespaces(&self) -> impl Iterator<Item = &NamespaceRecord> {
        self.namespaces.values().map(|(record, _)| record)
    }

    /// Where the record of a deployed worker is.
    pub(crate) fn worker(&self, id: &WorkerId) -> Option<Place> {
        self.deployed(id).map(Deployed::place)
    }

    pub(crate) fn brief(&self, id: &WorkerId) -> Option<&Brief> {
        self.deployed(id).map(|deployed| &deployed.brief)
    }

    /// The deployed workers of a home, in any order.
    pub(crate) fn workers_of(&self, home: &Home) -> impl Iterator<Item = (&WorkerName, Place)> {
        self.deployed_of(home).map(|(name, deployed)| (name, deployed.place()))
    }

    pub(crate) fn count_of(&self, home: &Home) -> usize {
        self.workers.get(home).map_or(0, |workers| workers.deployed)
    }

    /// Every deployed worker.
    pub(crate) fn all(&self) -> impl Iterator<Item = (WorkerId, &Brief)> {
        self.workers.keys().flat_map(|home| {
            let id = |name: &WorkerName| WorkerId { home: home.clone(), name: name.clone() };
            self.deployed_of(home).map(move |(name, deployed)| (id(name), &deployed.brief))
        })
    }

    /// The number of the last version of a worker, if it has a record of its own: that of a worker which was deleted.
    pub(crate) fn number(&self, id: &WorkerId) -> Option<Version> {
        self.known(id)?.number.as_ref().map(|number| number.0)
    }

    /// The versions of a worker that have records of their own, the oldest first.
    pub(crate) fn versions(&self, id: &WorkerId) -> &[KeptVersion] {
        self.known(id).map_or(&[], Known::kept)
    }

    pub(crate) fn certificate(&self, id: &CertificateId) -> Option<&Arc<CertificateRecord>> {
        self.certificates.get(id).map(|(record, _)| record)
    }

    pub(crate) fn certificates(&self) -> impl ExactSizeIterator<Item = &Arc<CertificateRecord>> {
        self.certificates.values().map(|(record, _)| record)
    }

    /// Whether any record names a script.
    pub(crate) fn names_script(&self, digest: &ScriptDigest) -> bool {
        self.scripts.contains_key(&first_bytes(digest))
    }

    /// Every script that a record names, sorted.
    pub(crate) fn scripts(&self) -> Vec<ScriptDigest> {
        let known = self.workers.values().flat_map(|workers| workers.known.values());
        let mut scripts: Vec<_> = known.flat_map(|known| known.scripts()).copied().collect();
        scripts.sort_unstable();
        scripts.dedup();
        scripts
    }

    /// The keys of all records with secrets in them.
    pub(crate) fn with_secrets(&self) -> Vec<Key> {
        let workers = self.all().filter(|(_, brief)| brief.secrets).map(|(id, _)| Key::Worker(id));
        workers.chain(self.certificates.keys().cloned().map(Key::Certificate)).collect()
    }

    /// Every worker that is bound to a certificate.
    pub(crate) fn bound_to_all(&self, certificate: &CertificateId) -> impl Iterator<Item = WorkerId> {
        self.all().filter(|(_, brief)| brief.is_bound_to(certificate)).map(|(id, _)| id)
    }

    /// The mark of a record.
    pub(crate) fn mark(&self, key: &Key) -> Option<Mark> {
        match key {
            Key::Namespace(name) => self.namespaces.get(name).map(|(_, mark)| *mark),
            Key::Worker(id) => self.deployed(id).map(|deployed| deployed.mark),
            Key::LastVersion(id) => self.known(id)?.number.as_ref().map(|number| number.1),
            Key::Version(id, number) => {
                let kept = self.versions(id);
                let at = kept.binary_search_by_key(number, |kept| kept.version).ok()?;
                kept.get(at).map(|kept| kept.mark)
            }
            Key::Certificate(id) => self.certificates.get(id).map(|(_, mark)| *mark),
        }
    }

    /// Puts a record in the place of the one before.
    pub(crate) fn put(&mut self, key: Key, marked: Marked) {
        let Marked { record, mark, bytes } = marked;
        match (key, record) {
            (key @ Key::Worker(_), Record::Worker(record)) => {
                let brief = Brief::of(&record);
                self.deploy(key, Deployed { brief, mark, held: Some(Box::new(Held::new(record, bytes))) });
            }
            (key @ Key::Version(..), Record::Version(record)) => self.know(key, Brief::of(&record), mark),
            (key, record) => {
                self.remove(&key);
                self.digest.add(mark);
                self.put_other(key, record, mark);
            }
        }
    }

    /// Puts a worker's record, or one of its versions, of which only a brief is in memory.
    pub(crate) fn know(&mut self, key: Key, brief: Brief, mark: Mark) {
        match key {
            key @ Key::Worker(_) => self.deploy(key, Deployed { brief, mark, held: None }),
            Key::Version(id, version) => {
                let key = Key::Version(id.clone(), version);
                self.remove(&key);
                self.digest.add(mark);
                self.count_script(brief.script);
                self.known_mut(id).keep(KeptVersion { version, script: brief.script, mark });
            }
            // Nothing else has a brief.
            _ => {}
        }
    }

    fn deploy(&mut self, key: Key, deployed: Deployed) {
        self.remove(&key);
        let Key::Worker(id) = key else { return };
        self.digest.add(deployed.mark);
        self.count_script(deployed.brief.script);
        let is_held = deployed.held.is_some();
        self.known_mut(id.clone()).deployed = Some(deployed);
        if let Some(workers) = self.workers.get_mut(&id.home) {
            workers.deployed += 1;
        }
        if is_held {
            self.line_up(&id);
        }
    }

    fn put_other(&mut self, key: Key, record: Record, mark: Mark) {
        match (key, record) {
            (Key::Namespace(name), Record::Namespace(record)) => {
                self.namespaces.insert(name, (record, mark));
            }
            (Key::LastVersion(id), Record::LastVersion(version)) => {
                self.known_mut(id).number = Some(Box::new((version, mark)));
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
            Key::Worker(id) => self.undeploy(id).map(|gone| (gone.mark, Some(gone.brief.script))),
            Key::LastVersion(id) => self.change_known(id, |known| known.number.take()).map(|number| (number.1, None)),
            Key::Version(id, number) => {
                let dropped = self.change_known(id, |known| known.drop_version(*number));
                dropped.map(|dropped| (dropped.mark, Some(dropped.script)))
            }
            Key::Certificate(id) => self.certificates.remove(id).map(|(_, mark)| (mark, None)),
        };
        let Some((mark, script)) = removed else { return };
        self.digest.remove(mark);
        if let Some(script) = script {
            self.discount_script(script);
        }
    }

    fn undeploy(&mut self, id: &WorkerId) -> Option<Deployed> {
        let gone = self.change_known(id, |known| known.deployed.take())?;
        self.leave(&gone);
        if let Some(workers) = self.workers.get_mut(&id.home) {
            workers.deployed -= 1;
        }
        Some(gone)
    }

    /// Changes what is known of a worker, and forgets the worker if that is nothing.
    fn change_known<T>(&mut self, id: &WorkerId, change: impl FnOnce(&mut Known) -> Option<T>) -> Option<T> {
        let workers = self.workers.get_mut(&id.home)?;
        let known = workers.known.get_mut(&id.name)?;
        let changed = change(known)?;
        if known.is_nothing() {
            workers.known.remove(&id.name);
        }
        Some(changed)
    }

    fn known(&self, id: &WorkerId) -> Option<&Known> {
        self.workers.get(&id.home)?.known.get(&id.name).map(|known| &**known)
    }

    fn known_mut(&mut self, WorkerId { home, name }: WorkerId) -> &mut Known {
        self.workers.entry(home).or_default().known.entry(name).or_default()
    }

    fn deployed(&self, id: &WorkerId) -> Option<&Deployed> {
        self.known(id)?.deployed.as_ref()
    }

    fn deployed_mut(&mut self, id: &WorkerId) -> Option<&mut Deployed> {
        self.workers.get_mut(&id.home)?.known.get_mut(&id.name)?.deployed.as_mut()
    }

    fn deployed_of(&self, home: &Home) -> impl Iterator<Item = (&WorkerName, &Deployed)> {
        let known = self.workers.get(home).into_iter().flat_map(|workers| &workers.known);
        known.filter_map(|(name, known)| Some((name, known.deployed.as_ref()?)))
    }

    fn count_script(&mut self, script: ScriptDigest) {
        *self.scripts.entry(first_bytes(&script)).or_default() += 1;
    }

    fn discount_script(&mut self, script: ScriptDigest) {
        let first = first_bytes(&script);
        if let Some(count) = self.scripts.get_mut(&first) {
            *count -= 1;
            if *count == 0 {
                self.scripts.remove(&first);
            }
        }
    }
}

fn first_bytes(digest: &ScriptDigest) -> [u8; 8] {
    digest.as_bytes().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
