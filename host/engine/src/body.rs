//! Bodies that a worker sends, watched: a cut-off body must not look like a finished one, and a body that nobody reads
//! any more must stop the worker that makes it.
//!
//! Of a request's body a little more is taken when its reader has left, as servers do that close a connection while a client
//! still sends (RFC 9112, section 9.6). Whoever answers need not read, and the one that sends may be about to write: told
//! that nobody reads, many clients give the answer up (`wstd`'s does for an empty body), so it would hang on who is quicker.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt as _, Empty};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::rest::Rest;
use crate::{Errands, Fate};

/// Bytes of a request's body that are taken when its reader has left, before the worker that sends it is told: a form or a
/// JSON text is shorter, and what goes on and on costs nobody more.
const UNREAD_BYTES: usize = 256 * 1024;

/// How long the host waits for them: a worker that hands on a slow upload would live on with it. Neither is a setting: they are a
/// courtesy to clients that send while they are answered, and no load makes them larger.
const UNREAD_FOR: Duration = Duration::from_secs(5);

/// How long the body of a response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// It has none, whatever its head says.
    None,
    /// Of so many bytes.
    Of(u64),
    /// Nobody says.
    Unknown,
}

/// A worker's body. Ends with an error where the worker's invocation ended badly.
pub struct Guarded {
    inner: WasiBody,
    fate: Arc<Fate>,
    /// What the worker still does; dropped with the body before its end.
    rest: Rest,
    /// Bytes still to come, where the head says how many: a reader that has them all asks for no end.
    left: Option<u64>,
    /// Whether no body belongs to it: its head's length is that of another response (RFC 9110, section 8.6).
    empty: bool,
    /// Of a request that has not ended: the errands of the worker that sends it.
    sender: Option<Arc<Errands>>,
}

impl Guarded {
    /// A request body: the worker that sends it outlives it by other means.
    pub fn request(inner: WasiBody, fate: Arc<Fate>, errands: Arc<Errands>) -> WasiBody {
        let sender = Some(errands);
        WasiBody::new(Self { inner, fate, rest: Rest::ended(), left: None, empty: false, sender })
    }

    pub(crate) fn response(inner: WasiBody, fate: Arc<Fate>, rest: Rest, length: Length) -> WasiBody {
        let (left, empty) = match length {
            Length::None => (Some(0), true),
            Length::Of(bytes) => (Some(bytes), false),
            Length::Unknown => (None, false),
        };
        WasiBody::new(Self { inner, fate, rest, left, empty, sender: None })
    }

    /// The next frame, for which the worker may have to go on.
    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let mut polled = Pin::new(&mut self.inner).poll_frame(cx);
        if polled.is_pending() && self.rest.poll(cx) {
            polled = Pin::new(&mut self.inner).poll_frame(cx);
        }
        match polled {
            // Shorter than its head says, as it must be.
            Poll::Ready(Some(Err(Error::HttpResponseBodySize(_)))) if self.empty => Poll::Ready(None),
            polled => polled,
        }
    }

    /// The body has ended. Most workers have, too, once they are polled again.
    fn end(&mut self, cx: &mut Context<'_>) {
        self.sender = None;
        self.rest.poll(cx);
        self.rest.release();
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
        if ended && self.fate.is_bad() {
            self.sender = None;
            return Poll::Ready(Some(Err(Error::HttpResponseIncomplete)));
        }
        match &polled {
            Poll::Ready(None) => self.end(cx),
            Poll::Ready(Some(Ok(frame))) => match frame.data_ref() {
                Some(data) => {
                    self.left = self.left.map(|left| left.saturating_sub(data.len() as u64));
                    if self.left == Some(0) {
                        self.end(cx);
                    }
                }
                None => self.end(cx),
            },
            Poll::Ready(Some(Err(_))) => self.sender = None,
            Poll::Pending => {}
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
        if self.inner.is_end_stream() {
            self.rest.release();
        } else if let Some(sender) = self.sender.take() {
            let nothing = Empty::new().map_err(|never| match never {}).boxed_unsync();
            sender.hand_over(unread(std::mem::replace(&mut self.inner, nothing)).boxed());
        } else if self.left == Some(0) {
            self.rest.release();
        }
    }
}

/// What is taken of a body that nobody reads.
async fn unread(mut body: WasiBody) {
    let a_little = async {
        let mut bytes = 0;
        while bytes < UNREAD_BYTES
            && let Some(Ok(frame)) = body.frame().await
        {
            bytes += frame.data_ref().map_or(0, Bytes::len);
        }
    };
    // Either way the body is dropped now, and who sends it is told.
    let _late = tokio::time::timeout(UNREAD_FOR, a_little).await;
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http_body_util::{Full, StreamBody};

    use super::*;

    fn body(fate: &Arc<Fate>) -> WasiBody {
        let inner = Full::new(Bytes::from_static(b"half")).map_err(|never| match never {}).boxed_unsync();
        Guarded::request(inner, fate.clone(), Arc::default())
    }

    #[tokio::test]
    async fn only_a_body_whose_worker_ended_well_ends_well() {
        let fate = Arc::new(Fate::default());
        let mut cut = body(&fate);
        assert_eq!(body(&fate).collect().await.unwrap().to_bytes(), "half");
        assert!(cut.frame().await.unwrap().is_ok());
        fate.seal_bad();
        assert!(matches!(cut.frame().await, Some(Err(Error::HttpResponseIncomplete))));
        // Trailers are an end too.
        let trailers = body(&Arc::default()).with_trailers(async { Some(Ok(http::HeaderMap::new())) }).boxed_unsync();
        let errands = Arc::<Errands>::default();
        let mut cut = Guarded::request(trailers, fate, errands.clone());
        assert!(cut.frame().await.unwrap().unwrap().is_data());
        assert!(matches!(cut.frame().await, Some(Err(Error::HttpResponseIncomplete))));
        // Nobody goes on to read it.
        drop(cut);
        assert!(errands.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_nobody_reads_and_nobody_ends_is_left() {
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
