//! `wasi:http/outgoing-handler` 0.2 in the place of wasmtime's, which gives each request two tasks: a request that a worker
//! sends goes on within the worker's own run. A task for each costs more than the rest of the hop.

use http::{HeaderMap, Uri, header, uri};
use http_body_util::{BodyExt as _, Empty};
use wasmtime::component::{Linker, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};
use wasmtime_wasi::p2::DynPollable;
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Scheme};
use wasmtime_wasi_http::p2::types::{HostIncomingResponse, HostOutgoingRequest};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::in_flight::InFlight;
use crate::{PlatformCtx, PlatformView, code, exchange};

type Request = http::Request<WasiBody>;
/// A response on its way.
pub(crate) type Sent = InFlight<Result<http::Response<WasiBody>, Error>>;
type Taken = Option<Result<Result<Resource<HostIncomingResponse>, ErrorCode>, ()>>;

/// Puts this handler, and the resource that it answers with, in the place of wasmtime's.
pub(crate) fn replace<T: PlatformView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    linker.allow_shadowing(true);
    let mut types = linker.instance("wasi:http/types@0.2.12")?;
    types.resource("future-incoming-response", ResourceType::host::<Sent>(), |mut store, rep| {
        store.data_mut().platform().http.table.delete(Resource::<Sent>::new_own(rep))?;
        Ok(())
    })?;
    types.func_wrap(
        "[method]future-incoming-response.subscribe",
        |mut store: StoreContextMut<'_, T>, (sent,): (Resource<Sent>,)| -> Result<(Resource<DynPollable>,)> {
            Ok((wasmtime_wasi::p2::subscribe(store.data_mut().platform().http.table, sent)?,))
        },
    )?;
    types.func_wrap(
        "[method]future-incoming-response.get",
        |mut store: StoreContextMut<'_, T>, (sent,): (Resource<Sent>,)| -> Result<(Taken,)> {
            Ok((take(store.data_mut().platform(), &sent)?,))
        },
    )?;
    linker.instance("wasi:http/outgoing-handler@0.2.12")?.func_wrap(
        "handle",
        |mut store: StoreContextMut<'_, T>,
         (request, options): (Resource<HostOutgoingRequest>, Option<Resource<RequestOptions>>)|
         -> Result<(Result<Resource<Sent>, ErrorCode>,)> {
            Ok((handle(store.data_mut().platform(), request, options)?,))
        },
    )?;
    linker.allow_shadowing(false);
    Ok(())
}

fn handle(
    platform: PlatformCtx<'_>,
    request: Resource<HostOutgoingRequest>,
    options: Option<Resource<RequestOptions>>,
) -> Result<Result<Resource<Sent>, ErrorCode>> {
    let PlatformCtx { http, dispatcher, .. } = platform;
    let options = options.map(|options| http.table.delete(options)).transpose()?;
    let request = match assemble(http.table.delete(request)?) {
        Ok(request) => request,
        Err(code) => return Ok(Err(code)),
    };
    let way = Box::into_pin(http.hooks.send_request(request, options, Box::new(async { Ok(()) })));
    let sent = Sent::start(dispatcher, Box::pin(async move { way.await.map(|(response, _processed)| response) }));
    Ok(Ok(http.table.push(sent)?))
}

fn take(platform: PlatformCtx<'_>, sent: &Resource<Sent>) -> Result<Taken> {
    let mut http = platform.http;
    Ok(match http.table.get_mut(sent)?.take() {
        None => None,
        Some(Err(())) => Some(Err(())),
        Some(Ok(Err(error))) => Some(Ok(Err(code::p2(&error)))),
        Some(Ok(Ok(response))) => Some(Ok(Ok(exchange::resource(&mut http, response)?))),
    })
}

/// The request that a worker built, as `http` has it. What is not well-formed never gets as far as the seam.
pub(crate) fn assemble(built: HostOutgoingRequest) -> Result<Request, ErrorCode> {
    let length = content_length(&built.headers)?;
    if built.body.is_none() && length.is_some_and(|length| length != 0) {
        return Err(ErrorCode::HttpRequestBodySize(Some(0)));
    }
    let mut parts = uri::Parts::default();
    parts.scheme = Some(match built.scheme {
        Some(Scheme::Http) => uri::Scheme::HTTP,
        Some(Scheme::Https) => uri::Scheme::HTTPS,
        Some(Scheme::Other(other)) => other.parse().map_err(|_invalid| ErrorCode::HttpProtocolError)?,
        None => uri::Scheme::HTTPS,
    });
    let invalid = |_error| ErrorCode::HttpRequestUriInvalid;
    parts.authority = Some(built.authority.unwrap_or_default().parse().map_err(invalid)?);
    let path = built.path_with_query.as_deref().unwrap_or("/");
    parts.path_and_query = Some(path.parse().map_err(invalid)?);
    let body = match built.body {
        Some(body) => body,
        None => Empty::new().map_err(|never| match never {}).boxed_unsync(),
    };
    let mut request = http::Request::new(body);
    *request.method_mut() = built.method.try_into().map_err(|_invalid| ErrorCode::HttpRequestMethodInvalid)?;
    *request.uri_mut() = Uri::from_parts(parts).map_err(|_invalid| ErrorCode::HttpRequestUriInvalid)?;
    *request.headers_mut() = built.headers.into();
    Ok(request)
}

/// The body's length, where a header says it (RFC 9110, section 8.6): digits, once.
fn content_length(headers: &HeaderMap) -> Result<Option<u64>, ErrorCode> {
    let mut values = headers.get_all(header::CONTENT_LENGTH).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let digits = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    match (digits.and_then(|text| text.parse().ok()), values.next()) {
        (Some(length), None) => Ok(Some(length)),
        _ => Err(ErrorCode::InternalError(Some("content-length: expected digits, once".to_owned()))),
    }
}
