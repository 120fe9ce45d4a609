//! The writing side: what callers hand to the committer.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};
use tollgate_types::egress::EgressRules;
use tollgate_types::{
    Binding, BindingName, CertificateId, Condition, NamespaceName, ScriptDigest, Secret, Version, WorkerId,
};

use crate::backup::Backup;
use crate::command::{Command, Deployed, Done, Moment};
use crate::committer::{Answer, Caller, Committer, Job};
use crate::durable::chain;
use crate::health::Writes;
use crate::housekeeper::{Housekeeper, scrub};
use crate::plan::{Rules, plan};
use crate::reader::Shared;
use crate::ring::Ring;
use crate::scripts::Pinned;
use crate::value::json;
use crate::view::{Staged, View};
use crate::{CertificateDraft, CertificateRecord, Draft, NamespaceRecord, Scripts, StoreError};

/// Commands that may wait. Beyond these a caller waits for room.
const WAITING: usize = 1_024;

/// Writes the store. Clones share one queue; writes happen one after the other, in the order in which they came.
///
/// When a method returns `Ok`, the change outlives a power cut and every `Reader` sees it. A write whose future is dropped
/// once it has begun runs on to its end. After `NotKept` nothing changed; after `Unknown` the change may be there at the next
/// start, and no more are taken until then.
#[derive(Clone)]
pub struct Writer {
    queue: Arc<Queue>,
    pub(crate) scripts: Arc<Scripts>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) ring: Arc<Ring>,
    rules: Arc<Rules>,
    conditions: Arc<[Condition]>,
}

