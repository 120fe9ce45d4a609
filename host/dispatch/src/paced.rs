//! A request body that must arrive at some rate: a client that sends a byte now and then must not hold a worker for ever.
//!
//! Only time in which a reader waits counts, so a worker that reads slowly is never the client's fault.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};
use wasmtime_wasi_http::Error;

/// How a body must arrive.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Time to the next bytes, and the grace for a body that is slower than the rate.
    pub idle: Duration,
    /// 0 for any rate.
    pub bytes_per_second: u32,
}

/// Whether a body was ended because it came too slowly.
#[derive(Debug, Clone, Default)]
pub struct TooSlow(Arc<AtomicBool>);

impl TooSlow {
    /// Whether it was.
    pub fn is(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A body that ends with an error if it comes too slowly.
pub struct Paced<B> {
    /// Dropped at the first error.
    inner: Option<B>,
    pace: Pace,
    too_slow: TooSlow,
    bytes: u64,
    /// How long its reader has waited, without the wait that goes on.
    waited: Duration,
    waits: Option<Wait>,
}

struct Wait {
    since: Instant,
    end: Pin<Box<Sleep>>,
}

impl<B> Paced<B> {
    /// `too_slow` learns if this ends the body.
    pub fn new(inner: B, pace: Pace, too_slow: TooSlow) -> Self {
        Self { inner: Some(inner), pace, too_slow, bytes: 0, waited: Duration::ZERO, waits: None }
    }

    /// How long the next bytes may take.
    fn patience(&self) -> Duration {
        let Pace { idle, bytes_per_second } = self.pace;
        match self.bytes.checked_div(bytes_per_second.into()) {
            None => idle,
            Some(earned) => idle.min((idle + Duration::from_secs(earned)).saturating_sub(self.waited)),
        }
    }

    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let patience = self.patience();
        let wait = self.waits.get_or_insert_with(|| {
            let since = Instant::now();
            Wait { since, end: Box::pin(sleep_until(since + patience)) }
        });
        wait.end.as_mut().poll(cx)
    }
}

impl<B: Body<Data = Bytes, Error: Into<Error>> + Unpin> Body for Paced<B> {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let Poll::Ready(frame) = Pin::new(inner).poll_frame(cx) else {
            std::task::ready!(self.wait(cx));
            self.inner = None;
            self.too_slow.0.store(true, Ordering::Relaxed);
            return Poll::Ready(Some(Err(Error::ConnectionReadTimeout)));
        };
        if let Some(wait) = self.waits.take() {
            self.waited += wait.since.elapsed();
        }
        if let Some(Ok(data)) = frame.as_ref().map(|frame| frame.as_ref().map(Frame::data_ref)) {
            self.bytes += data.map_or(0, Bytes::len) as u64;
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(B::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(SizeHint::default, B::size_hint)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http_body_util::{BodyExt as _, StreamBody};

    use super::*;

    /// A body of a byte each `every`, of which `count` come.
    fn drip(every: Duration, count: u32) -> impl Body<Data = Bytes, Error = Error> + Unpin {
        let drops = futures::stream::unfold(0, move |sent| async move {
            tokio::time::sleep(every).await;
            (sent < count).then(|| (Ok(Frame::data(Bytes::from_static(b"x"))), sent + 1))
        });
        StreamBody::new(Box::pin(drops))
    }

    async fn read(every: u64, count: u32, bytes_per_second: u32) -> (Result<usize, Error>, TooSlow, Duration) {
        let (too_slow, began) = (TooSlow::default(), Instant::now());
        let pace = Pace { idle: Duration::from_secs(30), bytes_per_second };
        let read = Paced::new(drip(Duration::from_secs(every), count), pace, too_slow.clone()).collect().await;
        (read.map(|all| all.to_bytes().len()), too_slow, began.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_client_ends_its_body_and_a_steady_one_does_not() {
        let (cut, too_slow, took) = read(31, 1, 0).await;
        assert!(matches!(cut, Err(Error::ConnectionReadTimeout)) && too_slow.is());
        assert_eq!(took.as_secs(), 30);
        let (whole, too_slow, _) = read(29, 100, 0).await;
        assert_eq!((whole.unwrap(), too_slow.is()), (100, false));
    }

    #[tokio::test(start_paused = true)]
    async fn a_dripping_client_ends_its_body_once_its_grace_is_used_up() {
        let (cut, too_slow, took) = read(3, 1_000, 240).await;
        assert!(cut.is_err() && too_slow.is());
        assert_eq!(took.as_secs(), 30);
        // A byte a second is enough where no more is asked.
        let (whole, _, _) = read(1, 100, 1).await;
        assert_eq!(whole.unwrap(), 100);
    }
}
