//! The dispatcher of WASI 0.3: one kind of request and response, and calls that are waited for.

use wasmtime::Result;
use wasmtime::component::{Accessor, Resource};
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::p3::{Request, Response};

use super::{DispatchError, Worker};
use crate::generated::p3::tollgate::platform::dispatcher::{
    DispatchError as WitError, Host, HostWorker, HostWorkerWithStore, Options,
};
use crate::link::Platform;
use crate::{PlatformCtx, PlatformView, in_flight};

impl Host for PlatformCtx<'_> {
    fn message(&mut self, error: WitError) -> Result<String> {
        Ok(DispatchError::from(error).to_string())
    }

    fn get(&mut self, binding: String, name: String, options: Options) -> Result<Result<Resource<Worker>, WitError>> {
        match self.dispatcher.get(&binding, &name, options.into()) {
            Ok(target) => Ok(Ok(self.http.table.push(Worker(target))?)),
            Err(error) => Ok(Err(error.into())),
        }
    }
}

impl HostWorker for PlatformCtx<'_> {
    fn drop(&mut self, worker: Resource<Worker>) -> Result<()> {
        self.http.table.delete(worker)?;
        Ok(())
    }
}

impl<T: PlatformView + WasiHttpView + 'static> HostWorkerWithStore<T> for Platform {
    async fn fetch(
        accessor: &Accessor<T, Self>,
        worker: Resource<Worker>,
        request: Resource<Request>,
    ) -> Result<Result<Resource<Response>, WitError>> {
        let dispatch = accessor.with(|mut store| {
            let PlatformCtx { http, .. } = store.get();
            let (target, request) = (http.table.get(&worker)?.0.clone(), http.table.delete(request)?);
            match request.into_http(&mut store, async { Ok(()) }) {
                Ok((request, options)) => {
                    let dispatch = target.fetch(request, options.as_deref().copied());
                    // Beside this worker: polled by it, it would count as this worker's time.
                    Ok(Ok(in_flight::start(store.get().dispatcher, dispatch)))
                }
                Err(error) => Ok(Err(WitError::WorkerError(error.downcast()?))),
            }
        });
        let answered = match dispatch {
            Ok(Ok(dispatch)) => {
                let ended = || Err(DispatchError::Internal("the dispatch ended without an answer".to_owned()));
                dispatch.await.unwrap_or_else(|_cancelled| ended())
            }
            Ok(Err(error)) => return Ok(Err(error)),
            Err(trap) => return Err(trap),
        };
        match answered {
            Ok(response) => accessor.with(|mut store| {
                let http = store.get().http;
                let (response, _processed) = Response::from_http(http.hooks, response);
                Ok(Ok(http.table.push(response)?))
            }),
            Err(error) => Ok(Err(error.into())),
        }
    }
}
