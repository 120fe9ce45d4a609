//! The client's end of a connection: it must say something soon, and it is noticed when it has gone.

use std::future::{Future, pending};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};
use tollgate_dispatch::WriteTimeout;
use wasmtime_wasi_http::{Error, WasiBody};

/// How often the connection of a client is checked while no worker reads its request body. Not a setting: a part of the 100 ms in
/// which a client that left must free everything.
const LOOK: Duration = Duration::from_millis(40);

/// What the system says of a connection whose other end has gone, with bytes unread or not.
#[cfg(target_os = "linux")]
const GONE: PollFlags = PollFlags::RDHUP.union(PollFlags::HUP).union(PollFlags::ERR);
#[cfg(not(target_os = "linux"))]
const GONE: PollFlags = PollFlags::HUP.union(PollFlags::ERR);

/// A connection. Reading fails where the first request does not come in time, flushing where the client has gone.
///
/// hyper has a timeout for heads, but it begins only once it knows which version of HTTP the client speaks.
pub(crate) struct ClientStream {
    tcp: WriteTimeout,
    first: Option<Pin<Box<Sleep>>>,
    look: Look,
}

/// What the requests of a connection have to say to it.
#[derive(Clone, Default)]
pub(crate) struct Look(Arc<Said>);

#[derive(Default)]
struct Said {
    /// Look whether the client is still there. hyper does not, while a request's body is not read.
    look: AtomicBool,
    /// A request has come.
    come: AtomicBool,
}

impl ClientStream {
    /// A connection whose client may take so long until its first request has come.
    pub(crate) fn new(tcp: WriteTimeout, first: Duration) -> (Self, Look) {
        let look = Look::default();
        (Self { tcp, first: Some(Box::pin(sleep(first))), look: look.clone() }, look)
    }

    fn is_gone(&self) -> bool {
        let mut fds = [PollFd::new(self.tcp.tcp(), GONE)];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut fds, Some(&now)).is_ok_and(|found| found > 0)
    }
}

impl Look {
    /// A request has come: the client is one that speaks.
    pub(crate) fn come(&self) {
        self.0.come.store(true, Ordering::Relaxed);
    }

    fn ask(&self) {
        self.0.look.store(true, Ordering::Relaxed);
    }

    /// Asks for ever. The connection's own task must poll it: hyper flushes after each poll of the service, and that is
    /// where the connection looks.
    async fn often(self) {
        loop {
            sleep(LOOK).await;
            self.ask();
            // Back to hyper, which flushes, before the next sleep.
            tokio::task::yield_now().await;
        }
    }
}

/// Waits for what is answered, looking after the client meanwhile where `look` is given.
pub(crate) async fn attended<T>(look: Option<Look>, answer: impl Future<Output = T>) -> T {
    let looking = async {
        match look {
            Some(look) => look.often().await,
            None => pending().await,
        }
    };
    tokio::select! {
        answered = answer => answered,
        () = looking => pending().await,
    }
}

/// The same for an answer's body, while it keeps the client waiting.
pub(crate) fn attended_body(look: Option<Look>, body: WasiBody) -> WasiBody {
    match look {
        None => body,
        Some(look) => WasiBody::new(AttendedBody { body, look, next: Box::pin(sleep(LOOK)) }),
    }
}

struct AttendedBody {
    body: WasiBody,
    look: Look,
    next: Pin<Box<Sleep>>,
}

impl Body for AttendedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        while polled.is_pending() && self.next.as_mut().poll(cx).is_ready() {
            self.look.ask();
            self.next.as_mut().reset(Instant::now() + LOOK);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl AsyncRead for ClientStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.tcp).poll_read(cx, buf);
        if self.look.0.come.load(Ordering::Relaxed) {
            self.first = None;
        }
        match &mut self.first {
            Some(patience) if read.is_pending() => {
                ready!(patience.as_mut().poll(cx));
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client sent no request")))
            }
            _ => read,
        }
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.look.0.look.swap(false, Ordering::Relaxed) && self.is_gone() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
