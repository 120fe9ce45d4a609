//! The reading side: what is durable, held in memory, and the scripts on disk.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;
use tollgate_types::{Binding, CertificateId, Home, NamespaceName, ScriptDigest, WorkerId, WorkerName, WorkerRecord};

use crate::{CertificateRecord, NamespaceRecord, Scripts, StoreError};

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
}

/// Where scripts are read from.
pub(crate) enum Source {
    /// Files.
    Folder(Arc<Scripts>),
    /// Memory, where nothing is ever written.
    Memory(HashMap<ScriptDigest, Arc<[u8]>>),
}

/// Every durable namespace, worker and certificate.
#[derive(Default)]
pub(crate) struct State {
    namespaces: BTreeMap<NamespaceName, NamespaceRecord>,
    workers: HashMap<Home, HashMap<WorkerName, Arc<WorkerRecord>>>,
    certificates: BTreeMap<CertificateId, Arc<CertificateRecord>>,
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

    /// A namespace.
    pub fn namespace(&self, name: &NamespaceName) -> Result<Option<NamespaceRecord>, StoreError> {
        Ok(self.shared.read(|state| state.namespace(name).cloned()))
    }

    /// All namespaces, sorted by name.
    pub fn namespaces(&self) -> Result<Vec<NamespaceRecord>, StoreError> {
        Ok(self.shared.read(|state| state.namespaces.values().cloned().collect()))
    }

    /// A client certificate, from memory.
    pub fn certificate(&self, id: &CertificateId) -> Result<Option<Arc<CertificateRecord>>, StoreError> {
        Ok(self.shared.read(|state| state.certificate(id).cloned()))
    }

    /// All client certificates, the oldest first.
    pub fn certificates(&self) -> Result<Vec<Arc<CertificateRecord>>, StoreError> {
        let mut list: Vec<_> = self.shared.read(|state| state.certificates.values().cloned().collect());
        list.sort_by_key(|record| record.uploaded_unix_ms);
        Ok(list)
    }

    /// The bytes of a script, read from disk and checked against the digest. Blocks: megabytes are read and hashed.
    ///
    /// `Io` (not found) if there is no such script, `Corrupt` if its bytes are not those that were uploaded.
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
    pub(crate) fn new(state: State, scripts: Source) -> Self {
        Self { state: RwLock::new(state), scripts, changes: watch::Sender::new(0) }
    }

    /// The lock is held for look-ups and copies alone. Nothing done under it can panic half-way, so poison means nothing.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Shows a change that is durable, then announces it.
    pub(crate) fn show(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.write().unwrap_or_else(PoisonError::into_inner));
        self.changes.send_modify(|count| *count += 1);
    }
}

impl State {
    pub(crate) fn namespace(&self, name: &NamespaceName) -> Option<&NamespaceRecord> {
        self.namespaces.get(name)
    }

    pub(crate) fn worker(&self, id: &WorkerId) -> Option<&Arc<WorkerRecord>> {
        self.workers.get(&id.home)?.get(&id.name)
    }

    pub(crate) fn workers_of(&self, home: &Home) -> impl Iterator<Item = (&WorkerName, &Arc<WorkerRecord>)> {
        self.workers.get(home).into_iter().flatten()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (WorkerId, &WorkerRecord)> {
        self.workers.iter().flat_map(|(home, workers)| {
            let id = |name: &WorkerName| WorkerId { home: home.clone(), name: name.clone() };
            workers.iter().map(move |(name, record)| (id(name), &**record))
        })
    }

    pub(crate) fn certificate(&self, id: &CertificateId) -> Option<&Arc<CertificateRecord>> {
        self.certificates.get(id)
    }

    pub(crate) fn certificates(&self) -> usize {
        self.certificates.len()
    }

    /// A worker that is bound to a certificate, the first by name where there are several.
    pub(crate) fn bound_to(&self, certificate: &CertificateId) -> Option<WorkerId> {
        let names =
            |binding: &Binding| matches!(binding, Binding::MtlsCertificate(it) if it.certificate_id == *certificate);
        self.all().filter(|(_, record)| record.bindings.values().any(names)).map(|(id, _)| id).min()
    }

    pub(crate) fn put_certificate(&mut self, record: Arc<CertificateRecord>) {
        self.certificates.insert(record.id.clone(), record);
    }

    pub(crate) fn remove_certificate(&mut self, id: &CertificateId) {
        self.certificates.remove(id);
    }

    pub(crate) fn put_namespace(&mut self, record: NamespaceRecord) {
        self.namespaces.insert(record.name.clone(), record);
    }

    /// Its workers go with it.
    pub(crate) fn remove_namespace(&mut self, name: NamespaceName) {
        self.namespaces.remove(&name);
        self.workers.remove(&Home::Namespace(name));
    }

    pub(crate) fn put_worker(&mut self, id: WorkerId, record: Arc<WorkerRecord>) {
        self.workers.entry(id.home).or_default().insert(id.name, record);
    }

    pub(crate) fn remove_worker(&mut self, id: &WorkerId) {
        if let Some(workers) = self.workers.get_mut(&id.home) {
            workers.remove(&id.name);
        }
    }
}
