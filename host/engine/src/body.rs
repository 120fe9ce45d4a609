//! Bodies that a worker sends, guarded: a truncated body must not look like a complete one, a body must have the length that its head
//! gives, and a body that has lost its reader must stop the worker that writes it.
//!
//! hyper cuts a body at the length in its head and reports nothing. So a frame that goes beyond it is an error here; and before
//! the last frame is handed on, the body is asked once for more. A worker that waits before it writes too much gets
//! an error from its own write, and the reader has what the head promised. A body of length 0 has no frame that hyper would ask for:
//! it is asked once before its head is handed on.
//!
//! If the receiver drops a request body, the host first drains a little more of it, as servers do that close a connection while a client
//! still sends (RFC 9112, section 9.6). Otherwise the sender would see a write error, and many clients then discard the response
//! that is already on its way (`wstd`'s does for an empty body): the outcome would depend on which side is quicker.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, Empty};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::continuation::Continuation;
use crate::framing::{self, Length, Malformed};
use crate::progress::{response_failed, response_over};
use crate::{CallError, Invocation};

/// Bytes of a request's body that are drained after its receiver has left, before the sending worker sees an error: a form or a
/// JSON text is shorter.
const UNREAD_BYTES: usize = 256 * 1024;

/// How long draining may take: without this bound, a worker that hands on a slow upload would live as long as the upload. Neither
/// is a setting: they are a courtesy to clients that send while they are answered, and no load makes them larger.
const UNREAD_FOR: Duration = Duration::from_secs(5);

/// A worker's body. It ends with an error if the worker's invocation was aborted.
pub struct Guarded {
    inner: WasiBody,
    /// The invocation that sends it.
    invocation: Arc<dyn Invocation>,
    /// What the worker still does. If the body is dropped before its end, this is dropped with it.
    continuation: Continuation,
    length: Length,
    /// Bytes so far.
    found: u64,
    /// What was read beyond the last byte.
    ahead: Option<Ahead>,
    /// Whether a worker of WASI 0.2 sends it: wasmtime calls a body that it abandons a protocol error.
    p2: bool,
    side: Side,
}

/// What follows the last byte of a body.
enum Ahead {
    Trailers(Frame<Bytes>),
    End,
}

type Polled = Poll<Option<Result<Frame<Bytes>, Error>>>;

/// Which body it is, until it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
    Ended,
}

impl Guarded {
    /// Guards the body of a request that this invocation sends. A body that has ended already, as its head says, needs no guard.
    ///
    /// # Errors
    /// If the head gives no length that a body could have.
    pub fn request(request: &mut http::Request<WasiBody>, invocation: Arc<dyn Invocation>) -> Result<(), Malformed> {
        let length = framing::of_request(request.headers_mut())?;
        let inner = std::mem::take(request.body_mut());
        *request.body_mut() = match length {
            Length::Of(0) | Length::Unknown if inner.is_end_stream() => inner,
            length => WasiBody::new(Self::new(inner, invocation, Continuation::ended(), length, Side::Request)),
        };
        Ok(())
    }

    /// Guards the body of a response, which a worker of WASI 0.2 sends or not.
    pub(crate) fn response(
        inner: WasiBody,
        invocation: Arc<dyn Invocation>,
        continuation: Continuation,
        length: Length,
        p2: bool,
    ) -> Self {
        let mut guarded = Self::new(inner, invocation, continuation, length, Side::Response);
        guarded.p2 = p2;
        guarded
    }

    /// Whether nothing asks for the body of a response of length 0, although it may have bytes.
    pub(crate) fn is_unasked(&self) -> bool {
        self.length == Length::Of(0) && !self.inner.is_end_stream()
    }

    /// Asks once for a byte of a body that has none.
    pub(crate) async fn asked(mut self) -> Result<Self, CallError> {
        match poll_fn(|cx| Poll::Ready(self.last(None, 0, cx))).await {
            Some(Err(Error::HttpResponseBodySize(_))) => Err(CallError::Malformed(Malformed::Long(0))),
            Some(Err(error)) => Err(CallError::Answered(error)),
            Some(Ok(_)) | None => Ok(self),
        }
    }

    fn new(
        inner: WasiBody,
        invocation: Arc<dyn Invocation>,
        continuation: Continuation,
        length: Length,
        side: Side,
    ) -> Self {
        Self { inner, invocation, continuation, length, found: 0, ahead: None, p2: false, side }
    }

    /// Bytes still to come, if the head gives a length: a reader that has them all does not poll for the end.
    fn left(&self) -> Option<u64> {
        match self.length {
            Length::None { .. } => Some(0),
            Length::Of(bytes) => Some(bytes.saturating_sub(self.found)),
            Length::Unknown => None,
        }
    }

    /// The next frame as the worker sends it, for which the worker may have to go on.
    fn sent(&mut self, cx: &mut Context<'_>) -> Polled {
        let mut polled = Pin::new(&mut self.inner).poll_frame(cx);
        if polled.is_pending() && self.continuation.poll(cx) {
            polled = Pin::new(&mut self.inner).poll_frame(cx);
        }
        match polled {
            Poll::Ready(Some(Err(Error::HttpProtocolError))) if self.p2 => {
                Poll::Ready(Some(Err(Error::HttpResponseIncomplete)))
            }
            polled => polled,
        }
    }

