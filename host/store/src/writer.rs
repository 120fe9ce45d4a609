//! The writing side: one write at a time, each durable before it is shown and before it is answered.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use sled::Batch;
use tokio::sync::Mutex;
use tollgate_types::{
    Binding, BindingName, Bindings, CertificateId, Home, NameError, NamespaceName, ScriptDigest, Version, WorkerId,
    WorkerRecord,
};

use crate::reader::Shared;
use crate::record::{Key, encode};
use crate::{CertificateDraft, CertificateRecord, Draft, NamespaceRecord, Records, Scripts, StoreError};

/// Writes the store. Clones share one queue; writes happen one after the other, in the order in which they came.
///
/// When a method returns `Ok`, the change outlives a power cut and every `Reader` sees it. A write whose future is dropped
/// once it has begun runs on to its end.
#[derive(Clone)]
pub struct Writer {
    core: Arc<Mutex<Core>>,
}

struct Core {
    records: Records,
    scripts: Arc<Scripts>,
    shared: Arc<Shared>,
    /// Certificates that the host keeps, at most.
    certificates: usize,
    stopped: bool,
}

impl Writer {
    pub(crate) fn new(records: Records, scripts: Arc<Scripts>, shared: Arc<Shared>, certificates: u32) -> Self {
        let certificates = certificates as usize;
        Self { core: Arc::new(Mutex::new(Core { records, scripts, shared, certificates, stopped: false })) }
    }

    /// Creates a namespace, whose workers may ask for `reuse` of their instances; `NamespaceExists` if the name is taken.
    pub async fn create_namespace(&self, name: NamespaceName, reuse: bool) -> Result<NamespaceRecord, StoreError> {
        self.run(move |core| core.create_namespace(name, reuse)).await
    }

    /// Deletes a namespace. One with workers is refused (`NamespaceNotEmpty`), unless `force` deletes them with it.
    pub async fn delete_namespace(&self, name: NamespaceName, force: bool) -> Result<(), StoreError> {
        self.run(move |core| core.delete_namespace(name, force)).await
    }

    /// Stores a script and deploys it as the next version of a worker. Versions go on counting across a deletion.
    /// `CertificateNotFound` if a binding names a certificate that is not there.
    pub async fn put_worker(&self, id: WorkerId, script: Vec<u8>, draft: Draft) -> Result<WorkerRecord, StoreError> {
        self.run(move |core| core.put_worker(id, &script, draft)).await
    }

    /// Deploys the next version of a worker, which has another binding of this name, or none.
    pub async fn bind(
        &self,
        id: WorkerId,
        name: BindingName,
        binding: Option<Binding>,
    ) -> Result<WorkerRecord, StoreError> {
        self.run(move |core| core.bind(id, name, binding)).await
    }

    /// Deletes a worker. Its script stays: others may run it.
    pub async fn delete_worker(&self, id: WorkerId) -> Result<(), StoreError> {
        self.run(move |core| core.delete_worker(id)).await
    }

    /// Keeps a client certificate under an id of its own; `TooManyCertificates` if there are as many as there may be.
    pub async fn put_certificate(&self, draft: CertificateDraft) -> Result<Arc<CertificateRecord>, StoreError> {
        self.run(move |core| core.put_certificate(draft)).await
    }

    /// Deletes a client certificate; `CertificateInUse` while a worker is bound to it.
    pub async fn delete_certificate(&self, id: CertificateId) -> Result<(), StoreError> {
        self.run(move |core| core.delete_certificate(id)).await
    }

    /// Takes the queue's turn, then writes on a thread that may block.
    async fn run<T: Send + 'static>(
        &self,
        write: impl FnOnce(&mut Core) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let mut core = self.core.clone().lock_owned().await;
        if core.stopped {
            return Err(StoreError::Stopped);
        }
        let written = tokio::task::spawn_blocking(move || write(&mut core)).await;
        written.unwrap_or(Err(StoreError::Stopped))
    }
}

