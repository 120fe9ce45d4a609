//! A request's own timeouts at the hop from worker to worker, where no socket applies them.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};
use tollgate_worlds::DispatchError;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

type Response = http::Response<WasiBody>;

/// Waits for a response no longer than the request says.
pub(crate) async fn first_byte(
    options: Option<RequestOptions>,
    call: impl Future<Output = Result<Response, DispatchError>>,
) -> Result<Result<Response, Error>, Error> {
    match options.and_then(|options| options.first_byte_timeout) {
        None => Ok(call.await.map_err(DispatchError::into_code)),
        Some(patience) => match tokio::time::timeout(patience, call).await {
            Ok(called) => Ok(called.map_err(DispatchError::into_code)),
            Err(_) => Err(Error::ConnectionReadTimeout),
        },
    }
}

/// Whether the time between the bytes of the answer is counted.
pub(crate) fn counts_bytes(options: Option<RequestOptions>) -> bool {
    options.is_some_and(|options| options.between_bytes_timeout.is_some())
}

/// Ends the body with an error where it stalls longer than the request says.
pub(crate) fn between_bytes(options: Option<RequestOptions>, response: Response) -> Response {
    match options.and_then(|options| options.between_bytes_timeout) {
        None => response,
        Some(patience) => response.map(|inner| WasiBody::new(Impatient { inner, patience, alarm: None })),
    }
}

struct Impatient {
    inner: WasiBody,
    patience: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Body for Impatient {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if polled.is_ready() {
            self.alarm = None;
            return polled;
        }
        let until = Instant::now() + self.patience;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        alarm.as_mut().poll(cx).map(|()| Some(Err(Error::ConnectionReadTimeout)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
