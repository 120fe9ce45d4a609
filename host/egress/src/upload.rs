//! A request body on its way out: tells the clock of each frame, and keeps the worker's own error for the report.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;
use wasmtime_wasi_http::{Error, WasiBody};

use crate::clock::Clock;

/// How long a request of length 0 waits for the end of its body, which hyper would never ask for. Not a setting: it is for a worker
/// that writes after it has sent the head, and one that keeps its body open gets its answer after that.
const EMPTY_FOR: Duration = Duration::from_secs(1);

/// The body that hyper's client is given.
pub(crate) struct Upload {
    inner: WasiBody,
    clock: Clock,
    fault: UploadFault,
}

/// Where the error of a request body waits until the exchange has failed of it: hyper only lends its errors.
#[derive(Clone, Default)]
pub(crate) struct UploadFault(Arc<Mutex<Option<Error>>>);

/// Stands in for the error that went to the [`UploadFault`].
#[derive(Debug, thiserror::Error)]
#[error("the request body failed")]
pub(crate) struct UploadFailed;

impl Upload {
    pub(crate) fn new(inner: WasiBody, clock: Clock) -> (Self, UploadFault) {
        let fault = UploadFault::default();
        (Self { inner, clock, fault: fault.clone() }, fault)
    }
}

/// Whether the length of a body is 0 although it has not ended.
pub(crate) fn is_unasked(body: &WasiBody) -> bool {
    !body.is_end_stream() && body.size_hint().exact() == Some(0)
}

/// Waits for the end of a body of length 0, or for the error of a body that has more.
pub(crate) async fn asked(mut body: WasiBody) -> Result<WasiBody, Error> {
    let end = async {
        while let Some(frame) = body.frame().await {
            frame?;
        }
        Ok::<_, Error>(())
    };
    // Where it is late, the origin has what the head promises.
    tokio::time::timeout(EMPTY_FOR, end).await.unwrap_or(Ok(()))?;
    Ok(body)
}

impl UploadFault {
    pub(crate) fn take(&self) -> Option<Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set(&self, error: Error) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = UploadFailed;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, UploadFailed>>> {
        let frame = std::task::ready!(Pin::new(&mut self.inner).poll_frame(cx));
        self.clock.restart();
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|error| {
                self.fault.set(error);
                UploadFailed
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
