//! A request's own timeouts between two workers, where no socket applies them.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};
use tollgate_worlds::DispatchError;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::crossing::{Crossing, Destination};

type Response = http::Response<WasiBody>;

/// The timeouts of a crossing that apply here. The egress applies those of a request to the network.
pub(crate) fn in_force(crossing: &Crossing) -> Option<RequestOptions> {
    let set =
        |options: &RequestOptions| options.first_byte_timeout.is_some() || options.between_bytes_timeout.is_some();
    match crossing.to {
        Destination::Worker(_) => crossing.options.filter(set),
        Destination::Network { .. } | Destination::Denied => None,
    }
}

/// Holds a call to the timeouts of its request, which end in the errors that the network gives.
pub(crate) async fn hold(
    options: Option<RequestOptions>,
    call: impl Future<Output = Result<Response, DispatchError>>,
) -> Result<Response, DispatchError> {
    let response = match options.and_then(|options| options.first_byte_timeout) {
        None => call.await?,
        Some(patience) => match tokio::time::timeout(patience, call).await {
            Ok(called) => called?,
            Err(_) => return Err(DispatchError::WorkerError(Error::ConnectionReadTimeout)),
        },
    };
    Ok(between_bytes(options, response))
}

/// Whether the request limits the time between the bytes of the response.
pub(crate) fn counts_bytes(options: Option<RequestOptions>) -> bool {
    options.is_some_and(|options| options.between_bytes_timeout.is_some())
}

/// Ends the body with an error if it stalls longer than the request allows.
fn between_bytes(options: Option<RequestOptions>, response: Response) -> Response {
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
