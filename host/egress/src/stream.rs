//! A connection to an origin, with or without TLS, as hyper's client wants to see it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connections::{Marked, Open};
use crate::dialer::Duplex;

/// Bytes both ways. What is noted of the connection goes before the connection, whose address is free then.
pub(crate) struct Stream {
    open: Open,
    inner: Pin<Box<dyn Duplex>>,
}

impl Stream {
    pub(crate) fn new(inner: impl AsyncRead + AsyncWrite + Send + 'static, open: Open) -> Self {
        Self::boxed(Box::new(inner), open)
    }

    pub(crate) fn boxed(inner: Box<dyn Duplex>, open: Open) -> Self {
        Self { open, inner: Box::into_pin(inner) }
    }
}

impl Stream {
    /// Marks the connection as in use. One that was closed to make room for another takes no request.
    fn in_use(&self) -> io::Result<()> {
        if self.open.mark.is_used() { Ok(()) } else { Err(io::ErrorKind::NotConnected.into()) }
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new().extra(Marked(self.open.mark.clone()))
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.open.mark.is_closing(cx.waker()) {
            return Poll::Ready(Ok(()));
        }
        self.inner.as_mut().poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.in_use()?;
        self.inner.as_mut().poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.in_use()?;
        self.inner.as_mut().poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.as_mut().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.inner.as_mut().poll_shutdown(cx)
    }
}
