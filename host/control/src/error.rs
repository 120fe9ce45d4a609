//! Everything that a control request can fail with, and the one place that gives it a status and a code.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, Uri};
use tollgate_dispatch::PrepareError;
use tollgate_store::StoreError;
use tollgate_types::{BindingError, NameError};

use crate::envelope::failure;

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
    /// A larger upload than this host takes.
    #[error("the upload is larger than {0} bytes")]
    TooLarge(usize),
    /// The `metadata` of an upload.
    #[error("metadata: {0}")]
    Metadata(String),
    /// A binding in it.
    #[error("metadata: {0}")]
    Binding(#[from] BindingError),
    /// The worker does not exist.
    #[error("worker {0:?} does not exist")]
    NoWorker(String),
    /// The component.
    #[error("the worker cannot run here: {0}")]
    Prepare(#[from] PrepareError),
    /// The store.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// Outdated method or path.
    #[error("there is no {0}")]
    NoPath(String),
}

impl IntoResponse for ControlError {
    /// The codes are Cloudflare's where its clients act upon them: 10000 for authentication, 10092 and 10007 for a
    /// worker that is not there, 100119 for a namespace.
    fn into_response(self) -> Response {
        let (status, code) = match &self {
            Self::Unauthorized => (StatusCode::UNAUTHORIZED, 10000),
            Self::Name(_) | Self::Body(_) | Self::Metadata(_) | Self::Binding(_) => (StatusCode::BAD_REQUEST, 10021),
            Self::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, 10027),
            Self::Prepare(PrepareError::Script(_)) => (StatusCode::INTERNAL_SERVER_ERROR, 10013),
            Self::Prepare(_) => (StatusCode::BAD_REQUEST, 10021),
            Self::NoWorker(_) => (StatusCode::NOT_FOUND, 10092),
            Self::NoPath(_) => (StatusCode::NOT_FOUND, 7003),
            Self::Store(error) => match error {
                StoreError::NamespaceNotFound(..) => (StatusCode::NOT_FOUND, 100_119),
                StoreError::WorkerNotFound(..) => (StatusCode::NOT_FOUND, 10092),
                StoreError::NamespaceExists(..) => (StatusCode::BAD_REQUEST, 100_117),
                StoreError::NamespaceNotEmpty { .. } => (StatusCode::BAD_REQUEST, 100_121),
                StoreError::RecordTooLarge { .. } => (StatusCode::BAD_REQUEST, 10021),
                _ => (StatusCode::INTERNAL_SERVER_ERROR, 10013),
            },
        };
        if status.is_server_error() {
            tracing::error!(error = %self, "a control request failed");
        }
        failure(status, code, self.to_string())
    }
}

/// Any path that is not one of ours.
pub(crate) async fn no_such_path(method: http::Method, uri: Uri) -> ControlError {
    ControlError::NoPath(format!("{method} {}", uri.path()))
}
