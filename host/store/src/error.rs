//! What can go wrong in the store.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tollgate_types::{BindingError, CertificateId, Condition, NamespaceName, SecretReplaced, WorkerId};

/// Text that is not a key file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: expected `tollgate-key-1 <id> <base64 of 32 bytes>`")]
pub struct KeyFileError {
    /// The first line that is wrong.
    pub(crate) line: usize,
}

/// Why the store refused or failed. Those up to `ConditionFailed` are the caller's to mend, and `RecordTooLarge` and `Unreadable`;
/// the others are the host's.
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
    /// A binding whose target does not exist, or does not fit it.
    #[error("{0}")]
    Reference(String),
    /// A secret of a name that another binding has.
    #[error("{name:?} is a {kind} binding of the worker already")]
    NotASecret {
        /// The name.
        name: String,
        /// The kind of the other binding.
        kind: &'static str,
    },
    /// A secret beyond the bindings that a worker may have.
    #[error("{name:?} would be binding {found} of the worker: at most {most}")]
    TooManySecrets {
        /// The secret.
        name: String,
        /// How many bindings there would be.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// The worker has no such secret.
    #[error("worker {worker} has no secret {name:?}")]
    SecretNotFound {
        /// The worker.
        worker: WorkerId,
        /// The name of the secret.
        name: String,
    },
    /// A variable in the place of a secret that would stay.
    #[error(transparent)]
    SecretReplaced(#[from] SecretReplaced),
    /// Bindings that are too many, or have the wrong shape.
    #[error(transparent)]
    Binding(#[from] BindingError),
    /// A condition of the change does not hold. Nothing changed.
    #[error("{what}: expected {expected}, found {found}")]
    ConditionFailed {
        /// What the change is of.
        what: String,
        /// The condition.
        expected: Condition,
        /// What is there.
        found: String,
    },
    /// The writer has stopped, since a sync failed; the log has the first error.
    #[error("the store takes no more writes, since one failed to reach the disk: start the host again")]
    Stopped,
    /// The disk did not take the change, and nothing changed. The next write may succeed, as when there is room again.
    #[error("the store could not keep the change, and nothing changed")]
    NotKept(#[source] Arc<StoreError>),
    /// The disk failed while it took the change: after the next start it is there as a whole or not at all.
    #[error("the store could not sync the change: whether it was kept is known after the host is started again")]
    Unknown(#[source] Arc<StoreError>),
    /// A change to more records than the log can keep as one.
    #[error("the change is larger than 4 GiB")]
    ChangeTooLarge,
    /// A secret that was sealed with another key.
    #[error("cannot open the secret at {place}: it was sealed with key {id}, which the key file does not have")]
    UnknownKey {
        /// The record, and the place in it.
        place: String,
        /// The id of the key.
        id: String,
    },
    /// A secret that is damaged, or was sealed at another place.
    #[error("cannot open the secret at {place}: {reason}")]
    Unsealed {
        /// The record, and the place in it.
        place: String,
        /// Why not.
        reason: String,
    },
    /// A secret that was sealed with a key that is not in the key file.
    #[error("the key file {} does not open the secrets of the store", key_file.display())]
    WrongKey {
        /// The key file.
        key_file: PathBuf,
        /// Which secret, and why not.
        source: Box<StoreError>,
    },
    /// The file of keys that secrets are sealed with is not there, though there are secrets.
    #[error("the key file {} is missing, and the secrets of the store are sealed with its key", .0.display())]
    KeyFileMissing(PathBuf),
    /// The key file is no key file.
    #[error("the key file {} cannot be used", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeyFileError,
    },
    /// The file of the control token holds something else.
    #[error("the control token in {} cannot be used: {reason}", path.display())]
    Token {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another process has the data folder open.
    #[error("the data folder is in use by another process: {} is locked", .0.display())]
    InUse(PathBuf),
    /// Neither copy of the records proves all of them.
    #[error("the journal and sled are both damaged in {}: {lost}", data.display())]
    BothDamaged {
        /// The data folder.
        data: PathBuf,
        /// What cannot be proven, and where the damage is.
        lost: String,
    },
    /// A script that is not what was uploaded, or is missing.
    #[error("script {} is damaged: {reason}", path.display())]
    ScriptDamaged {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There are records that name scripts, and not one of these.
    #[error("the scripts are gone: the records name {count}, and none of them is in {}", folder.display())]
    ScriptsGone {
        /// Where they should be.
        folder: PathBuf,
        /// How many there should be.
        count: usize,
    },
    /// There are scripts, and no record of any worker.
    #[error("the records are gone: {} has scripts, but neither journal/ nor store/", data.display())]
    RecordsGone {
        /// The data folder.
        data: PathBuf,
    },
    /// Not one record is left that can be read.
    #[error("no record in {} can be read", .0.display())]
    NothingKept(PathBuf),
    /// The index has lost a record, which the journal has.
    #[error("the record of {what} is not in the index: {reason}")]
    Lost {
        /// What the record is about.
        what: String,
        /// What the index has instead.
        reason: String,
    },
    /// A repair would have to leave out records whose secrets the key file does not open.
    #[error("records were sealed with keys that the key file does not have: {records}")]
    RecordsSealed {
        /// Which, each with the id of its key.
        records: String,
    },
    /// A backup is restored into a folder of its own.
    #[error("the folder {} is not empty", .0.display())]
    NotEmpty(PathBuf),
    /// An unfinished restore is there already.
    #[error("{} is there already: another restore is running, or one was killed", .0.display())]
    Unfinished(PathBuf),
    /// A file that is no backup, or one that is damaged.
    #[error("the backup {} cannot be used: {reason}", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
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
    /// What an operator can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::BothDamaged { data, .. } => Some(format!(
                "copy the folder first; then `tollgate store repair --data {}` keeps every record that either copy proves \
                 and lists the rest, or `tollgate store restore FILE --data DIR` restores a backup",
                data.display()
            )),
            Self::RecordsGone { data } | Self::NothingKept(data) => Some(format!(
                "is a disk not mounted? Otherwise restore a backup with `tollgate store restore FILE --data DIR`, or begin \
                 without any record with `tollgate store repair --accept-loss --data {}`",
                data.display()
            )),
            Self::KeyFileMissing(_) | Self::KeyFile { .. } | Self::WrongKey { .. } | Self::UnknownKey { .. } => Some(
                "put the key file back, or pass its place with `tollgate serve --key-file FILE` or `TOLLGATE_KEY_FILE`"
                    .to_owned(),
            ),
            Self::RecordsSealed { .. } => Some(
                "add the lines of these keys to the end of the key file, as an older copy of it has them, and run the command \
                 again; or leave these records out with `tollgate store repair --accept-loss`"
                    .to_owned(),
            ),
            Self::ScriptDamaged { .. } => {
                Some("deploy a worker of it again with `tollgate deploy`: that mends it for all its workers".to_owned())
            }
            Self::ScriptsGone { .. } => Some(
                "is a disk not mounted? Otherwise restore a backup with `tollgate store restore FILE --data DIR`"
                    .to_owned(),
            ),
            Self::NotEmpty(_) => Some("pass a folder that does not exist yet, or move this one away".to_owned()),
            Self::Unfinished(path) => {
                Some(format!("if no other restore is running, remove it with `rm -r {}`", path.display()))
            }
            Self::Archive { .. } => Some("restore another backup, and take a new one from a running host".to_owned()),
            Self::InUse(_) => {
                Some("stop the other process, or serve another folder with `tollgate serve --data DIR`".to_owned())
            }
            Self::Token { path, .. } => Some(format!(
                "put the file back as it was, or the key file that belongs to it; or delete {}: the next `tollgate serve` \
                 then makes another token and shows it",
                path.display()
            )),
            _ => None,
        }
    }

    /// A secret that cannot be opened is a matter of the key file.
    pub(crate) fn of_key_file(self, key_file: PathBuf) -> Self {
        match self {
            Self::UnknownKey { .. } => Self::WrongKey { key_file, source: Box::new(self) },
            other => other,
        }
    }

    /// Whether the disk is full or may not be written: nothing is damaged then.
    pub(crate) fn is_of_the_disk(&self) -> bool {
        let io = match self {
            Self::Io { source, .. } | Self::Sled { source: sled::Error::Io(source), .. } => source,
            _ => return false,
        };
        use io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        matches!(io.kind(), StorageFull | ReadOnlyFilesystem | PermissionDenied | QuotaExceeded)
    }

    pub(crate) fn sled(act: &'static str) -> impl FnOnce(sled::Error) -> Self {
        move |source| Self::Sled { act, source }
    }
}

/// An error, then everything that caused it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
