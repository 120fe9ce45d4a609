//! What can go wrong in the store.

use std::io;
use std::path::PathBuf;

use tollgate_types::{CertificateId, NamespaceName, WorkerId};

/// Why the store refused or failed. The first seven are the caller's to mend, and `RecordTooLarge` and
/// `Unreadable`; the others are the host's.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such namespace.
    #[error("namespace {0} does not exist")]
    NamespaceNotFound(NamespaceName),
    /// The name is taken.
    #[error("namespace {0} exists already")]
    NamespaceExists(NamespaceName),
    /// A namespace with workers is only deleted by force.
    #[error("namespace {namespace} is not empty: it holds {workers} worker(s)")]
    NamespaceNotEmpty {
        /// The namespace.
        namespace: NamespaceName,
        /// How many workers it holds.
        workers: usize,
    },
    /// No such worker.
    #[error("worker {0} does not exist")]
    WorkerNotFound(WorkerId),
    /// No such certificate.
    #[error("certificate {0} does not exist")]
    CertificateNotFound(CertificateId),
    /// A certificate that a worker is bound to is not deleted.
    #[error("certificate {certificate} is in use: {worker} is bound to it")]
    CertificateInUse {
        /// The certificate.
        certificate: CertificateId,
        /// One of those who are.
        worker: WorkerId,
    },
    /// As many certificates as there may be.
    #[error("there are {0} certificates already, and may be no more")]
    TooManyCertificates(usize),
    /// The writer has stopped after a failure to reach the disk; the log has the first error.
    #[error("the store takes no more writes, since one failed to reach the disk: open it anew")]
    Stopped,
    /// Bindings and routes that take up too much room.
    #[error("the record of {what} has {bytes} bytes: at most {most}")]
    RecordTooLarge {
        /// The worker or namespace.
        what: String,
        /// Its size.
        bytes: usize,
        /// The largest there may be.
        most: usize,
    },
    /// A record that would not be understood at the next start; nothing was kept.
    #[error("the record of {what} could not be read back: {reason}")]
    Unreadable {
        /// The worker or namespace.
        what: String,
        /// What stands in the way.
        reason: String,
    },
    /// Something stored is not what was written.
    #[error("{what} is corrupt: {reason}")]
    Corrupt {
        /// The record or script.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file operation failed.
    #[error("cannot {act} {}", path.display())]
    Io {
        /// What was tried.
        act: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// sled failed.
    #[error("cannot {act} the records")]
    Sled {
        /// What was tried.
        act: &'static str,
        /// sled's answer.
        source: sled::Error,
    },
}

impl StoreError {
    pub(crate) fn sled(act: &'static str) -> impl FnOnce(sled::Error) -> Self {
        move |source| Self::Sled { act, source }
    }
}
