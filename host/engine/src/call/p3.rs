//! A call of `wasi:http/handler` 0.3.

use std::future::{Future, poll_fn};
use std::pin::Pin;

use wasmtime::Store;
use wasmtime::component::Accessor;
use wasmtime_wasi_http::Error;
use wasmtime_wasi_http::p3::Request as WasiRequest;
use wasmtime_wasi_http::p3::bindings::Service;

use super::{Request, head::Head};
use crate::Guest;

type Processed = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// Runs the handler, and what it left running when it had returned its response: the body, background work.
pub(super) async fn run<T: Guest>(
    store: &mut Store<T>,
    service: &Service,
    request: Request,
    head: Head,
) -> wasmtime::Result<()> {
    let work = async |accessor: &Accessor<T>| {
        let (request, processed) = accessor.with(|mut store| {
            let (request, processed) = WasiRequest::from_http(store.data_mut().http().hooks, request);
            (request, Box::pin(processed) as Processed)
        });
        let answered = match service.handle(accessor, request).await? {
            Ok(response) => Ok(accessor.with(|store| response.into_http(store, processed))?),
            Err(code) => Err(code.into()),
        };
        head.set(answered);
        poll_fn(|cx| accessor.poll_no_interesting_tasks(cx)).await;
        Ok(())
    };
    store.run_concurrent(work).await?
}
