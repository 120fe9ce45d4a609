//! Everything that a control request can fail with, and the one place that gives it a status and a code.

use std::io;
use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::header::RETRY_AFTER;
use http::{StatusCode, Uri};
use tollgate_dispatch::PrepareError;
use tollgate_engine::EngineError;
use tollgate_store::StoreError;
use tollgate_types::{BindingError, ConditionError, NameError, SecretReplaced};

use crate::envelope::failure;

/// When a caller should try again whose namespace has too many scripts that wait to be compiled.
const BUSY_SECONDS: &str = "10";

/// Why a request was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ControlError {
    /// The token is missing or wrong.
    #[error("the request carries no valid token: send `Authorization: Bearer <token>`")]
    Unauthorized,
    /// A name in the path.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The body of the request.
    #[error("{0}")]
    Body(String),
    /// A header that should be a condition.
    #[error("{header}: {source}")]
    Condition {
        /// Its name.
        header: &'static str,
        /// What is wrong with it.
        source: ConditionError,
    },
    /// What axum could not read of the request: its path, query or body.
    #[error("{reason}")]
    Request {
        /// Whose fault it is.
        status: StatusCode,
        /// What could not be read.
        reason: String,
    },
    /// A larger upload than this host takes.
    #[error("the upload is larger than {0} bytes")]
    TooLarge(u64),
    /// The `metadata` of an upload.
    #[error("metadata: {0}")]
    Metadata(String),
    /// A binding in it.
    #[error("metadata: {0}")]
    Binding(#[from] BindingError),
    /// The worker does not exist.
    #[error("worker {0:?} does not exist")]
    NoWorker(String),
    /// The worker has no such secret.
    #[error("worker {worker:?} has no secret {secret:?}")]
    NoSecret {
        /// The worker.
        worker: String,
        /// What was asked for.
        secret: String,
    },
    /// A variable where the worker has a secret that would stay.
    #[error(transparent)]
    SecretReplaced(#[from] SecretReplaced),
    /// The component.
    #[error("the worker cannot run here: {0}")]
    Prepare(PrepareError),
    /// Reuse of instances, for a component whose instances cannot serve a second request.
    #[error(
        "reuse: expected none, found {{\"requests\": {requests}}}: an instance of a JavaScript worker made by \
         componentize-js serves one request only; deploy it without `reuse`"
    )]
    ServesOnce {
        /// What the upload asked for.
        requests: u32,
    },
    /// The engine, through no fault of the component's.
    #[error("the worker could not be made ready")]
    Engine(#[source] Arc<EngineError>),
    /// The reading of a component, which panicked.
    #[error("the worker's component could not be read")]
    Unread(#[source] tokio::task::JoinError),
    /// The text of the metrics.
    #[error("the metrics could not be written")]
    Metrics,
    /// The store.
    #[error(transparent)]
    Store(StoreError),
    /// A path that is not one of ours.
    #[error("there is no {0}")]
    NoPath(String),
    /// A path that is, with a method that it does not take.
    #[error("method {method} is not available for {path}")]
    NoMethod {
        /// The method.
        method: http::Method,
        /// The path.
        path: String,
    },
}

impl From<StoreError> for ControlError {
    /// What a binding names is part of an upload's metadata, and a secret is the body of a request.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Reference(reason) => Self::Metadata(reason),
            StoreError::Binding(error) => Self::Binding(error),
            StoreError::SecretReplaced(error) => Self::SecretReplaced(error),
            StoreError::NotASecret { .. } | StoreError::TooManySecrets { .. } => Self::Body(error.to_string()),
            StoreError::SecretNotFound { worker, name } => Self::NoSecret { worker: worker.to_string(), secret: name },
            error => Self::Store(error),
        }
    }
}

impl From<PrepareError> for ControlError {
    fn from(error: PrepareError) -> Self {
        match error {
            PrepareError::Engine(engine) => match *engine {
                EngineError::Compile(_)
                | EngineError::Unsupported(_)
                | EngineError::TooComplex(_)
                | EngineError::CompileLimit(_)
                | EngineError::Crashed(_) => Self::Prepare(PrepareError::Engine(engine)),
                EngineError::Start(_) | EngineError::Cache(_) | EngineError::Compiler(_) => Self::Engine(engine),
            },
            error => Self::Prepare(error),
        }
    }
}

