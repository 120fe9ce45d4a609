//! The `future-response` resource.

use futures::future::BoxFuture;
use wasmtime_wasi::p2::Pollable;
use wasmtime_wasi::runtime::{AbortOnDropJoinHandle, spawn};
use wasmtime_wasi_http::WasiBody;

use super::DispatchError;

type Outcome = Result<http::Response<WasiBody>, DispatchError>;

/// A response on its way. Dropped before it arrives, it cancels the dispatch.
#[allow(unreachable_pub, reason = "bindgen re-exports it")]
pub enum FutureResponse {
    Pending(AbortOnDropJoinHandle<Outcome>),
    Ready(Box<Outcome>),
    Taken,
}

impl FutureResponse {
    pub(super) fn pending(dispatch: BoxFuture<'static, Outcome>) -> Self {
        Self::Pending(spawn(dispatch))
    }

    pub(super) fn failed(error: DispatchError) -> Self {
        Self::Ready(Box::new(Err(error)))
    }

    /// None while it is on its way, an error once it was taken.
    pub(super) fn take(&mut self) -> Option<Result<Outcome, ()>> {
        match std::mem::replace(self, Self::Taken) {
            Self::Ready(outcome) => Some(Ok(*outcome)),
            Self::Taken => Some(Err(())),
            pending @ Self::Pending(_) => {
                *self = pending;
                None
            }
        }
    }
}

#[async_trait::async_trait]
impl Pollable for FutureResponse {
    async fn ready(&mut self) {
        if let Self::Pending(dispatch) = self {
            *self = Self::Ready(Box::new(dispatch.await));
        }
    }
}
