//! The requests of one HTTP/2 connection: how many are in flight, and whether the client reads their responses.
//!
//! hyper asks a response's body for bytes only if the client has room for them. Over HTTP/2 a client can close the window of a stream
//! and keep the connection alive with pings; so each response notes when it was asked last, and the connection's task drops the
//! bodies that were not asked for too long. Their workers end with them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;
use wasmtime_wasi_http::{Error, WasiBody};

/// The requests of one connection. Those of HTTP/1.1 are not counted: hyper's timeout for heads ends an idle connection, and a write
/// that waits too long one whose client does not read.
#[derive(Clone, Default)]
pub(crate) struct Requests(Arc<Mutex<Open>>);

#[derive(Default)]
struct Open {
    /// Requests whose response is not over.
    count: u32,
    /// When the last one was over. None before the first.
    idle_since: Option<Instant>,
    bodies: Vec<Weak<Mutex<Unread>>>,
}

/// A response's body, until it is read or dropped.
struct Unread {
    body: Option<(WasiBody, InFlight)>,
    /// When the client had room for bytes, and the worker had given them. None while the worker is awaited.
    given: Option<Instant>,
}

/// A request in flight. Dropping it ends it.
pub(crate) struct InFlight(Requests);

impl Requests {
    /// A request has come.
    pub(crate) fn begin(&self) -> InFlight {
        locked(&self.0).count += 1;
        InFlight(self.clone())
    }

    /// Whether no request has been in flight for so long.
    pub(crate) fn are_idle_for(&self, idle: Duration) -> bool {
        let open = locked(&self.0);
        open.count == 0 && open.idle_since.is_some_and(|since| since.elapsed() >= idle)
    }

    /// Drops the bodies that the client has not read for so long, and gives their number.
    pub(crate) fn drop_unread(&self, idle: Duration) -> usize {
        // A body that ends here, because its stream ends meanwhile, ends its request, which needs the lock: so it is free by then.
        let bodies = locked(&self.0).bodies.clone();
        let unread = bodies.iter().filter_map(Weak::upgrade).filter_map(|body| {
            let mut unread = locked(&body);
            if unread.given.is_some_and(|given| given.elapsed() >= idle) { unread.body.take() } else { None }
        });
        unread.map(drop).count()
    }
}

impl InFlight {
    /// The response's body, which ends the request with it.
    pub(crate) fn carry(self, body: WasiBody) -> WasiBody {
        if body.is_end_stream() {
            return body;
        }
        let requests = self.0.clone();
        let unread = Arc::new(Mutex::new(Unread { body: Some((body, self)), given: Some(Instant::now()) }));
        let mut open = locked(&requests.0);
        open.bodies.retain(|body| body.strong_count() > 0);
        open.bodies.push(Arc::downgrade(&unread));
        drop(open);
        WasiBody::new(Carried(unread))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut open = locked(&self.0.0);
        open.count = open.count.saturating_sub(1);
        open.idle_since = Some(Instant::now());
    }
}

struct Carried(Arc<Mutex<Unread>>);

impl Body for Carried {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let mut unread = locked(&self.0);
        let Some((body, _)) = &mut unread.body else { return Poll::Ready(Some(Err(Error::ConnectionWriteTimeout))) };
        let polled = Pin::new(body).poll_frame(cx);
        unread.given = polled.is_ready().then(Instant::now);
        polled
    }

    fn is_end_stream(&self) -> bool {
        locked(&self.0).body.as_ref().is_some_and(|(body, _)| body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        locked(&self.0).body.as_ref().map_or_else(SizeHint::default, |(body, _)| body.size_hint())
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
