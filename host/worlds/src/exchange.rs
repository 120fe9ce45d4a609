//! Between WASI's request and response resources and `http`'s types.

use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi_http::p2::bindings::http::types::{HostIncomingRequest as _, Scheme};
use wasmtime_wasi_http::p2::body::HostIncomingBody;
use wasmtime_wasi_http::p2::types::{HostIncomingRequest, HostIncomingResponse};
use wasmtime_wasi_http::{FieldMap, WasiBody, WasiHttpCtxView};

use crate::body;

type Request = http::Request<WasiBody>;

/// The inbound request as it came, body included.
pub(crate) fn incoming(http: &mut WasiHttpCtxView<'_>, request: Resource<HostIncomingRequest>) -> Result<Request> {
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
pub(crate) fn response(
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
pub(crate) fn resource(
    http: &mut WasiHttpCtxView<'_>,
    response: http::Response<WasiBody>,
) -> Result<Resource<HostIncomingResponse>> {
    let (parts, body) = response.into_parts();
    let headers = FieldMap::new_immutable(http.hooks, parts.headers);
    let body = Some(HostIncomingBody::new(body));
    Ok(http.table.push(HostIncomingResponse { status: parts.status.as_u16(), headers, body })?)
}