    /// The next frame, if it fits the head.
    fn next(&mut self, cx: &mut Context<'_>) -> Polled {
        match self.ahead.take() {
            Some(Ahead::Trailers(trailers)) => {
                self.ahead = Some(Ahead::End);
                return Poll::Ready(Some(Ok(trailers)));
            }
            Some(Ahead::End) => {
                self.ahead = Some(Ahead::End);
                return Poll::Ready(None);
            }
            None => {}
        }
        let frame = ready!(self.sent(cx));
        match self.length {
            Length::None { .. } => Poll::Ready(self.nothing(frame)),
            Length::Of(said) => Poll::Ready(self.fitting(frame, said, cx)),
            Length::Unknown => Poll::Ready(frame),
        }
    }

    /// In the place of the frames of a message that has no body: shorter than its head says, as it must be.
    fn nothing(&mut self, frame: Option<Result<Frame<Bytes>, Error>>) -> Option<Result<Frame<Bytes>, Error>> {
        match frame {
            Some(Err(error)) if !matches!(error, Error::HttpResponseBodySize(_)) => Some(Err(error)),
            _ => {
                self.ahead = Some(Ahead::End);
                None
            }
        }
    }

    /// A frame of a body whose head gives a length.
    fn fitting(
        &mut self,
        frame: Option<Result<Frame<Bytes>, Error>>,
        said: u64,
        cx: &mut Context<'_>,
    ) -> Option<Result<Frame<Bytes>, Error>> {
        let bytes = match &frame {
            Some(Ok(frame)) => frame.data_ref().map(|data| data.len() as u64),
            Some(Err(error)) => {
                self.told(error, said);
                return frame;
            }
            None => None,
        };
        let aborted = self.invocation.progress().is_aborted();
        let found = self.found.saturating_add(bytes.unwrap_or_default());
        match bytes {
            Some(_) if found > said => Some(Err(self.malformed(Malformed::Long(said), found))),
            Some(1..) if found == said => self.last(frame, said, cx),
            None if found < said && !aborted => {
                self.ahead = Some(Ahead::End);
                Some(Err(self.malformed(Malformed::Short { said, found }, found)))
            }
            _ => frame,
        }
    }

    /// The frame with the last byte that the head promises, unless more follows at once.
    fn last(
        &mut self,
        frame: Option<Result<Frame<Bytes>, Error>>,
        said: u64,
        cx: &mut Context<'_>,
    ) -> Option<Result<Frame<Bytes>, Error>> {
        match self.sent(cx) {
            Poll::Ready(Some(Ok(next))) => match next.data_ref().map(Bytes::len) {
                None => self.ahead = Some(Ahead::Trailers(next)),
                Some(0) => {}
                Some(more) => {
                    return Some(Err(self.malformed(Malformed::Long(said), said.saturating_add(more as u64))));
                }
            },
            Poll::Ready(Some(Err(error))) => {
                self.told(&error, said);
                return Some(Err(error));
            }
            Poll::Ready(None) => self.ahead = Some(Ahead::End),
            Poll::Pending => {}
        }
        frame
    }

    /// Of the bodies of WASI 0.3, wasmtime itself tells if they do not fit their heads.
    fn told(&mut self, error: &Error, said: u64) {
        if let Error::HttpResponseBodySize(Some(found)) = *error
            && !self.invocation.progress().is_aborted()
        {
            let why = if found > said { Malformed::Long(said) } else { Malformed::Short { said, found } };
            self.malformed(why, found);
        }
    }

    /// The error of a body that does not fit its head. Of a response, the log has it too; the sender of a request learns it.
    fn malformed(&mut self, why: Malformed, found: u64) -> Error {
        if self.side == Side::Request {
            return Error::HttpRequestBodySize(Some(found));
        }
        response_failed(&*self.invocation, &CallError::Malformed(why));
        Error::HttpResponseBodySize(Some(found))
    }