impl Core {
    fn create_namespace(&mut self, name: NamespaceName, reuse: bool) -> Result<NamespaceRecord, StoreError> {
        if self.shared.read(|state| state.namespace(&name).is_some()) {
            return Err(StoreError::NamespaceExists(name));
        }
        let record = NamespaceRecord { name: name.clone(), id: random_uuid()?, reuse, created_unix_ms: now_unix_ms() };
        let mut batch = Batch::default();
        insert(&mut batch, &Key::Namespace(name), &record)?;
        self.durably(|core| core.records.commit(batch))?;
        self.shared.show(|state| state.put_namespace(record.clone()));
        Ok(record)
    }

    fn delete_namespace(&mut self, name: NamespaceName, force: bool) -> Result<(), StoreError> {
        self.expect_namespace(&name)?;
        let home = Home::Namespace(name.clone());
        let id = |name| WorkerId { home: home.clone(), name };
        let workers: Vec<_> = self.shared.read(|state| state.workers_of(&home).map(|(name, _)| name.clone()).collect());
        if !workers.is_empty() && !force {
            return Err(StoreError::NamespaceNotEmpty { namespace: name, workers: workers.len() });
        }
        let mut batch = Batch::default();
        batch.remove(Key::Namespace(name.clone()).encode().as_str());
        for worker in workers {
            batch.remove(Key::Worker(id(worker)).encode().as_str());
        }
        self.durably(|core| core.records.commit(batch))?;
        self.shared.show(|state| state.remove_namespace(name));
        Ok(())
    }

    fn put_worker(&mut self, id: WorkerId, script: &[u8], draft: Draft) -> Result<WorkerRecord, StoreError> {
        if let Home::Namespace(name) = &id.home {
            self.expect_namespace(name)?;
        }
        let digest = ScriptDigest::of(script);
        let before = self.shared.read(|state| state.worker(&id).cloned());
        let draft = draft.keeping(before.as_deref());
        self.expect_certificates(&draft.bindings)?;
        let record = WorkerRecord {
            version: Version(self.records.last_version(&id)?.0 + 1),
            script: digest,
            bindings: draft.bindings,
            limits: draft.limits,
            routes: draft.routes,
            reuse: draft.reuse,
            reads: draft.reads,
            deployed_unix_ms: now_unix_ms(),
        };
        let batch = next_version(&id, &record)?;
        let incoming = self.scripts.receive(&digest, script)?;
        self.durably(|core| core.scripts.publish(&digest, incoming))?;
        self.durably(|core| core.records.commit(batch))?;
        self.shared.show(|state| state.put_worker(id, Arc::new(record.clone())));
        Ok(record)
    }

    fn bind(&mut self, id: WorkerId, name: BindingName, binding: Option<Binding>) -> Result<WorkerRecord, StoreError> {
        let Some(before) = self.shared.read(|state| state.worker(&id).cloned()) else {
            return Err(StoreError::WorkerNotFound(id));
        };
        let mut record = WorkerRecord::clone(&before);
        match binding {
            Some(binding) => drop(record.bindings.insert(name, binding)),
            None => drop(record.bindings.remove(&name)),
        }
        record.version = Version(self.records.last_version(&id)?.0 + 1);
        record.deployed_unix_ms = now_unix_ms();
        let batch = next_version(&id, &record)?;
        self.durably(|core| core.records.commit(batch))?;
        self.shared.show(|state| state.put_worker(id, Arc::new(record.clone())));
        Ok(record)
    }

    fn delete_worker(&mut self, id: WorkerId) -> Result<(), StoreError> {
        if self.shared.read(|state| state.worker(&id).is_none()) {
            return Err(StoreError::WorkerNotFound(id));
        }
        let mut batch = Batch::default();
        batch.remove(Key::Worker(id.clone()).encode().as_str());
        self.durably(|core| core.records.commit(batch))?;
        self.shared.show(|state| state.remove_worker(&id));
        Ok(())
    }