impl ControlError {
    /// The error, then everything that caused it.
    pub(crate) fn chain(&self) -> String {
        let mut told = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            told.push_str(&format!(": {error}"));
            cause = error.source();
        }
        told
    }

    /// Whether the host failed. Otherwise its caller can do something about it.
    pub(crate) fn is_of_the_host(&self) -> bool {
        self.status().0.is_server_error()
    }

    /// Whether the change was made or not is unknown until the host is started again.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Store(StoreError::Unknown(_)))
    }

    /// The codes are Cloudflare's where its clients act upon them: 10000 for authentication, 10092 and 10007 for a
    /// worker that is not there, 100119 for a namespace, 7001 and 7003 for a method and a path. Those of certificates, of
    /// a secret that would be lost and of a component for another platform are ours.
    fn status(&self) -> (StatusCode, u32) {
        match self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, 10000),
            Self::Name(_)
            | Self::Body(_)
            | Self::Condition { .. }
            | Self::Metadata(_)
            | Self::Binding(_)
            | Self::ServesOnce { .. } => (StatusCode::BAD_REQUEST, 10021),
            Self::Request { status, .. } if status.is_server_error() => (*status, 10013),
            Self::Request { status, .. } => (*status, 10021),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, 10027),
            Self::Engine(_) | Self::Unread(_) | Self::Metrics | Self::Prepare(PrepareError::Script(_)) => {
                (StatusCode::INTERNAL_SERVER_ERROR, 10013)
            }
            Self::Prepare(PrepareError::Busy(_)) => (StatusCode::TOO_MANY_REQUESTS, 10021),
            Self::Prepare(PrepareError::Platform(_)) => (StatusCode::BAD_REQUEST, 100_204),
            Self::Prepare(_) => (StatusCode::BAD_REQUEST, 10021),
            Self::NoWorker(_) => (StatusCode::NOT_FOUND, 10092),
            Self::NoSecret { .. } => (StatusCode::NOT_FOUND, 10056),
            Self::SecretReplaced(_) => (StatusCode::BAD_REQUEST, 100_203),
            Self::NoMethod { .. } => (StatusCode::METHOD_NOT_ALLOWED, 7001),
            Self::NoPath(_) => (StatusCode::NOT_FOUND, 7003),
            Self::Store(error) => match error {
                StoreError::NamespaceNotFound(..) => (StatusCode::NOT_FOUND, 100_119),
                StoreError::WorkerNotFound(..) => (StatusCode::NOT_FOUND, 10092),
                StoreError::NamespaceExists(..) => (StatusCode::BAD_REQUEST, 100_117),
                StoreError::NamespaceNotEmpty { .. } => (StatusCode::BAD_REQUEST, 100_121),
                StoreError::CertificateNotFound(..) => (StatusCode::NOT_FOUND, 100_200),
                StoreError::CertificateInUse { .. } => (StatusCode::CONFLICT, 100_201),
                StoreError::ConditionFailed { .. } => (StatusCode::PRECONDITION_FAILED, 100_205),
                StoreError::TooManyCertificates(..) => (StatusCode::BAD_REQUEST, 100_202),
                StoreError::RecordTooLarge { .. } | StoreError::Unreadable { .. } => (StatusCode::BAD_REQUEST, 10021),
                StoreError::NotKept(_) => (StatusCode::INSUFFICIENT_STORAGE, 10013),
                StoreError::Io { source, .. } if is_full(source) => (StatusCode::INSUFFICIENT_STORAGE, 10013),
                StoreError::Unknown(_) => (StatusCode::INTERNAL_SERVER_ERROR, 100_206),
                StoreError::Stopped => (StatusCode::SERVICE_UNAVAILABLE, 10013),
                _ => (StatusCode::INTERNAL_SERVER_ERROR, 10013),
            },
        }
    }
}

/// Whether a disk has no room, or may not be written.
fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | ReadOnlyFilesystem)
}

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        let (status, code) = self.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let retry = [(RETRY_AFTER, BUSY_SECONDS)];
            return (retry, failure(status, code, self.to_string())).into_response();
        }
        if !status.is_server_error() {
            return failure(status, code, self.to_string());
        }
        // Whoever holds the token runs this host: they are told what its log is told.
        let mut chain = self.chain();
        if let Self::Store(error) = &self
            && let Some(hint) = error.hint()
        {
            chain.push_str(&format!("; hint: {hint}"));
        }
        tracing::error!(error = %chain, "a control request failed");
        failure(status, code, chain)
    }
}

/// One of our paths, with a method that it does not take.
pub(crate) async fn no_such_method(method: http::Method, uri: Uri) -> ControlError {
    ControlError::NoMethod { method, path: uri.path().to_owned() }
}

/// Any path that is not one of ours.
pub(crate) async fn no_such_path(method: http::Method, uri: Uri) -> ControlError {
    ControlError::NoPath(format!("{method} {}", uri.path()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn full() -> io::Error {
        io::Error::new(io::ErrorKind::StorageFull, "no space left")
    }

    #[test]
    fn a_fault_of_the_host_is_not_the_callers_and_says_its_cause() {
        let cache = ControlError::from(PrepareError::from(EngineError::Cache(full())));
        assert_eq!(cache.chain(), "the worker could not be made ready: compiled code could not be kept: no space left");
        let start = ControlError::from(PrepareError::from(EngineError::Start("no threads".to_owned())));
        let store = StoreError::Io { act: "write", path: "scripts/x".into(), source: full() };
        let store = ControlError::from(store);
        assert_eq!(store.chain(), "cannot write scripts/x: no space left");
        assert_eq!(store.into_response().status(), StatusCode::INSUFFICIENT_STORAGE);
        for error in [cache, start] {
            assert_eq!(error.into_response().status(), StatusCode::INTERNAL_SERVER_ERROR);
        }
    }

    #[test]
    fn a_component_that_cannot_be_compiled_is_the_callers() {
        let compile = ControlError::from(PrepareError::from(EngineError::Compile("bad magic".to_owned())));
        assert_eq!(compile.to_string(), "the worker cannot run here: not a component that can be compiled: bad magic");
        let unsupported = ControlError::from(PrepareError::from(EngineError::Unsupported("threads".to_owned())));
        assert_eq!(unsupported.to_string(), "the worker cannot run here: it uses what this host does not run: threads");
        for error in [compile, unsupported] {
            assert_eq!(error.into_response().status(), StatusCode::BAD_REQUEST);
        }
    }
}
