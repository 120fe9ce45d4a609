//! What a worker was given: variables, props, parameters and services.

use serde::de::DeserializeOwned;

use crate::wasi::generated::tollgate::platform::{invocation, parameters};
use crate::wasi::generated::wasi::config::store;
use crate::wasi::{Body, ErrorCode, Request, Response};

/// A variable or a secret. One that is JSON is JSON text.
pub fn var(name: &str) -> Option<String> {
    store::get(name).ok().flatten()
}

/// What the dispatch attached for this worker. Where it attached nothing, that is JSON's `null`: an `Option` takes it.
pub fn props<T: DeserializeOwned>() -> serde_json::Result<T> {
    serde_json::from_str(&invocation::props())
}

/// An outbound worker's parameter; none where the binding declares none of that name.
pub fn parameter<T: DeserializeOwned>(name: &str) -> serde_json::Result<Option<T>> {
    use parameters::Value;
    let json = match parameters::get(name) {
        None => return Ok(None),
        Some(Value::Boolean(value)) => value.to_string(),
        Some(Value::Integer(value)) => value.to_string(),
        Some(Value::Number(value)) => serde_json::to_string(&value)?,
        Some(Value::Text(text)) => serde_json::to_string(&text)?,
        Some(Value::Json(text)) => text,
    };
    serde_json::from_str(&json).map(Some)
}

/// Ends this worker as failed. Who dispatched it reads the reason, and so does the operator's log; who sent the request
/// does not. A panic ends it too, with the reason in the log alone.
pub fn fail(reason: &str) -> ! {
    invocation::fail(reason);
    unreachable!("a failed worker does not go on")
}

/// A service or an mTLS-certificate binding.
pub fn service(binding: impl Into<String>) -> Service {
    Service { binding: binding.into() }
}

/// A service or an mTLS-certificate binding, to send requests through. They pass no outbound worker.
#[derive(Debug, Clone)]
pub struct Service {
    binding: String,
}

impl Service {
    /// Sends a request.
    pub async fn fetch<B: Into<Body>>(&self, request: Request<B>) -> Result<Response<Body>, ErrorCode> {
        crate::wasi::through(&self.binding, request.map(Into::into)).await
    }
}