    fn put_certificate(&mut self, draft: CertificateDraft) -> Result<Arc<CertificateRecord>, StoreError> {
        if self.shared.read(|state| state.certificates()) >= self.certificates {
            return Err(StoreError::TooManyCertificates(self.certificates));
        }
        let CertificateDraft { name, certificates, private_key } = draft;
        let uuid = random_uuid()?;
        let corrupt = |error: NameError| StoreError::Corrupt { what: format!("id {uuid}"), reason: error.to_string() };
        let id: CertificateId = uuid.parse().map_err(corrupt)?;
        let uploaded_unix_ms = now_unix_ms();
        let record = CertificateRecord { id: id.clone(), name, certificates, private_key, uploaded_unix_ms };
        let record = Arc::new(record);
        let mut batch = Batch::default();
        insert(&mut batch, &Key::Certificate(id), &*record)?;
        self.durably(|core| core.records.commit(batch))?;
        self.shared.show(|state| state.put_certificate(record.clone()));
        Ok(record)
    }

    fn delete_certificate(&mut self, id: CertificateId) -> Result<(), StoreError> {
        self.expect_certificate(&id)?;
        if let Some(worker) = self.shared.read(|state| state.bound_to(&id)) {
            return Err(StoreError::CertificateInUse { certificate: id, worker });
        }
        let mut batch = Batch::default();
        batch.remove(Key::Certificate(id.clone()).encode().as_str());
        self.durably(|core| core.records.commit(batch))?;
        self.shared.show(|state| state.remove_certificate(&id));
        Ok(())
    }

    /// Asked within the write: a certificate must not be deleted between the look and the deploy.
    fn expect_certificates(&self, bindings: &Bindings) -> Result<(), StoreError> {
        let named = bindings.values().filter_map(|binding| match binding {
            Binding::MtlsCertificate(named) => Some(&named.certificate_id),
            _ => None,
        });
        named.into_iter().try_for_each(|id| self.expect_certificate(id))
    }

    fn expect_certificate(&self, id: &CertificateId) -> Result<(), StoreError> {
        let known = self.shared.read(|state| state.certificate(id).is_some());
        if known { Ok(()) } else { Err(StoreError::CertificateNotFound(id.clone())) }
    }

    fn expect_namespace(&self, name: &NamespaceName) -> Result<(), StoreError> {
        let known = self.shared.read(|state| state.namespace(name).is_some());
        if known { Ok(()) } else { Err(StoreError::NamespaceNotFound(name.clone())) }
    }

    /// Runs a step after which the disk must be as we believe. The writer is stopped during the step, and started again
    /// only by its success: so an error stops it for good, and so does a panic.
    fn durably(&mut self, step: impl FnOnce(&Self) -> Result<(), StoreError>) -> Result<(), StoreError> {
        self.stopped = true;
        step(self).inspect_err(|error| {
            tracing::error!(
                error = error as &dyn std::error::Error,
                "a write failed on the way to the disk: no more writes"
            );
        })?;
        self.stopped = false;
        Ok(())
    }
}

fn next_version(id: &WorkerId, record: &WorkerRecord) -> Result<Batch, StoreError> {
    let mut batch = Batch::default();
    insert(&mut batch, &Key::Worker(id.clone()), record)?;
    insert(&mut batch, &Key::Versions(id.clone()), &record.version)?;
    Ok(batch)
}

fn insert<T: serde::Serialize + serde::de::DeserializeOwned>(
    batch: &mut Batch,
    key: &Key,
    value: &T,
) -> Result<(), StoreError> {
    batch.insert(key.encode().as_str(), encode(key, value)?);
    Ok(())
}

fn now_unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A UUID of version 4 (RFC 9562, section 5.4).
fn random_uuid() -> Result<String, StoreError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Io {
        act: "read random bytes from",
        path: PathBuf::from("the system"),
        source: io::Error::other(error.to_string()),
    })?;
    let bits = u128::from_be_bytes(bytes) & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let field = |shift: u32, digits: u32| bits >> shift & ((1 << (4 * digits)) - 1);
    let (low, mid, high) = (field(96, 8), field(80, 4), field(64, 4));
    Ok(format!("{low:08x}-{mid:04x}-{high:04x}-{:04x}-{:012x}", field(48, 4), field(0, 12)))
}

#[cfg(test)]
mod tests;
