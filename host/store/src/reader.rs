//! The reading side: what is durable, held in memory, and the scripts on disk.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;
use tollgate_types::{CertificateId, Home, NamespaceName, ScriptDigest, Version, WorkerId, WorkerName, WorkerRecord};

use crate::digest::StateDigest;
use crate::state::State;
use crate::{CertificateRecord, Health, NamespaceRecord, Scripts, StoreError};

/// Reads the store. Clones are cheap and see the same.
#[derive(Clone)]
pub struct Reader {
    shared: Arc<Shared>,
}

/// What readers and the writer have in common.
pub(crate) struct Shared {
    state: RwLock<State>,
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

    /// A worker, from memory: two look-ups and one count of references, with no I/O.
    pub fn worker(&self, id: &WorkerId) -> Result<Option<Arc<WorkerRecord>>, StoreError> {
        Ok(self.shared.read(|state| state.worker(id).cloned()))
    }

    /// The workers of a home, sorted by name; none if there is no such namespace.
    pub fn workers(&self, home: &Home) -> Result<Vec<(WorkerName, WorkerRecord)>, StoreError> {
        let copy = |(name, record): (&WorkerName, &Arc<WorkerRecord>)| (name.clone(), WorkerRecord::clone(record));
        let mut list: Vec<_> = self.shared.read(|state| state.workers_of(home).map(copy).collect());
        list.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(list)
    }

    /// How many workers a home has.
    pub fn count(&self, home: &Home) -> usize {
        self.shared.read(|state| state.count_of(home))
    }

    /// The versions of a worker that are kept, the oldest first, each with its script.
    pub fn versions(&self, id: &WorkerId) -> Vec<(Version, ScriptDigest)> {
        self.shared.read(|state| state.versions(id).iter().map(|kept| (kept.version, kept.script)).collect())
    }

    /// The digest of all records, and the script of each that names one.
    pub(crate) fn proof(&self) -> (StateDigest, Vec<ScriptDigest>) {
        self.shared.read(|state| (state.digest, state.scripts().copied().collect()))
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
    pub(crate) fn new(state: State, scripts: Source, health: Health) -> Self {
        Self { state: RwLock::new(state), scripts, changes: watch::Sender::new(0), health }
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    /// The lock is held for look-ups and copies alone. Nothing done under it can panic half-way, so poison means nothing.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows changes that are durable, then announces as many.
    pub(crate) fn show(&self, changes: u64, apply: impl FnOnce(&mut State)) {
        apply(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
        self.changes.send_modify(|count| *count += changes);
    }
}
