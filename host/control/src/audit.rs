//! The log of changes: a line for each change that was made, and for each that failed through no fault of its caller's.
//!
//! Every line has the target `change`, and fields from one list. What a change does not have is left out. Secrets and private
//! keys are not in the list.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use tollgate_store::{CertificateRecord, Deployed, Manifest, NamespaceRecord, Rotated};
use tollgate_types::{BindingName, CertificateId, Home, NamespaceName, Version, WorkerId};

use crate::Control;
use crate::error::ControlError;

/// Who asks for a change.
#[derive(Debug, Clone)]
pub(crate) struct Author {
    /// The name of the token.
    pub(crate) who: Arc<str>,
    /// The other end of the connection. If a proxy is between, it is the proxy's.
    pub(crate) from: SocketAddr,
}

/// A change, as its line tells it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    act: &'static str,
    namespace: Option<NamespaceName>,
    worker: Option<String>,
    secret: Option<String>,
    certificate: Option<CertificateId>,
    /// The id of the new key.
    key: Option<String>,
    version_before: Option<Version>,
    version: Option<Version>,
    /// Workers that were deleted with their namespace.
    workers: Option<usize>,
    records: Option<usize>,
    scripts: Option<usize>,
}

/// What a change made, of which its line tells something.
pub(crate) trait Made {
    /// Adds that to the change.
    fn tell(&self, change: &mut Change);
}

/// The line of a change, at a level and with further fields.
macro_rules! line {
    ($level:ident, $author:expr, $change:expr, $($more:tt)*) => {
        tracing::$level!(
            target: "change",
            who = &*$author.who,
            from = %$author.from,
            act = $change.act,
            namespace = $change.namespace.as_ref().map(NamespaceName::as_str),
            worker = $change.worker.as_deref(),
            secret = $change.secret.as_deref(),
            certificate = $change.certificate.as_ref().map(CertificateId::as_str),
            key = $change.key.as_deref(),
            version_before = $change.version_before.map(|version| version.0),
            version = $change.version.map(|version| version.0),
            workers = $change.workers,
            records = $change.records,
            scripts = $change.scripts,
            $($more)*
        )
    };
}

impl Author {
    /// Logs what became of a change. What its caller has to mend is not logged: nothing changed.
    pub(crate) fn log<T: Made>(&self, mut change: Change, made: &Result<T, ControlError>) {
        match made {
            Ok(made) => {
                made.tell(&mut change);
                line!(info, self, change, "done");
            }
            Err(error) => self.log_failure(&change, error),
        }
    }

    pub(crate) fn log_failure(&self, change: &Change, error: &ControlError) {
        if error.is_unknown() {
            line!(warn, self, change, error = error.chain(), "whether it was done is unknown");
        } else if error.is_of_the_host() {
            line!(warn, self, change, error = error.chain(), "not done");
        }
    }
}

impl FromRequestParts<Control> for Author {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, _: &Control) -> Result<Self, ControlError> {
        parts.extensions.get::<Self>().cloned().ok_or(ControlError::Unauthorized)
    }
}

impl Change {
    /// Of the host as a whole.
    pub(crate) fn of_host(act: &'static str) -> Self {
        Self { act, ..Self::default() }
    }

    pub(crate) fn of_namespace(act: &'static str, name: &NamespaceName) -> Self {
        Self { act, namespace: Some(name.clone()), ..Self::default() }
    }

    pub(crate) fn of_worker(act: &'static str, WorkerId { home, name }: &WorkerId) -> Self {
        let namespace = match home {
            Home::Operator => None,
            Home::Namespace(namespace) => Some(namespace.clone()),
        };
        Self { act, namespace, worker: Some(name.to_string()), ..Self::default() }
    }

    pub(crate) fn of_secret(act: &'static str, worker: &WorkerId, name: &BindingName) -> Self {
        Self { secret: Some(name.as_str().to_owned()), ..Self::of_worker(act, worker) }
    }

    pub(crate) fn of_certificate(act: &'static str, id: &CertificateId) -> Self {
        Self { act, certificate: Some(id.clone()), ..Self::default() }
    }
}

impl Made for () {
    fn tell(&self, _: &mut Change) {}
}

impl Made for Deployed {
    fn tell(&self, change: &mut Change) {
        (change.version_before, change.version) = (self.before, Some(self.record.version));
    }
}

/// The version of a worker that was deleted.
impl Made for Version {
    fn tell(&self, change: &mut Change) {
        change.version_before = Some(*self);
    }
}

/// The number of workers that were deleted with their namespace.
impl Made for usize {
    fn tell(&self, change: &mut Change) {
        change.workers = Some(*self);
    }
}

impl Made for NamespaceRecord {
    fn tell(&self, change: &mut Change) {
        change.namespace = Some(self.name.clone());
    }
}

impl Made for Arc<CertificateRecord> {
    fn tell(&self, change: &mut Change) {
        change.certificate = Some(self.id.clone());
    }
}

impl Made for Rotated {
    fn tell(&self, change: &mut Change) {
        (change.key, change.records) = (Some(self.key.clone()), Some(self.records));
    }
}

/// A backup that was sent.
impl Made for Manifest {
    fn tell(&self, change: &mut Change) {
        (change.records, change.scripts) = (usize::try_from(self.records).ok(), Some(self.scripts.len()));
    }
}
