//! The bytes that the host holds for a worker outside its memories: headers, bodies that are on their way, streams, options.
//!
//! wasmtime has no hook for a body that grows or is dropped, so the table of host resources is what is counted, and what the worker
//! has sent (`transit.rs`). Texts count as what they hold. Everything else counts as the most that it can hold, which the sizes here
//! bound. Counting visits the whole table, so it is done once for many host calls, and whenever a memory of the worker grows.
//!
//! A worker that is beyond its limit loses its resources at once, and traps when it uses one. The engine says why.

use std::any::Any;

use http::HeaderMap;
use tollgate_engine::MemoryLimiter;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::p2::DynOutputStream;
use wasmtime_wasi_http::FieldMap;
use wasmtime_wasi_http::p2::bindings::http::types::{Method, Scheme};
use wasmtime_wasi_http::p2::body::{HostIncomingBody, HostIncomingBodyStream, HostOutgoingBody};
use wasmtime_wasi_http::p2::types::{
    HostFutureIncomingResponse, HostIncomingRequest, HostIncomingResponse, HostOutgoingRequest, HostOutgoingResponse,
};
use wasmtime_wasi_http::p3::{Request, Response};

/// The largest part of a body that the host takes from a worker at once, in bytes. A larger one gains little: beyond it, copying
/// costs more than calling.
pub(crate) const CHUNK_BYTES: usize = 64 << 10;
/// Parts of a body of WASI 0.2 that wait for the reader, beside the one that wasmtime always takes.
pub(crate) const BUFFERED_CHUNKS: usize = 1;
/// Bodies of one invocation that get parts of this size. No worker needs more of them at once to be quick.
pub(crate) const WIDE_BODIES: u32 = 64;
/// The largest part of every further body of the invocation.
pub(crate) const NARROW_CHUNK_BYTES: usize = 4 << 10;
/// What names and values of one set of headers may come to, in bytes. As much as Cloudflare takes for a request or a response.
pub(crate) const FIELDS_BYTES: usize = 128 << 10;
/// Random bytes that a worker may ask for at once. More would keep the thread from other workers.
pub(crate) const RANDOM_BYTES: u64 = 64 << 10;

/// The most that a body holds on its way from a worker, and how much that is for a narrow one.
const SENT_BYTES: u64 = ((BUFFERED_CHUNKS + 1) * CHUNK_BYTES) as u64;
const NARROW_BYTES: u64 = ((BUFFERED_CHUNKS + 1) * NARROW_CHUNK_BYTES) as u64;
/// What a body holds on its way to a worker: what its connection reads ahead.
const RECEIVED_BYTES: u64 = 32 << 10;
/// What an output stream holds: 8 KiB that wait, and one line of the log.
const STREAM_BYTES: u64 = 16 << 10;
/// What a resource takes beside its content: its place in the table, its handle, and its parts.
const RESOURCE_BYTES: u64 = 256;
/// What a name or value of a header takes beside its text.
const FIELD_BYTES: u64 = 32;
/// What wasmtime takes for a task, or an end of a stream or future.
const CONCURRENT_BYTES: u64 = 512;
/// Host calls between two counts of a small table. One call can make the host hold 1 MiB more at most (the engine's fuel for calls).
const CALLS: u32 = 32;
/// Entries of a larger table for which there is one more call between counts.
const ENTRIES_PER_CALL: u32 = 64;

/// Counts what the host holds for one instance.
#[derive(Debug, Default)]
pub(crate) struct Held {
    calls: u32,
    entries: u32,
    /// Bytes of wasmtime's own tables, when they were last counted.
    concurrent: u64,
}

impl Held {
    /// Whether it is time to count, before a host call.
    pub(crate) fn is_due(&mut self) -> bool {
        self.calls += 1;
        self.calls >= CALLS + self.entries / ENTRIES_PER_CALL
    }

    /// Notes how many entries wasmtime's own tables have.
    pub(crate) fn note_concurrent(&mut self, entries: u64) {
        self.concurrent = entries.saturating_mul(CONCURRENT_BYTES);
    }

    /// Counts. `sent` is what the worker has sent and is not there yet. False if the worker is beyond its limit.
    pub(crate) fn count(&mut self, table: &mut ResourceTable, sent: u64, memory: &mut MemoryLimiter) -> bool {
        let (mut bytes, mut entries, mut bodies) = (sent + self.concurrent, 0, 0);
        for resource in table.iter_mut() {
            entries += 1;
            bodies += u32::from(resource.is::<HostOutgoingBody>());
            bytes += held_by(resource);
        }
        (self.calls, self.entries) = (0, entries);
        memory.hold(bytes + outgoing_bytes(bodies))
    }
}

/// What bodies of WASI 0.2 hold on their way from a worker.
fn outgoing_bytes(bodies: u32) -> u64 {
    let wide = bodies.min(WIDE_BODIES);
    u64::from(wide) * SENT_BYTES + u64::from(bodies - wide) * NARROW_BYTES
}

