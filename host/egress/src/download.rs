//! A response body on its way in: an origin that falls silent or hangs up ends it with an error, never with a clean end.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};
use wasmtime_wasi_http::Error;

use crate::connections::Marked;
use crate::fault;

/// The body of a response. Time counts only while a reader waits, so a slow reader is never the origin's silence.
pub(crate) struct Download {
    /// Dropped at the first error, which closes the connection.
    inner: Option<Incoming>,
    between_bytes: Duration,
    silence: Pin<Box<Sleep>>,
    waits: bool,
    /// Of the connection, which is idle when the body has ended.
    mark: Option<Marked>,
}

impl Download {
    pub(crate) fn new(inner: Incoming, between_bytes: Duration, mark: Option<Marked>) -> Self {
        Self { inner: Some(inner), between_bytes, silence: Box::pin(sleep(between_bytes)), waits: false, mark }
    }

    fn rest(&mut self) {
        if let Some(Marked(mark)) = self.mark.take() {
            mark.rest();
        }
    }

    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        if !self.waits {
            self.waits = true;
            self.silence.as_mut().reset(Instant::now() + self.between_bytes);
        }
        self.silence.as_mut().poll(cx).map(|()| Error::ConnectionReadTimeout)
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.rest();
    }
}

impl Body for Download {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let error = match Pin::new(inner).poll_frame(cx) {
            Poll::Ready(Some(Err(error))) => fault::of_body(&error),
            Poll::Ready(frame) => {
                self.waits = false;
                if frame.is_none() {
                    self.rest();
                }
                return Poll::Ready(frame.map(|frame| frame.map_err(|error| fault::of_body(&error))));
            }
            Poll::Pending => std::task::ready!(self.poll_silence(cx)),
        };
        self.inner = None;
        Poll::Ready(Some(Err(error)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(SizeHint::default, Incoming::size_hint)
    }
}
