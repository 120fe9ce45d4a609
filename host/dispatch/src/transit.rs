//! The requests that a worker has sent and that have no answer yet. They are no resources of the worker any more, but the host holds
//! them for it: they wait for their turn, or for the head of a response.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::header::CONTENT_LENGTH;
use http_body::Body as _;

use crate::crossing::Request;
use crate::held::{CHUNK_BYTES, fields_bytes};
use crate::invocation::Invocation;

/// What a request takes beside its texts and its body: its future, and its place among those in flight.
const REQUEST_BYTES: u64 = 4 << 10;

/// A request on its way. Its bytes count until this is dropped.
pub(crate) struct Transit {
    invocation: Arc<Invocation>,
    bytes: u64,
}

impl Transit {
    pub(crate) fn of(invocation: &Arc<Invocation>, request: &Request) -> Self {
        let texts =
            request.uri().path().len() + request.uri().query().map_or(0, str::len) + request.method().as_str().len();
        let bytes = REQUEST_BYTES + texts as u64 + fields_bytes(request.headers()) + body_bytes(request);
        invocation.in_transit.fetch_add(bytes, Ordering::Relaxed);
        Self { invocation: invocation.clone(), bytes }
    }
}

impl Drop for Transit {
    fn drop(&mut self) {
        self.invocation.in_transit.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// The most of a body that is held before anything reads it.
fn body_bytes(request: &Request) -> u64 {
    if request.body().is_end_stream() {
        return 0;
    }
    let said = request.headers().get(CONTENT_LENGTH).and_then(|said| said.to_str().ok()?.parse().ok());
    said.unwrap_or(u64::MAX).min(CHUNK_BYTES as u64)
}
