//! Bodies that an origin sends or takes in a way of its own.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{HeaderMap, HeaderValue, Response};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Incoming;

use super::Log;
use crate::client::{Body, full};

const CHUNK: usize = 64 * 1024;

type Item = anyhow::Result<Frame<Bytes>>;

fn data(text: &'static str) -> Item {
    Ok(Frame::data(Bytes::from_static(text.as_bytes())))
}

pub(super) fn trailing() -> Body {
    let mut trailers = HeaderMap::new();
    trailers.insert("x-checksum", HeaderValue::from_static("42"));
    StreamBody::new(stream::iter([data("body"), Ok(Frame::trailers(trailers))])).boxed_unsync()
}

/// Sends a little, then nothing for ever.
pub(super) fn stalling(log: Arc<Log>) -> Body {
    log.stalled.fetch_add(1, Ordering::Relaxed);
    let stall = Stall(log);
    let never = stream::poll_fn(move |_| {
        let _held = &stall;
        Poll::Pending
    });
    StreamBody::new(stream::iter([data("first")]).chain(never)).boxed_unsync()
}

struct Stall(Arc<Log>);

impl Drop for Stall {
    fn drop(&mut self) {
        self.0.stalled.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Sends a little, then the rest once the gate is open.
pub(super) fn gated(log: Arc<Log>) -> Body {
    let last = stream::once(async move {
        log.gate.notified().await;
        data(" last")
    });
    StreamBody::new(stream::iter([data("first")]).chain(last)).boxed_unsync()
}

/// Sends for ever, as fast as the connection takes it.
pub(super) fn endless(log: Arc<Log>) -> Body {
    let chunks = stream::repeat_with(move || {
        log.sent.fetch_add(CHUNK as u64, Ordering::Relaxed);
        Ok(Frame::data(Bytes::from_static(&[b'x'; CHUNK])))
    });
    StreamBody::new(chunks).boxed_unsync()
}

/// Sends a little, then breaks the connection once the gate is open.
pub(super) fn cut(log: Arc<Log>) -> Body {
    let broken = stream::once(async move {
        log.gate.notified().await;
        Err(anyhow::anyhow!("cut on purpose"))
    });
    StreamBody::new(stream::iter([data("first")]).chain(broken)).boxed_unsync()
}

/// Counts a body while it arrives, and answers with its length.
pub(super) async fn measured(log: &Log, mut body: Incoming) -> anyhow::Result<Response<Body>> {
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let arrived = frame?.into_data().map_or(0, |data| data.len() as u64);
        log.received.fetch_add(arrived, Ordering::Relaxed);
        length += arrived;
    }
    Ok(Response::new(full(length.to_string())))
}
