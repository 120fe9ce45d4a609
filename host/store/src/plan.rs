//! The rules of the store: what a command changes, or why it is refused. Pure: the same command on the same state at the same
//! moment has the same plan, so a plan can be made again on top of what another writer did first.

mod condition;
mod deploy;
mod references;

use std::sync::Arc;

use tollgate_types::egress::EgressRules;
use tollgate_types::{CertificateId, Home, NameError, NamespaceName, OutboundBinding, WorkerId};

use crate::change::Change;
use crate::command::{Command, Done, Moment};
use crate::key::Key;
use crate::value::Record;
use crate::view::View;
use crate::{CertificateDraft, CertificateRecord, NamespaceRecord, StoreError};

/// What a command comes to.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) changes: Vec<Change>,
    pub(crate) done: Done,
}

/// What the rules take from the configuration.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    /// Client certificates that are kept, at most.
    pub(crate) certificates: usize,
    /// Versions of a worker that are kept, the deployed one among them.
    pub(crate) versions: usize,
    /// What the host itself calls outbound workers with.
    pub(crate) configured: Arc<[Configured]>,
}

/// An outbound worker that the host itself calls, with the parameters that its templates give as text.
#[derive(Debug, Clone)]
pub struct Configured {
    /// Where the configuration says so, for errors.
    pub at: &'static str,
    /// The namespace whose workers are dispatched so; `None` if no customer's worker comes before it.
    pub namespace: Option<NamespaceName>,
    /// The worker, and the parameters.
    pub outbound: OutboundBinding,
}

/// Plans a command.
pub(crate) fn plan(command: &Command, view: &View<'_>, rules: &Rules, moment: &Moment) -> Result<Plan, StoreError> {
    match command {
        Command::CreateNamespace { name, reuse, egress } => create_namespace(view, name, *reuse, egress, moment),
        Command::DeleteNamespace { name, force } => delete_namespace(view, name, *force),
        Command::Deploy { id, script, draft } => deploy::deploy(view, rules, moment, id, *script, draft),
        Command::PutSecret { id, name, secret } => deploy::put_secret(view, rules, moment, id, name, secret),
        Command::DeleteSecret { id, name } => deploy::delete_secret(view, rules, moment, id, name),
        Command::DeleteWorker { id } => delete_worker(view, id),
        Command::PutCertificate { draft } => put_certificate(view, rules, moment, draft),
        Command::DeleteCertificate { id } => delete_certificate(view, id),
        Command::Reseal(records) => {
            let changes = records.iter().filter_map(|key| once_more(view, key).transpose());
            Ok(Plan { changes: changes.collect::<Result<_, _>>()?, done: Done::Nothing })
        }
        Command::Advance => Ok(Plan { changes: vec![], done: Done::Nothing }),
        Command::OnlyIf { conditions, command } => {
            // What would be refused without a condition is refused for that reason: RFC 9110, 13.2.1.
            let planned = plan(command, view, rules, moment)?;
            condition::expect(conditions, command, view)?;
            Ok(planned)
        }
    }
}

fn create_namespace(
    view: &View<'_>,
    name: &NamespaceName,
    reuse: bool,
    egress: &EgressRules,
    moment: &Moment,
) -> Result<Plan, StoreError> {
    if view.namespace(name).is_some() {
        return Err(StoreError::NamespaceExists(name.clone()));
    }
    let Moment { unix_ms, uuid } = moment.clone();
    let record =
        NamespaceRecord { name: name.clone(), id: uuid, reuse, egress: egress.clone(), created_unix_ms: unix_ms };
    let changes = vec![put(Key::Namespace(name.clone()), Record::Namespace(record.clone()))];
    Ok(Plan { changes, done: Done::Namespace(record) })
}

fn delete_namespace(view: &View<'_>, name: &NamespaceName, force: bool) -> Result<Plan, StoreError> {
    expect_namespace(view, name)?;
    let home = Home::Namespace(name.clone());
    let workers = view.names_of(&home);
    let done = Done::Emptied(workers.len());
    if !workers.is_empty() && !force {
        return Err(StoreError::NamespaceNotEmpty { namespace: name.clone(), workers: workers.len() });
    }
    let mut changes = vec![delete(Key::Namespace(name.clone()))];
    for name in workers {
        changes.extend(without_worker(view, &WorkerId { home: home.clone(), name }));
    }
    Ok(Plan { changes, done })
}

fn delete_worker(view: &View<'_>, id: &WorkerId) -> Result<Plan, StoreError> {
    let version = view.version(id).ok_or_else(|| StoreError::WorkerNotFound(id.clone()))?;
    Ok(Plan { changes: without_worker(view, id).collect(), done: Done::Deleted(version) })
}

/// The worker goes with its versions. The number of the last one stays: no number is used twice.
fn without_worker<'a>(view: &View<'_>, id: &'a WorkerId) -> impl Iterator<Item = Change> + use<'a> {
    let versions = view.versions(id).into_iter().map(|version| delete(Key::Version(id.clone(), version)));
    let number = put(Key::LastVersion(id.clone()), Record::LastVersion(view.last_version(id)));
    versions.chain([delete(Key::Worker(id.clone())), number])
}

fn put_certificate(
    view: &View<'_>,
    rules: &Rules,
    moment: &Moment,
    draft: &CertificateDraft,
) -> Result<Plan, StoreError> {
    if view.certificates() >= rules.certificates {
        return Err(StoreError::TooManyCertificates(rules.certificates));
    }
    let Moment { unix_ms, uuid } = moment.clone();
    let corrupt = |error: NameError| StoreError::Corrupt { what: format!("id {uuid}"), reason: error.to_string() };
    let id: CertificateId = uuid.parse().map_err(corrupt)?;
    let CertificateDraft { name, certificates, private_key } = draft.clone();
    let record = CertificateRecord { id: id.clone(), name, certificates, private_key, uploaded_unix_ms: unix_ms };
    let record = Arc::new(record);
    let changes = vec![put(Key::Certificate(id), Record::Certificate(record.clone()))];
    Ok(Plan { changes, done: Done::Certificate(record) })
}

fn delete_certificate(view: &View<'_>, id: &CertificateId) -> Result<Plan, StoreError> {
    references::expect_certificate(view, id)?;
    if let Some(worker) = view.bound_to(id) {
        return Err(StoreError::CertificateInUse { certificate: id.clone(), worker });
    }
    Ok(Plan { changes: vec![delete(Key::Certificate(id.clone()))], done: Done::Nothing })
}

/// A record with secrets as it is, if it is still there: writing it seals them anew.
fn once_more(view: &View<'_>, key: &Key) -> Result<Option<Change>, StoreError> {
    let record = match key {
        Key::Worker(id) => view.worker(id)?.map(Record::Worker),
        Key::Certificate(id) => view.certificate(id).cloned().map(Record::Certificate),
        _ => None,
    };
    Ok(record.map(|record| put(key.clone(), record)))
}

fn expect_namespace(view: &View<'_>, name: &NamespaceName) -> Result<(), StoreError> {
    if view.namespace(name).is_some() { Ok(()) } else { Err(StoreError::NamespaceNotFound(name.clone())) }
}

fn put(key: Key, record: Record) -> Change {
    Change { key, record: Some(record) }
}

fn delete(key: Key) -> Change {
    Change { key, record: None }
}
