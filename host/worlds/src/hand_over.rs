//! A request of WASI 0.3 on its way to a worker or a certificate, and the response as a resource.

use std::sync::Arc;

use wasmtime::Result;
use wasmtime::component::{Accessor, Resource};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p3::{Request, Response};

use crate::{DispatchError, PlatformCtx, PlatformView, Target, in_flight};

/// Hands a request to the target that is looked up, and waits for the response.
pub(crate) async fn send<T: PlatformView + WasiHttpView + 'static>(
    accessor: &Accessor<T>,
    request: Resource<Request>,
    target: impl FnOnce(PlatformCtx<'_>) -> Result<Result<Arc<dyn Target>, DispatchError>>,
) -> Result<Result<Resource<Response>, DispatchError>> {
    let started = accessor.with(|mut store| {
        let request = store.data_mut().platform().http.table.delete(request)?;
        let (request, options) = match request.into_http_with_getter(&mut store, async { Ok(()) }, T::http) {
            Ok(assembled) => assembled,
            Err(error) => {
                let code: ErrorCode = error.downcast()?;
                return Ok(Err(DispatchError::WorkerError(code.into())));
            }
        };
        let target = match target(store.data_mut().platform())? {
            Ok(target) => target,
            Err(error) => return Ok(Err(error)),
        };
        let answer = target.fetch(request, options.as_deref().copied());
        // Beside this worker: polled by it, it would count as this worker's time.
        Ok::<_, wasmtime::Error>(Ok(in_flight::start(store.data_mut().platform().dispatcher, answer)))
    })?;
    let answered = match started {
        Ok(answer) => answer.await.unwrap_or_else(|_cancelled| Err(lost())),
        Err(error) => return Ok(Err(error)),
    };
    match answered {
        Ok(response) => accessor.with(|mut store| {
            let http = store.data_mut().platform().http;
            let (response, _processed) = Response::from_http(http.hooks, response);
            Ok(Ok(http.table.push(response)?))
        }),
        Err(error) => Ok(Err(error)),
    }
}

fn lost() -> DispatchError {
    DispatchError::Internal("the dispatch ended without an answer".to_owned())
}
