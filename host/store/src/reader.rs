//! The reading side: what is durable, and the scripts on disk. The records that are read most are in memory.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;
use tollgate_types::{CertificateId, Home, NamespaceName, ScriptDigest, Version, WorkerId, WorkerName, WorkerRecord};

use crate::digest::{Mark, StateDigest};
use crate::durable::chain;
use crate::key::Key;
use crate::records::Records;
use crate::state::{Place, State};
use crate::{CertificateRecord, Health, NamespaceRecord, Scripts, StoreError};

/// Reads the store. Clones are cheap and see the same.
#[derive(Clone)]
pub struct Reader {
    pub(crate) shared: Arc<Shared>,
}

/// A record, and the length of its stored form.
type FromIndex = (Arc<WorkerRecord>, usize);

/// What readers and the writer have in common.
pub(crate) struct Shared {
    state: RwLock<State>,
    pub(crate) records: Records,
    scripts: Source,
    changes: watch::Sender<u64>,
    health: Health,
}

/// Where scripts are read from.
pub(crate) enum Source {
    /// Files.
    Folder(Arc<Scripts>),
    /// Memory, where nothing is ever written.
    Memory(HashMap<ScriptDigest, Arc<[u8]>>),
}

impl Reader {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// A worker. From memory it is two look-ups and a count of references; if its record was let go, it is read from the disk,
    /// which blocks for about as long as a thousand look-ups.
    pub fn worker(&self, id: &WorkerId) -> Result<Option<Arc<WorkerRecord>>, StoreError> {
        self.shared.worker(id)
    }

    /// The workers of a home, sorted by name; none if there is no such namespace. Those that are not in memory are read from the
    /// disk, and do not stay in memory. Blocks.
    pub fn workers(&self, home: &Home) -> Result<Vec<(WorkerName, Arc<WorkerRecord>)>, StoreError> {
        let copy = |(name, place): (&WorkerName, Place)| (name.clone(), place);
        let mut list: Vec<_> = self.shared.read(|state| state.workers_of(home).map(copy).collect());
        list.sort_by(|(one, _), (other, _)| one.cmp(other));
        let with_record = |(name, place)| match place {
            Place::Memory(record) => Ok(Some((name, record))),
            Place::Disk(_) => {
                let id = WorkerId { home: home.clone(), name };
                Ok(self.shared.read_again(&id, false)?.map(|record| (id.name, record)))
            }
        };
        list.into_iter().filter_map(|worker| with_record(worker).transpose()).collect()
    }

    /// How many workers a home has.
    pub fn count(&self, home: &Home) -> usize {
        self.shared.read(|state| state.count_of(home))
    }

    /// The versions of a worker that are kept, the oldest first, each with its script.
    pub fn versions(&self, id: &WorkerId) -> Vec<(Version, ScriptDigest)> {
        self.shared.read(|state| {
            let kept = state.versions(id).iter().map(|kept| (kept.version, kept.script));
            let mut versions: Vec<_> = kept.collect();
            let deployed = state.brief(id).map(|brief| (brief.version, brief.script));
            versions.extend(deployed.filter(|deployed| !versions.contains(deployed)));
            versions
        })
    }

    /// The digest of all records, and the script of each that names one.
    pub(crate) fn proof(&self) -> (StateDigest, Vec<ScriptDigest>) {
        self.shared.read(|state| (state.digest, state.scripts()))
    }

    /// Whether a version that is kept has this script.
    pub fn names_script(&self, digest: &ScriptDigest) -> bool {
        self.shared.read(|state| state.names_script(digest))
    }

    /// The health of the store.
    pub fn health(&self) -> &Health {
        self.shared.health()
    }

    /// A namespace.
    pub fn namespace(&self, name: &NamespaceName) -> Result<Option<NamespaceRecord>, StoreError> {
        Ok(self.shared.read(|state| state.namespace(name).cloned()))
    }

    /// All namespaces, sorted by name.
    pub fn namespaces(&self) -> Result<Vec<NamespaceRecord>, StoreError> {
        Ok(self.shared.read(|state| state.namespaces().cloned().collect()))
    }