    /// Notes the bytes of a frame.
    fn count(&mut self, data: &Bytes, cx: &mut Context<'_>) {
        if self.side == Side::Response {
            self.invocation.progress().count_out(data.len());
        }
        self.found = self.found.saturating_add(data.len() as u64);
        if self.left() == Some(0) {
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
        match (&self.ahead, self.length) {
            (Some(Ahead::End), _) | (None, Length::None { .. }) => true,
            (Some(Ahead::Trailers(_)), _) => false,
            // A body that is too short must be read to its end, where the error is.
            (None, Length::Of(said)) if self.found < said => false,
            (None, Length::Of(_) | Length::Unknown) => self.inner.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.left().map_or_else(|| self.inner.size_hint(), SizeHint::with_exact)
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let ended = self.is_end_stream();
        match self.side {
            Side::Request if !ended => {
                let nothing = Empty::new().map_err(|never| match never {}).boxed_unsync();
                let rest = unread(std::mem::replace(&mut self.inner, nothing)).boxed();
                self.invocation.progress().in_flight().hand_over(rest);
            }
            Side::Response => self.over(ended || self.left() == Some(0)),
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
#[allow(clippy::panic, clippy::unwrap_used, reason = "tests")]
mod tests {
    use http_body_util::{Full, StreamBody};

    use super::*;
    use crate::progress::tests::Reported;

    fn guarded(inner: WasiBody, length: Option<&str>, invocation: &Arc<Reported>) -> WasiBody {
        let mut request = http::Request::new(inner);
        if let Some(length) = length {
            request.headers_mut().insert(http::header::CONTENT_LENGTH, length.parse().unwrap());
        }
        Guarded::request(&mut request, invocation.clone()).unwrap();
        request.into_body()
    }

    fn body(invocation: &Arc<Reported>) -> WasiBody {
        let inner = Full::new(Bytes::from_static(b"half")).map_err(|never| match never {}).boxed_unsync();
        guarded(inner, None, invocation)
    }

    fn pieces(pieces: &[&'static str]) -> WasiBody {
        let frames: Vec<_> = pieces.iter().map(|piece| Ok(Frame::data(Bytes::from_static(piece.as_bytes())))).collect();
        WasiBody::new(StreamBody::new(futures::stream::iter(frames)))
    }

    fn answer(inner: WasiBody, length: Length, invocation: &Arc<Reported>) -> Guarded {
        Guarded::response(inner, invocation.clone(), Continuation::ended(), length, false)
    }

    fn response(inner: WasiBody, length: Length, invocation: &Arc<Reported>) -> WasiBody {
        WasiBody::new(answer(inner, length, invocation))
    }

    #[tokio::test]
    async fn a_body_of_length_zero_is_asked_once() {
        let invocation = Arc::new(Reported::new());
        let refused = answer(pieces(&["hello"]), Length::Of(0), &invocation).asked().await;
        assert!(matches!(refused, Err(CallError::Malformed(Malformed::Long(0)))));
        for inner in [pieces(&[]), WasiBody::new(StreamBody::new(futures::stream::pending()))] {
            let empty = answer(inner, Length::Of(0), &invocation);
            assert!(empty.is_unasked());
            assert!(empty.asked().await.is_ok());
        }
        assert!(!answer(pieces(&["hello"]), Length::Of(5), &invocation).is_unasked());
    }

    #[tokio::test]
    async fn a_body_that_does_not_fit_its_length_ends_with_an_error() {
        for (sent, found) in [
            (&["hello"][..], Some(5)),
            (&["hel", "lo"], Some(5)),
            (&["he"], Some(2)),
            (&[], Some(0)),
            (&["hel"], None),
            (&["h", "", "el", ""], None),
        ] {
            let invocation = Arc::new(Reported::new());
            let read = response(pieces(sent), Length::Of(3), &invocation).collect().await;
            match (read, found) {
                (Ok(read), None) => assert_eq!(read.to_bytes(), "hel"),
                (Err(Error::HttpResponseBodySize(bytes)), found) => assert_eq!(bytes, found, "{sent:?}"),
                (other, found) => panic!("{sent:?}: {other:?} {found:?}"),
            }
            let read = guarded(pieces(sent), Some("3"), &invocation).collect().await;
            match read {
                Ok(_) => assert_eq!(found, None, "{sent:?}"),
                Err(error) => {
                    assert!(matches!(error, Error::HttpRequestBodySize(bytes) if bytes == found), "{error:?}")
                }
            }
        }
    }

    #[tokio::test]
    async fn the_last_frame_does_not_wait_for_the_end() {
        use futures::StreamExt as _;
        let invocation = Arc::new(Reported::new());
        let first = futures::stream::iter([Ok(Frame::data(Bytes::from_static(b"hel")))]);
        let endless = WasiBody::new(StreamBody::new(first.chain(futures::stream::pending())));
        let mut body = response(endless, Length::Of(3), &invocation);
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "hel");
    }

    #[tokio::test]
    async fn trailers_come_after_a_body_of_a_known_length() {
        let invocation = Arc::new(Reported::new());
        let full = Full::new(Bytes::from_static(b"hel")).map_err(|never| match never {});
        let trailers = full.with_trailers(async { Some(Ok(http::HeaderMap::new())) }).boxed_unsync();
        let mut body = response(trailers, Length::Of(3), &invocation);
        assert!(body.frame().await.unwrap().unwrap().is_data());
        assert!(body.frame().await.unwrap().unwrap().is_trailers());
        assert!(body.frame().await.is_none());
    }

    #[tokio::test]
    async fn a_message_without_a_body_has_no_frames() {
        for given in [true, false] {
            let invocation = Arc::new(Reported::new());
            let mut body = response(pieces(&["hello"]), Length::None { given }, &invocation);
            assert!(body.is_end_stream());
            assert!(body.frame().await.is_none());
            assert!(body.frame().await.is_none());
        }
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
        let mut cut = guarded(trailers, None, &invocation);
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
