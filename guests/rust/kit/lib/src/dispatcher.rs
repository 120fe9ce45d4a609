//! Dispatch: to pick a worker by name from a namespace, and hand it requests.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::wasi::generated::tollgate::platform::dispatcher as platform;
use crate::wasi::{Body, ErrorCode, Request, Response};

/// A dispatch binding.
pub fn dispatcher(binding: impl Into<String>) -> Dispatcher {
    Dispatcher { binding: binding.into() }
}

/// A namespace of customers' workers.
#[derive(Debug, Clone)]
pub struct Dispatcher {
    binding: String,
}

/// What a dispatch attaches.
#[derive(Debug, Clone, Default)]
pub struct Options<'a> {
    /// For the worker itself (`tollgate::props`).
    pub props: Option<Value>,
    /// Ceilings, which only tighten those already in force.
    pub limits: Limits,
    /// For the outbound worker: its parameters, by name.
    pub outbound: BTreeMap<&'a str, Value>,
}

/// Ceilings for one dispatch.
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// CPU time in milliseconds.
    pub cpu_ms: Option<u64>,
    /// Time on the clock in milliseconds.
    pub wall_ms: Option<u64>,
    /// Bytes of all memories and tables together.
    pub memory_bytes: Option<u64>,
    /// Requests that the worker may send.
    pub subrequests: Option<u64>,
}

/// A customer's worker, to hand requests to.
#[derive(Debug)]
pub struct Worker {
    handle: platform::Worker,
}

/// Why a dispatch failed; it is displayed in Cloudflare's words (`Worker not found.`).
#[derive(Debug, Clone)]
pub struct DispatchError {
    /// The kind of failure.
    pub reason: Reason,
    message: String,
}

/// The kind of a failed dispatch. A later version of the platform may have others.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Reason {
    /// This worker has no dispatch binding of this name.
    UnknownBinding,
    /// A worker cannot have this name.
    InvalidName,
    /// The namespace has no worker of this name.
    WorkerNotFound,
    /// A parameter, or the props, were rejected.
    Parameter,
    /// The worker reached a limit.
    Limit,
    /// The worker failed; the words are for the operator's eyes.
    WorkerFailed,
    /// The worker answered with an error of its own.
    WorkerError(ErrorCode),
    /// Dispatches are nested too deeply, as in a loop.
    DepthExceeded,
    /// The host has no room for another instance at the moment.
    Overloaded,
    /// The host is at fault; its log says more.
    Internal,
    /// A kind that this crate does not know, by its code. Treat it like `Internal`.
    Other(String),
}

impl Dispatcher {
    /// Gets a worker. That no such worker exists shows when it is used; a wrong binding, name or parameter shows here.
    pub fn get(&self, name: &str, options: Options<'_>) -> Result<Worker, DispatchError> {
        let attached = options.attached();
        Ok(Worker { handle: platform::get(&self.binding, name, attached)? })
    }
}

impl Options<'_> {
    /// None if there is nothing to attach.
    fn attached(self) -> Option<platform::Options> {
        let Limits { cpu_ms, wall_ms, memory_bytes, subrequests } = self.limits;
        let limits = [
            (cpu_ms, platform::Options::set_cpu_ms as fn(&platform::Options, u64)),
            (wall_ms, platform::Options::set_wall_ms),
            (memory_bytes, platform::Options::set_memory_bytes),
            (subrequests, platform::Options::set_subrequests),
        ];
        if self.props.is_none() && self.outbound.is_empty() && limits.iter().all(|(limit, _)| limit.is_none()) {
            return None;
        }
        let options = platform::Options::new();
        if let Some(props) = self.props {
            options.set_props(&props.to_string());
        }
        if !self.outbound.is_empty() {
            let parameters = self.outbound.into_iter().map(|(name, value)| (name.to_owned(), value.to_string()));
            options.set_parameters(&parameters.collect::<Vec<_>>());
        }
        for (limit, set) in limits {
            if let Some(limit) = limit {
                set(&options, limit);
            }
        }
        Some(options)
    }
}

impl Worker {
    /// Hands it a request. Bodies that are not read here stream past.
    pub async fn fetch<B: Into<Body>>(&self, request: Request<B>) -> Result<Response<Body>, DispatchError> {
        crate::wasi::dispatch(&self.handle, request.map(Into::into)).await
    }
}

impl fmt::Display for DispatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DispatchError {}

impl From<platform::DispatchError> for DispatchError {
    fn from(error: platform::DispatchError) -> Self {
        let code = error.code();
        let reason = match &*code {
            "unknown-binding" => Reason::UnknownBinding,
            "invalid-name" => Reason::InvalidName,
            "worker-not-found" => Reason::WorkerNotFound,
            "parameter" => Reason::Parameter,
            "limit" => Reason::Limit,
            "worker-failed" => Reason::WorkerFailed,
            "worker-error" => Reason::WorkerError(error.http_error().unwrap_or(ErrorCode::InternalError(None))),
            "depth-exceeded" => Reason::DepthExceeded,
            "overloaded" => Reason::Overloaded,
            "internal" => Reason::Internal,
            _ => Reason::Other(code),
        };
        Self { reason, message: error.message() }
    }
}

/// An error of a request that is not well-formed, or of a response that cannot be read.
impl From<ErrorCode> for DispatchError {
    fn from(error: ErrorCode) -> Self {
        let message = format!("worker answered with an error: {error:?}");
        Self { reason: Reason::WorkerError(error), message }
    }
}
