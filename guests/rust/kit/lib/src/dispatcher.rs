//! Dispatch: to pick a worker by name from a namespace, and hand it requests.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::wasi::generated::tollgate::platform::dispatcher as platform;
use crate::wasi::{Body, Request, Response};

pub use platform::DispatchError as Reason;

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
}

impl Dispatcher {
    /// Gets a worker. That no such worker exists shows when it is used; a wrong binding, name or parameter shows here.
    pub fn get(&self, name: &str, options: Options<'_>) -> Result<Worker, DispatchError> {
        let Limits { cpu_ms, wall_ms, memory_bytes, subrequests } = options.limits;
        let outbound = options.outbound.into_iter().map(|(name, value)| (name.to_owned(), value.to_string()));
        let options = platform::Options {
            props: options.props.map(|props| props.to_string()),
            limits: Some(platform::Limits { cpu_ms, wall_ms, memory_bytes, subrequests }),
            outbound: outbound.collect(),
        };
        Ok(Worker { handle: platform::get(&self.binding, name, &options)? })
    }
}

impl Worker {
    /// Hands it a request. Bodies that are not read here stream past.
    pub async fn fetch<B: Into<Body>>(&self, request: Request<B>) -> Result<Response<Body>, DispatchError> {
        Ok(crate::wasi::dispatch(&self.handle, request.map(Into::into)).await?)
    }
}

impl fmt::Display for DispatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&platform::message(&self.reason))
    }
}

impl std::error::Error for DispatchError {}

impl From<Reason> for DispatchError {
    fn from(reason: Reason) -> Self {
        Self { reason }
    }
}
