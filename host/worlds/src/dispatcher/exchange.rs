//! Between WASI's request and response resources and `http`'s types.

use std::future::Future;

use wasmtime::component::Resource;
use wasmtime::{Result, format_err};
use wasmtime_wasi_http::p2::bindings::http::outgoing_handler::Host as _;
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, HostIncomingRequest as _, Scheme};
use wasmtime_wasi_http::p2::body::HostIncomingBody;
use wasmtime_wasi_http::p2::types::{HostIncomingRequest, HostIncomingResponse, HostOutgoingRequest};
use wasmtime_wasi_http::{Error, FieldMap, RequestOptions, WasiBody, WasiHttpCtxView, WasiHttpHooks};

use crate::body;

type Request = http::Request<WasiBody>;

/// A request that a worker built. wasmtime's own `handle` checks and assembles it; a hook keeps what it would send.
pub(super) fn outgoing(
    http: &mut WasiHttpCtxView<'_>,
    request: Resource<HostOutgoingRequest>,
    options: Option<Resource<RequestOptions>>,
) -> Result<Result<(Request, Option<RequestOptions>), ErrorCode>> {
    let mut kept = Keep(None);
    let mut view = WasiHttpCtxView { hooks: &mut kept, table: &mut *http.table, ctx: &mut *http.ctx };
    match view.handle(request, options) {
        Ok(future) => drop(http.table.delete(future)?),
        Err(error) => return error.downcast().map(Err),
    }
    kept.0.map(Ok).ok_or_else(|| format_err!("no request was assembled"))
}

struct Keep(Option<(Request, Option<RequestOptions>)>);

type Response = (http::Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

impl WasiHttpHooks for Keep {
    fn send_request(
        &mut self,
        request: Request,
        options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Response, Error>> + Send> {
        self.0 = Some((request, options));
        Box::new(async { Err(Error::HttpRequestDenied) })
    }

    fn set_host_header(&mut self) -> bool {
        false
    }
}

/// The inbound request as it came, body included.
pub(super) fn incoming(http: &mut WasiHttpCtxView<'_>, request: Resource<HostIncomingRequest>) -> Result<Request> {
    let own = || Resource::new_own(request.rep());
    let scheme = match http.scheme(own())? {
        Some(Scheme::Https) => "https",
        _ => "http",
    };
    let authority = http.authority(own())?.unwrap_or_default();
    let path = http.path_with_query(own())?.unwrap_or_else(|| "/".to_owned());
    let method: http::Method = http.method(own())?.try_into()?;
    let headers = http.headers(own())?;
    let headers: FieldMap = http.table.delete(headers)?;
    let body = body::take(http.table.delete(request)?.body.take());
    let uri = http::Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build()?;
    let mut request = http::Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers.into();
    Ok(request)
}

/// A response that a worker holds, as it came, body included.
pub(super) fn response(
    http: &mut WasiHttpCtxView<'_>,
    response: Resource<HostIncomingResponse>,
) -> Result<http::Response<WasiBody>> {
    let held = http.table.delete(response)?;
    let mut response = http::Response::new(body::take(held.body));
    *response.status_mut() = http::StatusCode::from_u16(held.status)?;
    *response.headers_mut() = held.headers.into();
    Ok(response)
}

/// A response, as a resource for the worker.
pub(super) fn resource(
    http: &mut WasiHttpCtxView<'_>,
    response: http::Response<WasiBody>,
) -> Result<Resource<HostIncomingResponse>> {
    let (parts, body) = response.into_parts();
    let headers = FieldMap::new_immutable(http.hooks, parts.headers);
    let body = Some(HostIncomingBody::new(body));
    Ok(http.table.push(HostIncomingResponse { status: parts.status.as_u16(), headers, body })?)
}