    /// A client certificate, from memory.
    pub fn certificate(&self, id: &CertificateId) -> Result<Option<Arc<CertificateRecord>>, StoreError> {
        Ok(self.shared.read(|state| state.certificate(id).cloned()))
    }

    /// All client certificates, the oldest first.
    pub fn certificates(&self) -> Result<Vec<Arc<CertificateRecord>>, StoreError> {
        let mut list: Vec<_> = self.shared.read(|state| state.certificates().cloned().collect());
        list.sort_by_key(|record| record.uploaded_unix_ms);
        Ok(list)
    }

    /// The bytes of a script, read from disk and checked against the digest. Blocks: megabytes are read and hashed.
    ///
    /// `ScriptDamaged` if there is no such script, or its bytes are not those that were uploaded.
    pub fn script(&self, digest: &ScriptDigest) -> Result<Vec<u8>, StoreError> {
        match &self.shared.scripts {
            Source::Folder(scripts) => scripts.load(digest),
            Source::Memory(scripts) => scripts.get(digest).map(|script| script.to_vec()).ok_or_else(|| {
                StoreError::Corrupt { what: format!("script {digest}"), reason: "it is not in memory".to_owned() }
            }),
        }
    }

    /// A number that grows with each durable change, after readers can see it. Slow receivers miss numbers, never the last.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }
}

impl Shared {
    pub(crate) fn new(state: State, records: Records, scripts: Source, health: Health) -> Self {
        Self { state: RwLock::new(state), records, scripts, changes: watch::Sender::new(0), health }
    }

    pub(crate) fn worker(&self, id: &WorkerId) -> Result<Option<Arc<WorkerRecord>>, StoreError> {
        match self.read(|state| state.worker(id)) {
            None => Ok(None),
            Some(Place::Memory(record)) => Ok(Some(record)),
            Some(Place::Disk(_)) => self.read_again(id, true),
        }
    }

    /// A worker whose record was not in memory. It stays there if it is to be held.
    fn read_again(&self, id: &WorkerId, hold: bool) -> Result<Option<Arc<WorkerRecord>>, StoreError> {
        loop {
            let (mark, read) = match self.read_from_index(id) {
                None => return Ok(None),
                Some((Place::Memory(record), _)) => return Ok(Some(record)),
                Some((Place::Disk(mark), read)) => (mark, read),
            };
            let (record, bytes) = match read {
                Err(StoreError::Lost { .. }) => match self.put_back(&Key::Worker(id.clone()), mark)? {
                    Some(value) => self.records.decode(id, &value)?,
                    // Another version was deployed meanwhile.
                    None => continue,
                },
                read => read?,
            };
            if hold {
                self.write(|state| state.hold(id, mark, record.clone(), bytes));
            }
            return Ok(Some(record));
        }
    }

    /// Where the record is, and what the index has of it if it is on the disk.
    fn read_from_index(&self, id: &WorkerId) -> Option<(Place, Result<FromIndex, StoreError>)> {
        let _stay = self.records.stay();
        let place = self.read(|state| state.worker(id))?;
        let read = match place {
            Place::Memory(_) => Err(StoreError::Stopped),
            Place::Disk(mark) => self.records.read(id, mark),
        };
        Some((place, read))
    }

    /// Searches the journal for a record that the index has lost, and puts it back. `None` if it is no longer the record of its key.
    pub(crate) fn put_back(&self, key: &Key, mark: Mark) -> Result<Option<Vec<u8>>, StoreError> {
        let is_current = || self.read(|state| state.mark(key)) == Some(mark);
        let value = match self.records.find(key, mark) {
            Err(_) if !is_current() => return Ok(None),
            found => found?,
        };
        let _step = self.records.go_on();
        if !is_current() {
            return Ok(None);
        }
        if let Err(error) = self.records.put_back(key, &value) {
            self.records.distrust_index(&chain(&error));
        }
        Ok(Some(value))
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    /// The lock is held for look-ups and copies alone. Nothing done under it can panic half-way, so poison means nothing.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows changes that are durable, then announces as many.
    pub(crate) fn show(&self, changes: u64, apply: impl FnOnce(&mut State)) {
        self.write(apply);
        self.changes.send_modify(|count| *count += changes);
    }
}
