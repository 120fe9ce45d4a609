//! `dispatcher`: a dispatch worker gets a worker by name and hands it requests.

mod both;
mod options;
mod p2;
mod p3;

use std::any::Any;
use std::sync::Arc;

use futures::future::BoxFuture;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::in_flight::{Beside, InFlight};
use crate::{BindingKind, Passing};

#[cfg(test)]
pub(crate) use both::setter;
pub use options::{GetOptions, PROPS_BYTES};
pub(crate) use p2::link as link_p2;
pub(crate) use p3::link as link_p3;

/// The `future-response` resource.
type FutureResponse = InFlight<Result<http::Response<WasiBody>, DispatchError>>;

/// Who dispatches: looks a binding up, checks what the dispatch attaches.
pub trait Dispatcher: Beside + Passing + Send + Sync {
    /// Gets a worker by name through a binding of the worker that asks.
    fn get(&self, binding: &str, name: &str, options: GetOptions) -> Result<Arc<dyn Target>, DispatchError>;

    /// All bindings of the worker that asks.
    fn bindings(&self) -> Vec<(String, BindingKind)>;

    /// The way out through a service or an mTLS-certificate binding, for one request.
    fn way(&self, binding: &str) -> Result<Arc<dyn Target>, Error>;

    /// A ticket: the next request of the worker that carries it goes to the target.
    fn ticket(&self, target: Arc<dyn Target>) -> Result<String, TicketError>;

    /// Why the request with this ticket failed. Said once.
    fn failure(&self, ticket: &str) -> Option<DispatchError>;
}

/// Why a ticket was not issued.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// More tickets than an invocation may hold.
    #[error("too many tickets: at most {0} that wait in an invocation")]
    TooMany(usize),
    /// The system gave no randomness.
    #[error("no randomness for a ticket")]
    Randomness,
}

impl From<TicketError> for Error {
    fn from(error: TicketError) -> Self {
        Self::InternalError(Some(error.to_string()))
    }
}

/// A worker that was got: requests may be handed to it.
pub trait Target: Send + Sync {
    /// Hands it a request and waits for the response.
    fn fetch(
        &self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> BoxFuture<'static, Result<http::Response<WasiBody>, DispatchError>>;

    /// Bytes that it holds.
    fn held_bytes(&self) -> u64 {
        0
    }
}

/// What a response that waits holds: its headers, and what its body has read ahead.
const RESPONSE_BYTES: u64 = 64 << 10;

/// The bytes that one of this crate's resources holds beside its place in the table.
pub fn held_bytes(resource: &(dyn Any + Send)) -> u64 {
    if let Some(Worker(target)) = resource.downcast_ref() {
        return target.held_bytes();
    }
    if let Some(options) = resource.downcast_ref::<GetOptions>() {
        return options.held_bytes();
    }
    match resource.downcast_ref::<FutureResponse>() {
        Some(InFlight::Ready(_)) => RESPONSE_BYTES,
        _ => 0,
    }
}

/// Why a dispatch failed. Its words are what Cloudflare's dispatchers look for.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// The worker that asks has no such binding.
    #[error("no dispatch binding named {0:?}")]
    UnknownBinding(String),
    /// The name cannot be a worker's.
    #[error("{0}")]
    InvalidName(String),
    /// No such worker.
    #[error("Worker not found.")]
    WorkerNotFound(String),
    /// A parameter or the props were refused.
    #[error("{0}")]
    Parameter(String),
    /// A limit was reached.
    #[error("{0}")]
    Limit(String),
    /// The worker failed.
    #[error("{0}")]
    WorkerFailed(String),
    /// The worker answered with an error code.
    #[error("worker answered with an error: {0}")]
    WorkerError(Error),
    /// The worker answered with the error that it got for a request which the egress policy denies. The text is for its dispatcher.
    #[error("worker answered with an error: {denied}: {0}", denied = Error::HttpRequestDenied)]
    Denied(String),
    /// Dispatches nested too deeply.
    #[error("dispatches are nested deeper than {0}")]
    DepthExceeded(u32),
    /// The host has no room for another instance now, and why.
    #[error("{0}")]
    NoRoom(String),
    /// The worker, or the namespace that pays for it, uses its whole share of the host.
    #[error("too many requests: {0}")]
    TooManyRequests(String),
    /// The host's fault.
    #[error("the host could not dispatch: {0}")]
    Internal(String),
    /// An error that a later version of the platform has (`next.rs`).
    #[cfg(test)]
    #[error("{0}")]
    Later(String),
}

impl DispatchError {
    /// The code that a dispatch worker sees for the kind of error. The WIT lists these texts.
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownBinding(_) => "unknown-binding",
            Self::InvalidName(_) => "invalid-name",
            Self::WorkerNotFound(_) => "worker-not-found",
            Self::Parameter(_) => "parameter",
            Self::Limit(_) => "limit",
            Self::WorkerFailed(_) => "worker-failed",
            Self::WorkerError(_) | Self::Denied(_) => "worker-error",
            Self::DepthExceeded(_) => "depth-exceeded",
            Self::NoRoom(_) | Self::TooManyRequests(_) => "overloaded",
            Self::Internal(_) => "internal",
            #[cfg(test)]
            Self::Later(_) => "later",
        }
    }

    /// What the worker that sent the request sees, where all it may see is an error code: its own dispatch's text is for
    /// the operator.
    pub fn into_code(self) -> Error {
        match self {
            Self::WorkerError(error) => error,
            Self::Denied(_) => Error::HttpRequestDenied,
            Self::DepthExceeded(_) => Error::LoopDetected,
            Self::WorkerNotFound(_) => Error::DestinationNotFound,
            Self::NoRoom(_) | Self::TooManyRequests(_) => Error::DestinationUnavailable,
            Self::Limit(_) | Self::WorkerFailed(_) => Error::HttpResponseIncomplete,
            _ => Error::InternalError(None),
        }
    }
}

/// The `worker` resource.
struct Worker(Arc<dyn Target>);