/// What one resource holds, at most, beside the body of a request or response that the worker writes.
fn held_by(resource: &(dyn Any + Send)) -> u64 {
    RESOURCE_BYTES + p2(resource).or_else(|| p3(resource)).unwrap_or_else(|| tollgate_worlds::held_bytes(resource))
}

fn p2(resource: &(dyn Any + Send)) -> Option<u64> {
    if let Some(fields) = resource.downcast_ref::<FieldMap>() {
        return Some(fields_bytes(fields));
    }
    if let Some(request) = resource.downcast_ref::<HostOutgoingRequest>() {
        return Some(fields_bytes(&request.headers) + texts_bytes(request));
    }
    if let Some(response) = resource.downcast_ref::<HostOutgoingResponse>() {
        return Some(fields_bytes(&response.headers));
    }
    if let Some(response) = resource.downcast_ref::<HostIncomingResponse>() {
        return Some(fields_bytes(&response.headers) + received(response.body.is_some()));
    }
    if let Some(HostFutureIncomingResponse::Ready(Ok((response, _)))) = resource.downcast_ref() {
        return Some(fields_bytes(response.headers()) + RECEIVED_BYTES);
    }
    if resource.is::<DynOutputStream>() {
        return Some(STREAM_BYTES);
    }
    let reads = resource.is::<HostIncomingBody>()
        || resource.is::<HostIncomingRequest>()
        || resource.is::<Box<HostIncomingBodyStream>>();
    reads.then_some(RECEIVED_BYTES)
}

fn p3(resource: &(dyn Any + Send)) -> Option<u64> {
    if let Some(request) = resource.downcast_ref::<Request>() {
        let path = request.path_with_query.as_ref().map_or(0, |path| path.as_str().len());
        let authority = request.authority.as_ref().map_or(0, |authority| authority.as_str().len());
        let scheme = request.scheme.as_ref().map_or(0, |scheme| scheme.as_str().len());
        let texts = request.method.as_str().len() + path + authority + scheme;
        return Some(fields_bytes(&request.headers) + texts as u64 + RECEIVED_BYTES);
    }
    let response = resource.downcast_ref::<Response>()?;
    Some(fields_bytes(&response.headers) + RECEIVED_BYTES)
}

fn texts_bytes(request: &HostOutgoingRequest) -> u64 {
    let method = if let Method::Other(method) = &request.method { method.len() } else { 0 };
    let scheme = if let Some(Scheme::Other(scheme)) = &request.scheme { scheme.len() } else { 0 };
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    (method + scheme + length(&request.authority) + length(&request.path_with_query)) as u64
}

fn received(has_body: bool) -> u64 {
    if has_body { RECEIVED_BYTES } else { 0 }
}

/// What headers hold.
pub(crate) fn fields_bytes(fields: &HeaderMap) -> u64 {
    fields.iter().map(|(name, value)| name.as_str().len() as u64 + value.len() as u64 + 2 * FIELD_BYTES).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn fields_of(bytes: usize) -> FieldMap {
        let mut fields = FieldMap::new_mutable(FIELDS_BYTES);
        fields.append_raw(http::HeaderName::from_static("x"), vec![b'a'; bytes].try_into().unwrap()).unwrap();
        fields
    }

    #[test]
    fn headers_count_as_memory_until_they_are_dropped() {
        let (mut table, mut memory) = (ResourceTable::new(), MemoryLimiter::new(100_000));
        let mut held = Held::default();
        let kept = table.push(fields_of(60_000)).unwrap();
        assert!(held.count(&mut table, 0, &mut memory));
        table.delete(kept).unwrap();
        table.push(fields_of(60_000)).unwrap();
        assert!(held.count(&mut table, 0, &mut memory));
        table.push(fields_of(60_000)).unwrap();
        assert!(!held.count(&mut table, 0, &mut memory));
    }

    #[test]
    fn the_words_of_a_request_count() {
        let mut table = ResourceTable::new();
        let method = Method::Other("M".repeat(60_000));
        let request = HostOutgoingRequest {
            method,
            scheme: None,
            authority: None,
            path_with_query: Some("/".repeat(60_000)),
            headers: FieldMap::new_mutable(1),
            body: None,
        };
        table.push(request).unwrap();
        assert!(!Held::default().count(&mut table, 0, &mut MemoryLimiter::new(100_000)));
    }

    #[test]
    fn what_was_sent_and_what_wasmtime_keeps_count() {
        let (mut table, mut held) = (ResourceTable::new(), Held::default());
        assert!(held.count(&mut table, 60_000, &mut MemoryLimiter::new(100_000)));
        held.note_concurrent(100);
        assert!(!held.count(&mut table, 60_000, &mut MemoryLimiter::new(100_000)));
    }

    #[test]
    fn only_the_first_bodies_count_as_wide() {
        assert_eq!(outgoing_bytes(1), 128 << 10);
        assert_eq!(outgoing_bytes(65), (64 * 128 + 8) << 10);
    }

    #[test]
    fn a_large_table_is_counted_less_often() {
        let mut held = Held { entries: 6_400, ..Held::default() };
        let calls = (1..).find(|_| held.is_due()).unwrap();
        assert_eq!(calls, CALLS + 100);
    }
}
