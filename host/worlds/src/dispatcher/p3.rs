//! The dispatcher of WASI 0.3: one kind of request and response, and calls that are waited for.

use wasmtime::Result;
use wasmtime::component::{Accessor, Resource};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p3::{Request, Response};

use super::{DispatchError, Worker, both};
use crate::interface::Interface;
use crate::{PlatformCtx, PlatformView, hand_over};

/// Links the interface.
pub(crate) fn link<T: PlatformView + WasiHttpView + 'static>(mut interface: Interface<'_, T>) -> Result<()> {
    both::link::<T, ErrorCode>(&mut interface)?;
    type Given = (Resource<Worker>, Resource<Request>);
    interface.0.func_wrap_concurrent("[method]worker.fetch", |accessor: &Accessor<T>, (worker, request): Given| {
        Box::pin(async move { Ok((fetch(accessor, worker, request).await?,)) })
    })
}

async fn fetch<T: PlatformView + WasiHttpView + 'static>(
    accessor: &Accessor<T>,
    worker: Resource<Worker>,
    request: Resource<Request>,
) -> Result<Result<Resource<Response>, Resource<DispatchError>>> {
    let target = |platform: PlatformCtx<'_>| Ok(Ok(platform.http.table.get(&worker)?.0.clone()));
    match hand_over::send(accessor, request, target).await? {
        Ok(response) => Ok(Ok(response)),
        Err(error) => accessor.with(|mut store| Ok(Err(store.data_mut().platform().http.table.push(error)?))),
    }
}
