//! Where a worker leaves its response for the caller that polls it. No waker: it is only ever set while being polled.

use std::sync::{Arc, Mutex, PoisonError};

use wasmtime_wasi_http::{Error, WasiBody};

type Answer = Result<http::Response<WasiBody>, Error>;

#[derive(Clone, Default)]
pub(super) struct Head(Arc<Mutex<Option<Answer>>>);

impl Head {
    pub(super) fn set(&self, answer: Answer) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
    }

    pub(super) fn take(&self) -> Option<Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
