//! Bodies that a worker sends, guarded: a truncated body must not look like a complete one, and a body that has lost its reader
//! must stop the worker that writes it.
//!
//! If the receiver drops a request body, the host first drains a little more of it, as servers do that close a connection while a client
//! still sends (RFC 9112, section 9.6). Otherwise the sender would see a write error, and many clients then discard the response
//! that is already on its way (`wstd`'s does for an empty body): the outcome would depend on which side is quicker.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, Empty};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::Invocation;
use crate::continuation::Continuation;
use crate::progress::response_over;

/// Bytes of a request's body that are drained after its receiver has left, before the sending worker sees an error: a form or a
/// JSON text is shorter.
const UNREAD_BYTES: usize = 256 * 1024;

/// How long draining may take: without this bound, a worker that hands on a slow upload would live as long as the upload. Neither
/// is a setting: they are a courtesy to clients that send while they are answered, and no load makes them larger.
const UNREAD_FOR: Duration = Duration::from_secs(5);

/// How long the body of a response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// It has none, whatever its head says.
    None,
    /// Of so many bytes.
    Of(u64),
    /// The head does not say.
    Unknown,
}

/// A worker's body. It ends with an error if the worker's invocation was aborted.
pub struct Guarded {
    inner: WasiBody,
    /// The invocation that sends it.
    invocation: Arc<dyn Invocation>,
    /// What the worker still does. If the body is dropped before its end, this is dropped with it.
    continuation: Continuation,
    /// Bytes still to come, if the head gives a length: a reader that has them all does not poll for the end.
    left: Option<u64>,
    /// Whether the message has no body: the length in its head is that of another response (RFC 9110, section 8.6).
    empty: bool,
    side: Side,
}

/// Which body it is, until it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
    Ended,
}

impl Guarded {
    /// Guards a request body that this invocation sends. A body that has ended already needs no guard.
    pub fn request(inner: WasiBody, invocation: Arc<dyn Invocation>) -> WasiBody {
        if inner.is_end_stream() {
            return inner;
        }
        let continuation = Continuation::ended();
        WasiBody::new(Self { inner, invocation, continuation, left: None, empty: false, side: Side::Request })
    }

    pub(crate) fn response(
        inner: WasiBody,
        invocation: Arc<dyn Invocation>,
        continuation: Continuation,
        length: Length,
    ) -> WasiBody {
        let (left, empty) = match length {
            Length::None => (Some(0), true),
            Length::Of(bytes) => (Some(bytes), false),
            Length::Unknown => (None, false),
        };
        WasiBody::new(Self { inner, invocation, continuation, left, empty, side: Side::Response })
    }

    /// The next frame, for which the worker may have to go on.
    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let mut polled = Pin::new(&mut self.inner).poll_frame(cx);
        if polled.is_pending() && self.continuation.poll(cx) {
            polled = Pin::new(&mut self.inner).poll_frame(cx);
        }
        match polled {
            // Shorter than its head says, as it must be.
            Poll::Ready(Some(Err(Error::HttpResponseBodySize(_)))) if self.empty => Poll::Ready(None),
            polled => polled,
        }
    }

    /// Notes the bytes of a frame.
    fn count(&mut self, data: &Bytes, cx: &mut Context<'_>) {
        if self.side == Side::Response {
            self.invocation.progress().count_out(data.len());
        }
        self.left = self.left.map(|left| left.saturating_sub(data.len() as u64));
        if self.left == Some(0) {
            self.end(cx);
        }
    }

    /// The body has ended. Most workers end too, once they are polled again.
    fn end(&mut self, cx: &mut Context<'_>) {
        self.continuation.poll(cx);
        self.over(true);
    }

    /// Nothing reads the body any more.
    fn over(&mut self, complete: bool) {
        let side = std::mem::replace(&mut self.side, Side::Ended);
        if complete {
            self.continuation.release(&*self.invocation);
        } else {
            self.continuation = Continuation::ended();
        }
        if side == Side::Response {
            response_over(&*self.invocation, complete);
        }
    }
}

