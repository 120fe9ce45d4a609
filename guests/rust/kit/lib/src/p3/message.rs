//! Requests and responses of `http` as WASI's, and back.

use std::fmt::Display;

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri};
use wit_bindgen::FutureReader;

use super::generated::wasi::http::types as wasi;
use super::generated::wit_future;
use super::{Body, ErrorCode, Result};

pub(super) fn incoming_request(request: wasi::Request) -> Result<Request<Body>, ErrorCode> {
    let method = method_text(request.get_method());
    let mut uri = Uri::builder();
    if let Some(scheme) = request.get_scheme() {
        uri = uri.scheme(scheme_text(&scheme));
    }
    if let Some(authority) = request.get_authority() {
        uri = uri.authority(authority);
    }
    let path = request.get_path_with_query().unwrap_or_else(|| "/".to_owned());
    let uri = uri.path_and_query(path).build().map_err(internal)?;
    let headers = headers(&request.get_headers()).map_err(internal)?;
    let (stream, end) = wasi::Request::consume_body(request, taken());
    // A body that is not there would be sent on as one of unknown length.
    let bodiless = matches!(&*method, "GET" | "HEAD")
        && !headers.contains_key(CONTENT_LENGTH)
        && !headers.contains_key(TRANSFER_ENCODING);
    let body = if bodiless { Body::empty() } else { Body::incoming(stream, end) };
    let mut incoming = Request::builder().method(&*method).uri(uri).body(body).map_err(internal)?;
    *incoming.headers_mut() = headers;
    Ok(incoming)
}

pub(super) fn incoming_response(response: wasi::Response) -> Result<Response<Body>, ErrorCode> {
    let (status, headers) = (response.get_status_code(), headers(&response.get_headers()).map_err(internal)?);
    let (stream, end) = wasi::Response::consume_body(response, taken());
    let mut incoming = Response::builder().status(status).body(Body::incoming(stream, end)).map_err(internal)?;
    *incoming.headers_mut() = headers;
    Ok(incoming)
}

pub(super) fn outgoing_request(request: Request<Body>) -> Result<wasi::Request, ErrorCode> {
    let (head, body) = request.into_parts();
    let headers = fields(head.headers, &body, false)?;
    let (stream, end) = body.sent();
    let (request, _sent) = wasi::Request::new(headers, stream, end, None);
    let invalid = |()| ErrorCode::HttpRequestUriInvalid;
    request.set_method(&method(&head.method)).map_err(|()| ErrorCode::HttpRequestMethodInvalid)?;
    request.set_scheme(head.uri.scheme_str().map(scheme).as_ref()).map_err(invalid)?;
    request.set_authority(head.uri.authority().map(|authority| authority.as_str())).map_err(invalid)?;
    request.set_path_with_query(head.uri.path_and_query().map(|path| path.as_str())).map_err(invalid)?;
    Ok(request)
}

/// The response to a request of HEAD or of another method.
pub(super) fn outgoing_response(response: Response<Body>, to_head: bool) -> Result<wasi::Response, ErrorCode> {
    let (head, body) = response.into_parts();
    let headers = fields(head.headers, &body, to_head || head.status == StatusCode::NOT_MODIFIED)?;
    let (stream, end) = body.sent();
    let (response, _sent) = wasi::Response::new(headers, stream, end);
    response.set_status_code(head.status.as_u16()).map_err(|()| internal("the status is none that HTTP has"))?;
    Ok(response)
}

fn headers(fields: &wasi::Fields) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in fields.copy_all() {
        headers.append(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_bytes(&value)?);
    }
    Ok(headers)
}

/// The headers. A length that was another body's is not among them: the host would cut this one off.
fn fields(mut headers: HeaderMap, body: &Body, bodiless: bool) -> Result<wasi::Fields, ErrorCode> {
    let said = headers.remove(CONTENT_LENGTH);
    headers.extend(body.length(said, bodiless).map(|length| (CONTENT_LENGTH, length)));
    let entry = |(name, value): (&HeaderName, &HeaderValue)| (name.as_str().to_owned(), value.as_bytes().to_owned());
    let entries: Vec<_> = headers.iter().map(entry).collect();
    wasi::Fields::from_list(&entries).map_err(internal)
}

fn method(method: &http::Method) -> wasi::Method {
    match method.as_str() {
        "GET" => wasi::Method::Get,
        "HEAD" => wasi::Method::Head,
        "POST" => wasi::Method::Post,
        "PUT" => wasi::Method::Put,
        "DELETE" => wasi::Method::Delete,
        "CONNECT" => wasi::Method::Connect,
        "OPTIONS" => wasi::Method::Options,
        "TRACE" => wasi::Method::Trace,
        "PATCH" => wasi::Method::Patch,
        other => wasi::Method::Other(other.to_owned()),
    }
}

fn method_text(method: wasi::Method) -> String {
    let text = match method {
        wasi::Method::Get => "GET",
        wasi::Method::Head => "HEAD",
        wasi::Method::Post => "POST",
        wasi::Method::Put => "PUT",
        wasi::Method::Delete => "DELETE",
        wasi::Method::Connect => "CONNECT",
        wasi::Method::Options => "OPTIONS",
        wasi::Method::Trace => "TRACE",
        wasi::Method::Patch => "PATCH",
        wasi::Method::Other(other) => return other,
    };
    text.to_owned()
}

fn scheme(text: &str) -> wasi::Scheme {
    match text {
        "http" => wasi::Scheme::Http,
        "https" => wasi::Scheme::Https,
        other => wasi::Scheme::Other(other.to_owned()),
    }
}

fn scheme_text(scheme: &wasi::Scheme) -> &str {
    match scheme {
        wasi::Scheme::Http => "http",
        wasi::Scheme::Https => "https",
        wasi::Scheme::Other(other) => other,
    }
}

/// Says that a body was taken in order.
fn taken() -> FutureReader<Result<(), ErrorCode>> {
    wit_future::new(|| Ok(())).1
}

fn internal(error: impl Display) -> ErrorCode {
    ErrorCode::InternalError(Some(error.to_string()))
}
