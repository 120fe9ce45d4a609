//! Commands: what a writer asks for, and what it is answered.

use std::sync::Arc;

use tollgate_types::egress::EgressRules;
use tollgate_types::{
    Binding, BindingName, CertificateId, Condition, NamespaceName, ScriptDigest, Version, WorkerId, WorkerRecord,
};

use crate::key::Key;
use crate::{CertificateDraft, CertificateRecord, Draft, NamespaceRecord};

/// A change that a caller requests.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    /// A new namespace.
    CreateNamespace { name: NamespaceName, reuse: bool, egress: EgressRules },
    /// No namespace of this name. By force its workers go with it.
    DeleteNamespace { name: NamespaceName, force: bool },
    /// The next version of a worker. Its script is stored already.
    Deploy { id: WorkerId, script: ScriptDigest, draft: Draft },
    /// The next version of a worker, with another secret of this name.
    PutSecret { id: WorkerId, name: BindingName, secret: Binding },
    /// The next version of a worker, without this secret.
    DeleteSecret { id: WorkerId, name: BindingName },
    /// No worker of this name.
    DeleteWorker { id: WorkerId },
    /// A new certificate.
    PutCertificate { draft: CertificateDraft },
    /// No such certificate.
    DeleteCertificate { id: CertificateId },
    /// The secrets of these records sealed with the newest key.
    Reseal(Arc<[Key]>),
    /// No change, but an entry of the log all the same.
    Advance,
    /// A change that is made only if all of these hold for what it changes.
    OnlyIf { conditions: Arc<[Condition]>, command: Box<Command> },
}

impl Command {
    /// The worker whose record the plan reads.
    pub(crate) fn worker(&self) -> Option<&WorkerId> {
        match self {
            Self::Deploy { id, .. } | Self::PutSecret { id, .. } | Self::DeleteSecret { id, .. } => Some(id),
            _ => None,
        }
    }
}

/// What a command is planned with that is not in the state, so that the plan is a function of its arguments.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub(crate) unix_ms: u64,
    /// A random UUID, for what needs an id of its own.
    pub(crate) uuid: String,
}

/// What became of a command.
#[derive(Debug, Clone)]
pub(crate) enum Done {
    Namespace(NamespaceRecord),
    Worker(Deployed),
    /// A worker of this version is gone.
    Deleted(Version),
    /// A namespace is gone, and so many workers with it.
    Emptied(usize),
    Certificate(Arc<CertificateRecord>),
    Nothing,
}

/// The next version of a worker, which is deployed now.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployed {
    /// What is deployed.
    pub record: Arc<WorkerRecord>,
    /// The version in whose place it is; `None` for a worker that did not exist.
    pub before: Option<Version>,
}