impl Body for Guarded {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = self.next(cx);
        // Nothing comes after trailers.
        let last = |frame: &Result<Frame<Bytes>, _>| frame.as_ref().is_ok_and(Frame::is_trailers);
        let ended = matches!(&polled, Poll::Ready(frame) if frame.as_ref().is_none_or(last));
        if ended && self.invocation.progress().is_aborted() {
            self.side = Side::Ended;
            return Poll::Ready(Some(Err(Error::HttpResponseIncomplete)));
        }
        match &polled {
            Poll::Ready(None) => self.end(cx),
            Poll::Ready(Some(Ok(frame))) => match frame.data_ref() {
                Some(data) => self.count(data, cx),
                None => self.end(cx),
            },
            Poll::Ready(Some(Err(_))) if self.side == Side::Request => self.side = Side::Ended,
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let ended = self.inner.is_end_stream();
        match self.side {
            Side::Request if !ended => {
                let nothing = Empty::new().map_err(|never| match never {}).boxed_unsync();
                let rest = unread(std::mem::replace(&mut self.inner, nothing)).boxed();
                self.invocation.progress().in_flight().hand_over(rest);
            }
            Side::Response => self.over(ended || self.left == Some(0)),
            Side::Request | Side::Ended => {}
        }
    }
}

/// The body of the request that an invocation serves: its bytes are counted as the worker reads them.
pub(crate) struct Received<I> {
    inner: WasiBody,
    invocation: Arc<I>,
}

impl<I: Invocation> Received<I> {
    /// Counts the body of a request. A body that has ended already has nothing to count.
    pub(crate) fn request(request: http::Request<WasiBody>, invocation: &Arc<I>) -> http::Request<WasiBody> {
        match request.body().is_end_stream() {
            true => request,
            false => request.map(|inner| WasiBody::new(Self { inner, invocation: invocation.clone() })),
        }
    }
}

impl<I: Invocation> Body for Received<I> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        if let Some(data) = polled.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
            self.invocation.progress().count_in(data.len());
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Drains a little of a body whose receiver has left.
async fn unread(mut body: WasiBody) {
    let a_little = async {
        let mut bytes = 0;
        while bytes < UNREAD_BYTES
            && let Some(Ok(frame)) = body.frame().await
        {
            bytes += frame.data_ref().map_or(0, Bytes::len);
        }
    };
    // Either way the body is dropped now, and its sender sees an error.
    let _late = tokio::time::timeout(UNREAD_FOR, a_little).await;
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http_body_util::{Full, StreamBody};

    use super::*;
    use crate::progress::tests::Reported;

    fn body(invocation: &Arc<Reported>) -> WasiBody {
        let inner = Full::new(Bytes::from_static(b"half")).map_err(|never| match never {}).boxed_unsync();
        Guarded::request(inner, invocation.clone())
    }

    #[tokio::test]
    async fn a_body_of_an_aborted_invocation_ends_with_an_error() {
        let invocation = Arc::new(Reported::new());
        let mut cut = body(&invocation);
        assert_eq!(body(&invocation).collect().await.unwrap().to_bytes(), "half");
        assert!(cut.frame().await.unwrap().is_ok());
        invocation.progress().mark_aborted();
        assert!(matches!(cut.frame().await, Some(Err(Error::HttpResponseIncomplete))));
        // Trailers are an end too.
        let full = Full::new(Bytes::from_static(b"half")).map_err(|never| match never {});
        let trailers = full.with_trailers(async { Some(Ok(http::HeaderMap::new())) }).boxed_unsync();
        let mut cut = Guarded::request(trailers, invocation.clone());
        assert!(cut.frame().await.unwrap().unwrap().is_data());
        assert!(matches!(cut.frame().await, Some(Err(Error::HttpResponseIncomplete))));
        // Nothing is drained after an error.
        drop(cut);
        assert!(invocation.progress().in_flight().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn draining_ends_although_the_body_does_not() {
        let pieces = |every: Duration| {
            let drops = futures::stream::unfold((), move |()| async move {
                tokio::time::sleep(every).await;
                Some((Ok(Frame::data(Bytes::from_static(b"drop"))), ()))
            });
            WasiBody::new(StreamBody::new(drops))
        };
        for body in [pieces(Duration::from_millis(100)), pieces(Duration::MAX)] {
            let began = tokio::time::Instant::now();
            unread(body).await;
            assert_eq!(began.elapsed(), UNREAD_FOR);
        }
    }
}
