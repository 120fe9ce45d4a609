//! `dispatcher`: a dispatch worker gets a worker by name and hands it requests.

mod exchange;
mod future;

use std::sync::Arc;

use futures::future::BoxFuture;
use tollgate_types::Limits;
use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi::p2::DynPollable;
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p2::types::{
    HostIncomingRequest, HostIncomingResponse, HostOutgoingRequest, HostResponseOutparam,
};
use wasmtime_wasi_http::{RequestOptions, WasiBody};

use crate::PlatformCtx;
use crate::generated::tollgate::platform::dispatcher::{
    DispatchError as WitError, Host, HostFutureResponse, HostWorker, Options,
};

#[allow(unreachable_pub, reason = "bindgen re-exports it")]
pub use future::FutureResponse;

/// What a dispatch attaches, as the worker gave it: unchecked.
#[derive(Debug, Default)]
pub struct GetOptions {
    /// JSON text for the worker.
    pub props: Option<String>,
    /// Ceilings for this dispatch.
    pub limits: Limits,
    /// Names and JSON texts for the outbound worker.
    pub outbound: Vec<(String, String)>,
}

/// Who dispatches: looks a binding up, checks what the dispatch attaches.
pub trait Dispatcher: Send + Sync {
    /// Gets a worker by name through a binding of the worker that asks.
    fn get(&self, binding: &str, name: &str, options: GetOptions) -> Result<Arc<dyn Target>, DispatchError>;
}

/// A worker that was got: requests may be handed to it.
pub trait Target: Send + Sync {
    /// Hands it a request and waits for the response.
    fn fetch(
        &self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> BoxFuture<'static, Result<http::Response<WasiBody>, DispatchError>>;
}

/// Why a dispatch failed. Its words are what Cloudflare's dispatchers look for.
#[derive(Debug, Clone, thiserror::Error)]
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
    WorkerError(ErrorCode),
    /// Dispatches nested too deeply.
    #[error("dispatches are nested deeper than {0}")]
    DepthExceeded(u32),
    /// The host's fault.
    #[error("the host could not dispatch: {0}")]
    Internal(String),
}

/// The `worker` resource.
#[allow(unreachable_pub, reason = "bindgen re-exports it")]
pub struct Worker(Arc<dyn Target>);

impl Host for PlatformCtx<'_> {
    fn message(&mut self, error: WitError) -> Result<String> {
        Ok(DispatchError::from(error).to_string())
    }

    fn get(&mut self, binding: String, name: String, options: Options) -> Result<Result<Resource<Worker>, WitError>> {
        match self.dispatcher.get(&binding, &name, options.into()) {
            Ok(target) => Ok(Ok(self.http.table.push(Worker(target))?)),
            Err(error) => Ok(Err(error.into())),
        }
    }

    fn reply(&mut self, out: Resource<HostResponseOutparam>, response: Resource<HostIncomingResponse>) -> Result<()> {
        let response = exchange::response(&mut self.http, response)?;
        let out = self.http.table.delete(out)?;
        (out.send)(Ok(response));
        Ok(())
    }
}

impl HostWorker for PlatformCtx<'_> {
    fn fetch(
        &mut self,
        worker: Resource<Worker>,
        request: Resource<HostOutgoingRequest>,
        options: Option<Resource<RequestOptions>>,
    ) -> Result<Resource<FutureResponse>> {
        let target = self.http.table.get(&worker)?.0.clone();
        let future = match exchange::outgoing(&mut self.http, request, options)? {
            Ok((request, options)) => FutureResponse::pending(target.fetch(request, options)),
            Err(code) => FutureResponse::failed(DispatchError::WorkerError(code)),
        };
        Ok(self.http.table.push(future)?)
    }

    fn forward(
        &mut self,
        worker: Resource<Worker>,
        request: Resource<HostIncomingRequest>,
    ) -> Result<Resource<FutureResponse>> {
        let target = self.http.table.get(&worker)?.0.clone();
        let request = exchange::incoming(&mut self.http, request)?;
        Ok(self.http.table.push(FutureResponse::pending(target.fetch(request, None)))?)
    }

    fn drop(&mut self, worker: Resource<Worker>) -> Result<()> {
        self.http.table.delete(worker)?;
        Ok(())
    }
}

impl HostFutureResponse for PlatformCtx<'_> {
    fn subscribe(&mut self, future: Resource<FutureResponse>) -> Result<Resource<DynPollable>> {
        wasmtime_wasi::p2::subscribe(self.http.table, future)
    }

    #[allow(clippy::type_complexity, reason = "the shape of the WIT function")]
    fn get(
        &mut self,
        future: Resource<FutureResponse>,
    ) -> Result<Option<Result<Result<Resource<HostIncomingResponse>, WitError>, ()>>> {
        Ok(match self.http.table.get_mut(&future)?.take() {
            None => None,
            Some(Err(())) => Some(Err(())),
            Some(Ok(Err(error))) => Some(Ok(Err(error.into()))),
            Some(Ok(Ok(response))) => Some(Ok(Ok(exchange::resource(&mut self.http, response)?))),
        })
    }

    fn drop(&mut self, future: Resource<FutureResponse>) -> Result<()> {
        self.http.table.delete(future)?;
        Ok(())
    }
}

impl From<Options> for GetOptions {
    fn from(options: Options) -> Self {
        let limits = options.limits.map_or_else(Limits::default, |limits| Limits {
            cpu_ms: limits.cpu_ms,
            wall_ms: limits.wall_ms,
            memory_bytes: limits.memory_bytes,
            subrequests: limits.subrequests,
        });
        Self { props: options.props, limits, outbound: options.outbound }
    }
}

impl From<DispatchError> for WitError {
    fn from(error: DispatchError) -> Self {
        match error {
            DispatchError::UnknownBinding(name) => Self::UnknownBinding(name),
            DispatchError::InvalidName(text) => Self::InvalidName(text),
            DispatchError::WorkerNotFound(name) => Self::WorkerNotFound(name),
            DispatchError::Parameter(text) => Self::Parameter(text),
            DispatchError::Limit(text) => Self::Limit(text),
            DispatchError::WorkerFailed(text) => Self::WorkerFailed(text),
            DispatchError::WorkerError(code) => Self::WorkerError(code),
            DispatchError::DepthExceeded(depth) => Self::DepthExceeded(depth),
            DispatchError::Internal(text) => Self::Internal(text),
        }
    }
}

impl From<WitError> for DispatchError {
    fn from(error: WitError) -> Self {
        match error {
            WitError::UnknownBinding(name) => Self::UnknownBinding(name),
            WitError::InvalidName(text) => Self::InvalidName(text),
            WitError::WorkerNotFound(name) => Self::WorkerNotFound(name),
            WitError::Parameter(text) => Self::Parameter(text),
            WitError::Limit(text) => Self::Limit(text),
            WitError::WorkerFailed(text) => Self::WorkerFailed(text),
            WitError::WorkerError(code) => Self::WorkerError(code),
            WitError::DepthExceeded(depth) => Self::DepthExceeded(depth),
            WitError::Internal(text) => Self::Internal(text),
        }
    }
}
