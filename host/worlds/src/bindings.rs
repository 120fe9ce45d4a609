//! `bindings`: what a worker's bindings are, and the ways out through a service or a client certificate.
//!
//! Linked by hand: the response on its way is this crate's own resource, of which bindgen knows nothing.

use wasmtime::component::{Accessor, ComponentType, Lift, Linker, Lower, Resource};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p2::types::HostOutgoingRequest;
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode as ErrorCode3;
use wasmtime_wasi_http::p3::{Request, Response};
use wasmtime_wasi_http::{Error, RequestOptions, WasiHttpView};

use crate::outgoing::{self, Sent};
use crate::{DispatchError, PlatformCtx, PlatformView, code, in_flight};

/// What stands behind the name of a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(enum)]
#[repr(u8)]
pub enum BindingKind {
    /// A variable or a secret.
    #[component(name = "text")]
    Text,
    /// A variable that is JSON.
    #[component(name = "json")]
    Json,
    /// A namespace to dispatch from.
    #[component(name = "dispatch-namespace")]
    DispatchNamespace,
    /// Another worker.
    #[component(name = "service")]
    Service,
    /// The network, by a client certificate.
    #[component(name = "mtls-certificate")]
    MtlsCertificate,
}

type All = Vec<(String, BindingKind)>;

/// Links the interface for workers of WASI 0.2.
pub(crate) fn add_to_linker_p2<T: PlatformView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    let mut instance = linker.instance("tollgate:platform/bindings@0.2.0")?;
    instance.func_wrap("all", |mut store: StoreContextMut<'_, T>, (): ()| -> Result<(All,)> {
        Ok((store.data_mut().platform().dispatcher.bindings(),))
    })?;
    instance.func_wrap(
        "fetch",
        |mut store: StoreContextMut<'_, T>,
         (binding, request, options): (String, Resource<HostOutgoingRequest>, Option<Resource<RequestOptions>>)|
         -> Result<(Result<Resource<Sent>, ErrorCode>,)> {
            Ok((fetch(store.data_mut().platform(), &binding, request, options)?,))
        },
    )?;
    instance.func_wrap(
        "ticket",
        |mut store: StoreContextMut<'_, T>, (binding,): (String,)| -> Result<(Result<String, ErrorCode>,)> {
            let dispatcher = store.data_mut().platform().dispatcher;
            let ticket = dispatcher.way(&binding).and_then(|way| dispatcher.ticket(way).map_err(Error::from));
            Ok((ticket.map_err(code::p2),))
        },
    )
}

fn fetch(
    platform: PlatformCtx<'_>,
    binding: &str,
    request: Resource<HostOutgoingRequest>,
    options: Option<Resource<RequestOptions>>,
) -> Result<Result<Resource<Sent>, ErrorCode>> {
    let PlatformCtx { http, dispatcher, .. } = platform;
    let options = options.map(|options| http.table.delete(options)).transpose()?;
    let request = match outgoing::assemble(http.table.delete(request)?) {
        Ok(request) => request,
        Err(code) => return Ok(Err(code)),
    };
    let way = match dispatcher.way(binding) {
        Ok(way) => way,
        Err(error) => return Ok(Err(code::p2(error))),
    };
    let answer = way.fetch(request, options);
    let sent = Sent::start(dispatcher, Box::pin(async move { answer.await.map_err(DispatchError::into_code) }));
    Ok(Ok(http.table.push(sent)?))
}

/// Links the interface for workers of WASI 0.3.
pub(crate) fn add_to_linker_p3<T: PlatformView + WasiHttpView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    let mut instance = linker.instance("tollgate:platform/bindings@0.3.0")?;
    instance.func_wrap("all", |mut store: StoreContextMut<'_, T>, (): ()| -> Result<(All,)> {
        Ok((store.data_mut().platform().dispatcher.bindings(),))
    })?;
    instance.func_wrap_concurrent("fetch", |accessor: &Accessor<T>, (binding, request): (String, Resource<Request>)| {
        Box::pin(async move { Ok((fetch_p3(accessor, &binding, request).await?,)) })
    })
}

async fn fetch_p3<T: PlatformView + WasiHttpView + 'static>(
    accessor: &Accessor<T>,
    binding: &str,
    request: Resource<Request>,
) -> Result<Result<Resource<Response>, ErrorCode3>> {
    let started = accessor.with(|mut store| {
        let request = store.data_mut().platform().http.table.delete(request)?;
        let (request, options) = match request.into_http_with_getter(&mut store, async { Ok(()) }, T::http) {
            Ok(assembled) => assembled,
            Err(error) => return Ok(Err(error.downcast()?)),
        };
        let dispatcher = store.data_mut().platform().dispatcher;
        // Beside this worker: polled by it, it would count as this worker's time.
        let start = |way: std::sync::Arc<dyn crate::Target>| {
            in_flight::start(dispatcher, way.fetch(request, options.as_deref().copied()))
        };
        Ok::<_, wasmtime::Error>(dispatcher.way(binding).map(start).map_err(code::p3))
    })?;
    let answered = match started {
        Ok(answer) => answer.await.unwrap_or_else(|_cancelled| Err(DispatchError::Internal("no answer".to_owned()))),
        Err(code) => return Ok(Err(code)),
    };
    match answered {
        Ok(response) => accessor.with(|mut store| {
            let http = store.data_mut().platform().http;
            let (response, _processed) = Response::from_http(http.hooks, response);
            Ok(Ok(http.table.push(response)?))
        }),
        Err(error) => Ok(Err(code::p3(error.into_code()))),
    }
}
