//! `wasi:http/handler` as an import, for middleware of 0.3: the way on is the same as `client`'s.

use wasmtime::Result;
use wasmtime::component::{Accessor, Linker, Resource};
use wasmtime_wasi_http::p3::bindings::http::client::HostWithStore as _;
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p3::{Request, Response};
use wasmtime_wasi_http::{WasiHttp, WasiHttpView};

type Answered = Result<Resource<Response>, ErrorCode>;

pub(crate) fn add_to_linker<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    linker.instance("wasi:http/handler@0.3.0")?.func_wrap_concurrent(
        "handle",
        |accessor: &Accessor<T>, (request,): (Resource<Request>,)| {
            Box::pin(async move {
                let http = accessor.with_getter::<WasiHttp>(T::http);
                match WasiHttp::send(&http, request).await {
                    Ok(response) => Ok((Answered::Ok(response),)),
                    Err(error) => Ok((Answered::Err(error.downcast()?),)),
                }
            })
        },
    )
}
