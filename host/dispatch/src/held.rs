//! The bytes that the host holds for a worker outside its memories: headers, bodies that are on their way, streams.
//!
//! wasmtime has no hook for a body that grows or is dropped, so the table of host resources is what is counted. Headers count as
//! what they hold. Everything else counts as the most that it can hold, which the sizes here bound. Counting visits the whole table,
//! so it is done once for many host calls, and whenever a memory of the worker grows.

use std::any::Any;

use tollgate_engine::MemoryLimiter;
use wasmtime::component::ResourceTable;
use wasmtime_wasi_http::FieldMap;
use wasmtime_wasi_http::p2::body::{HostIncomingBody, HostOutgoingBody};
use wasmtime_wasi_http::p2::types::{
    HostFutureIncomingResponse, HostIncomingRequest, HostIncomingResponse, HostOutgoingRequest, HostOutgoingResponse,
};
use wasmtime_wasi_http::p3::{Request, Response};

/// The largest part of a body that the host takes from a worker at once, in bytes. A larger one gains little: beyond it, copying
/// costs more than calling.
pub(crate) const CHUNK_BYTES: usize = 64 << 10;
/// Parts of a body of WASI 0.2 that wait for the reader, beside the one that wasmtime always takes.
pub(crate) const BUFFERED_CHUNKS: usize = 1;
/// What names and values of one set of headers may come to, in bytes. As much as Cloudflare takes for a request or a response.
pub(crate) const FIELDS_BYTES: usize = 128 << 10;
/// Random bytes that a worker may ask for at once. More would keep the thread from other workers.
pub(crate) const RANDOM_BYTES: u64 = 64 << 10;

/// The most that a body holds between a worker and its reader.
const BODY_BYTES: u64 = ((BUFFERED_CHUNKS + 1) * CHUNK_BYTES) as u64;
/// What a resource takes beside its content: its place in the table, and its parts.
const RESOURCE_BYTES: u64 = 256;
/// What a name or value of a header takes beside its text.
const FIELD_BYTES: u64 = 32;
/// Host calls between two counts. One call can make the host hold one body or one set of headers more, so at most 8 MiB are
/// held before they are counted.
const CALLS: u32 = 64;

/// Counts what the host holds for one instance.
#[derive(Debug, Default)]
pub(crate) struct Held {
    calls: u32,
}

impl Held {
    /// Before a host call. If the worker is beyond its limit, it gets no further resource, and the engine stops it.
    pub(crate) fn called(&mut self, table: &mut ResourceTable, memory: &mut MemoryLimiter) {
        self.calls += 1;
        if self.calls >= CALLS {
            self.count(table, memory);
        }
    }

    /// Counts now.
    pub(crate) fn count(&mut self, table: &mut ResourceTable, memory: &mut MemoryLimiter) {
        self.calls = 0;
        let bytes = table.iter_mut().map(|resource| bytes(resource)).sum();
        if !memory.hold(bytes) {
            table.set_max_capacity(0);
        }
    }
}

/// What one resource holds, at most.
fn bytes(resource: &(dyn Any + Send)) -> u64 {
    RESOURCE_BYTES + fields(resource) + if has_body(resource) { BODY_BYTES } else { 0 }
}

fn fields(resource: &(dyn Any + Send)) -> u64 {
    let fields = (resource.downcast_ref::<FieldMap>())
        .or_else(|| resource.downcast_ref().map(|request: &HostOutgoingRequest| &request.headers))
        .or_else(|| resource.downcast_ref().map(|response: &HostOutgoingResponse| &response.headers))
        .or_else(|| resource.downcast_ref().map(|response: &HostIncomingResponse| &response.headers))
        .or_else(|| resource.downcast_ref().map(|request: &Request| &request.headers))
        .or_else(|| resource.downcast_ref().map(|response: &Response| &response.headers));
    let Some(fields) = fields else { return 0 };
    fields.iter().map(|(name, value)| name.as_str().len() as u64 + value.len() as u64 + 2 * FIELD_BYTES).sum()
}

fn has_body(resource: &(dyn Any + Send)) -> bool {
    if let Some(request) = resource.downcast_ref::<HostOutgoingRequest>() {
        return request.body.is_some();
    }
    resource.is::<HostOutgoingBody>()
        || resource.is::<HostFutureIncomingResponse>()
        || resource.is::<HostIncomingRequest>()
        || resource.is::<HostIncomingResponse>()
        || resource.is::<HostIncomingBody>()
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
        held.count(&mut table, &mut memory);
        assert!(memory.reached().is_none());
        table.delete(kept).unwrap();
        table.push(fields_of(60_000)).unwrap();
        held.count(&mut table, &mut memory);
        assert!(memory.reached().is_none());
    }

    #[test]
    fn a_worker_beyond_its_limit_gets_no_further_resource() {
        let (mut table, mut memory) = (ResourceTable::new(), MemoryLimiter::new(100_000));
        let mut held = Held::default();
        for _ in 0..2 {
            table.push(fields_of(60_000)).unwrap();
        }
        for _ in 0..CALLS {
            held.called(&mut table, &mut memory);
        }
        assert!(memory.reached().is_some());
        assert!(table.push(fields_of(1)).is_err());
    }
}