/// The way to the committer. It and the housekeeper end with the last writer, and are waited for: the data folder is free
/// after that.
struct Queue {
    jobs: Option<mpsc::Sender<Job>>,
    housekeeper: Option<Housekeeper>,
    committer: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(crate) fn start(
        committer: Committer,
        scripts: Arc<Scripts>,
        ring: Ring,
        housekeeper: Housekeeper,
    ) -> Result<Self, StoreError> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let (shared, rules) = (committer.shared.clone(), Arc::new(committer.rules.clone()));
        let thread = std::thread::Builder::new().name("tollgate-store".to_owned());
        let running = thread.spawn(move || committer.run(waiting)).map_err(|source| StoreError::Io {
            act: "start a thread for",
            path: "the store".into(),
            source,
        })?;
        let committer = Mutex::new(Some(running));
        let queue = Arc::new(Queue { jobs: Some(jobs), housekeeper: Some(housekeeper), committer });
        Ok(Self { queue, scripts, shared, ring: Arc::new(ring), rules, conditions: Arc::new([]) })
    }

    /// A writer whose changes are made only if all of these hold at that moment; `ConditionFailed` otherwise.
    #[must_use]
    pub fn only_if(&self, conditions: Vec<Condition>) -> Self {
        Self { conditions: conditions.into(), ..self.clone() }
    }

    /// Creates a namespace, whose workers may ask for `reuse` of their instances; `NamespaceExists` if the name is taken.
    pub async fn create_namespace(&self, name: NamespaceName, reuse: bool) -> Result<NamespaceRecord, StoreError> {
        self.create_ruled_namespace(name, reuse, EgressRules::default()).await
    }

    /// The same with rules for what its workers send.
    pub async fn create_ruled_namespace(
        &self,
        name: NamespaceName,
        reuse: bool,
        egress: EgressRules,
    ) -> Result<NamespaceRecord, StoreError> {
        match self.change(Command::CreateNamespace { name, reuse, egress }).await? {
            Done::Namespace(record) => Ok(record),
            _ => Err(StoreError::Stopped),
        }
    }

    /// Deletes a namespace. One with workers is refused (`NamespaceNotEmpty`), unless `force` deletes them with it.
    /// Returns their number.
    pub async fn delete_namespace(&self, name: NamespaceName, force: bool) -> Result<usize, StoreError> {
        match self.change(Command::DeleteNamespace { name, force }).await? {
            Done::Emptied(workers) => Ok(workers),
            _ => Err(StoreError::Stopped),
        }
    }

    /// Stores a script and deploys it as the next version of a worker. Versions go on counting across a deletion.
    ///
    /// A binding that leads nowhere is refused (`Reference`), and nothing is stored then, nor with any other refusal.
    pub async fn put_worker(&self, id: WorkerId, script: Vec<u8>, draft: Draft) -> Result<Deployed, StoreError> {
        let digest = ScriptDigest::of(&script);
        let command = self.conditional(Command::Deploy { id, script: digest, draft });
        self.prepare(&command);
        self.expect_plan(&command)?;
        let scripts = self.scripts.clone();
        let stored = tokio::task::spawn_blocking(move || scripts.put(&digest, &script)).await;
        let pinned = stored.unwrap_or(Err(StoreError::Stopped)).inspect_err(|error| self.note_refusal(error))?;
        self.shared.health().script_is_intact(&digest);
        Self::expect_worker(self.change_pinned(command, Some(pinned)).await?)
    }

    /// Deploys the next version of a worker, which has this secret.
    pub async fn put_secret(&self, id: WorkerId, name: BindingName, text: Secret) -> Result<Deployed, StoreError> {
        self.change_worker(Command::PutSecret { id, name, secret: Binding::SecretText { text } }).await
    }

    /// Deploys the next version of a worker, which lacks this secret.
    pub async fn delete_secret(&self, id: WorkerId, name: BindingName) -> Result<Deployed, StoreError> {
        self.change_worker(Command::DeleteSecret { id, name }).await
    }

    /// Deletes a worker with its versions, and returns the one that was deployed. Its script stays as long as another record
    /// names it.
    pub async fn delete_worker(&self, id: WorkerId) -> Result<Version, StoreError> {
        match self.change(Command::DeleteWorker { id }).await? {
            Done::Deleted(version) => Ok(version),
            _ => Err(StoreError::Stopped),
        }
    }

    /// Keeps a client certificate under an id of its own; `TooManyCertificates` if there are as many as there may be.
    pub async fn put_certificate(&self, draft: CertificateDraft) -> Result<Arc<CertificateRecord>, StoreError> {
        match self.change(Command::PutCertificate { draft }).await? {
            Done::Certificate(record) => Ok(record),
            _ => Err(StoreError::Stopped),
        }
    }

    /// Deletes a client certificate; `CertificateInUse` while a worker is bound to it.
    pub async fn delete_certificate(&self, id: CertificateId) -> Result<(), StoreError> {
        self.change(Command::DeleteCertificate { id }).await.map(drop)
    }

    /// Makes a snapshot of the records, so that the journal holds nothing older than the snapshot before.
    pub async fn compact(&self) -> Result<(), StoreError> {
        self.ask(Job::Compact).await
    }

    /// A backup of this moment, to be written: writes go on meanwhile, and the scripts that it has stay.
    pub async fn backup(&self) -> Result<Backup, StoreError> {
        let scripts = self.scripts.clone();
        self.ask(|answer| Job::Backup(scripts, answer)).await
    }

    /// Reads every script that a record names, as fast as the disk does, and notes in the health which of them are damaged.
    pub async fn scrub(&self) -> Result<(), StoreError> {
        let (scripts, shared) = (self.scripts.clone(), self.shared.clone());
        tokio::task::spawn_blocking(move || scrub(&scripts, &shared)).await.map_err(|_| StoreError::Stopped)
    }

    async fn change_worker(&self, command: Command) -> Result<Deployed, StoreError> {
        Self::expect_worker(self.change(command).await?)
    }

    fn expect_worker(done: Done) -> Result<Deployed, StoreError> {
        match done {
            Done::Worker(deployed) => Ok(deployed),
            _ => Err(StoreError::Stopped),
        }
    }

    pub(crate) async fn change(&self, command: Command) -> Result<Done, StoreError> {
        self.prepare(&command);
        self.change_pinned(self.conditional(command), None).await
    }

    fn conditional(&self, command: Command) -> Command {
        if self.conditions.is_empty() {
            return command;
        }
        Command::OnlyIf { conditions: self.conditions.clone(), command: Box::new(command) }
    }

    /// Brings the record of the command's worker into memory, so that the plan reads no disk while it holds the state.
    fn prepare(&self, command: &Command) {
        if let Some(id) = command.worker() {
            // An error comes again when the command is planned, and has its place there.
            drop(self.shared.worker(id));
        }
    }

    pub(crate) async fn change_pinned(&self, command: Command, pinned: Option<Pinned>) -> Result<Done, StoreError> {
        self.ask(|answer| Job::Change(Box::new(command), Caller { answer, _pinned: pinned })).await
    }

    pub(crate) async fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let jobs = self.queue.jobs.as_ref().ok_or(StoreError::Stopped)?;
        jobs.send(job(answer)).await.map_err(|_| StoreError::Stopped)?;
        // The committer ended without an answer: how far it came is not known.
        answered.await.unwrap_or_else(|_| Err(StoreError::Unknown(Arc::new(StoreError::Stopped))))
    }

    /// A disk that takes no script takes no deploy; the next write that succeeds says otherwise.
    fn note_refusal(&self, error: &StoreError) {
        let reason = chain(error);
        tracing::error!(%reason, "the store could not be written: it refuses deploys until it can be");
        self.shared.health().update(|report| {
            if report.writes == Writes::Accepted {
                report.writes = Writes::Refused(reason);
            }
        });
    }

    /// A command that would be refused now is refused before its script is stored.
    fn expect_plan(&self, command: &Command) -> Result<(), StoreError> {
        let moment = Moment { unix_ms: 0, uuid: String::new() };
        let (records, _stay) = (&self.shared.records, self.shared.records.stay());
        let planned = self
            .shared
            .read(|state| plan(command, &View::new(state, records, &Staged::on(state)), &self.rules, &moment))?;
        let records = planned.changes.iter().filter_map(|change| Some((&change.key, change.record.as_ref()?)));
        records.into_iter().try_for_each(|(key, record)| json(key, record).map(drop))
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        drop(self.housekeeper.take());
        drop(self.jobs.take());
        let running = self.committer.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if running.is_some_and(|running| running.join().is_err()) {
            tracing::error!("the store's thread panicked");
        }
    }
}

#[cfg(test)]
mod tests;
