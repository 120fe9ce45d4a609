//! A request of `wstd`'s as WASI's, with its body following by itself.

use wasip2::http::types::{Fields, Method, OutgoingBody, OutgoingRequest, Scheme};
use wstd::http::{Body, BodyExt as _, Error, ErrorCode, HeaderMap, Request};
use wstd::io::AsyncOutputStream;

/// The request to send. Its body follows while the response is awaited, and when the response is there already.
pub(crate) fn outgoing(request: Request<Body>) -> Result<OutgoingRequest, ErrorCode> {
    let (mut head, body) = request.into_parts();
    // A length that was another body's would cut this one off.
    if let Some(said) = head.headers.remove("content-length")
        && body.content_length().is_some_and(|length| said == *length.to_string())
    {
        head.headers.insert("content-length", said);
    }
    let request = OutgoingRequest::new(fields(&head.headers)?);
    let scheme = head.uri.scheme_str().map(|scheme| match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.to_owned()),
    });
    let invalid = |()| ErrorCode::HttpRequestUriInvalid;
    request.set_method(&method(&head.method)).map_err(|()| ErrorCode::HttpRequestMethodInvalid)?;
    request.set_scheme(scheme.as_ref()).map_err(invalid)?;
    request.set_authority(head.uri.authority().map(|authority| authority.as_str())).map_err(invalid)?;
    request.set_path_with_query(head.uri.path_and_query().map(|path| path.as_str())).map_err(invalid)?;
    let to = request.body().expect("it was not taken before");
    // Cut short, the body ends as one that is not whole: whoever reads it is told, and the response says the rest.
    wstd::runtime::spawn(async move { send(body, to).await.ok() }).detach();
    Ok(request)
}

async fn send(body: Body, to: OutgoingBody) -> Result<(), Error> {
    let mut body = body.into_boxed_body();
    let stream = AsyncOutputStream::new(to.write().expect("it was not taken before"));
    let mut trailers = None;
    while let Some(frame) = body.frame().await {
        match frame?.into_data() {
            Ok(data) => stream.write_all(&data).await?,
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    drop(stream);
    let trailers = trailers.as_ref().map(fields).transpose()?;
    Ok(OutgoingBody::finish(to, trailers)?)
}

fn fields(headers: &HeaderMap) -> Result<Fields, ErrorCode> {
    let entries: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_owned())).collect();
    Fields::from_list(&entries).map_err(|error| ErrorCode::InternalError(Some(error.to_string())))
}

fn method(method: &wstd::http::Method) -> Method {
    match method.as_str() {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "CONNECT" => Method::Connect,
        "OPTIONS" => Method::Options,
        "TRACE" => Method::Trace,
        "PATCH" => Method::Patch,
        other => Method::Other(other.to_owned()),
    }
}
