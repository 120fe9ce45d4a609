//! A response of WASI's as `wstd`'s.

use futures_lite::stream::try_unfold;
use wasip2::http::types::{Fields, IncomingBody, IncomingResponse};
use wstd::http::body::{Bytes, Frame, util::StreamBody};
use wstd::http::{Body, Error, ErrorCode, HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use wstd::io::AsyncInputStream;
use wstd::runtime::AsyncPollable;

/// Most bytes read at once.
const CHUNK: usize = 64 * 1024;

/// The response to a request of HEAD or of another method, whose body is read as it is asked for.
pub(crate) fn incoming(response: IncomingResponse, head: bool) -> Result<Response<Body>, ErrorCode> {
    let status = response.status().try_into().map_err(internal)?;
    let mut headers = headers(&response.headers()).map_err(internal)?;
    let bodiless = head || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let body = if bodiless {
        // `wstd` opens a body for every response, which must then be as long as this says, and traps where it is not.
        headers.remove("content-length");
        Body::empty()
    } else {
        let body = response.consume().expect("it was not taken before");
        let stream = AsyncInputStream::new(body.stream().expect("it was not taken before"));
        let frames = try_unfold(Some(Reading { stream, body }), next);
        Body::from_http_body(StreamBody::new(Box::pin(frames)))
    };
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    Ok(answer)
}

/// A body while it is read. Its stream stands before it, because it has to be dropped before it.
struct Reading {
    stream: AsyncInputStream,
    body: IncomingBody,
}

/// The next piece of a body; its trailers are the last.
async fn next(reading: Option<Reading>) -> Result<Option<(Frame<Bytes>, Option<Reading>)>, Error> {
    let Some(reading) = reading else { return Ok(None) };
    let mut chunk = vec![0; CHUNK];
    let length = reading.stream.read(&mut chunk).await?;
    if length > 0 {
        chunk.truncate(length);
        return Ok(Some((Frame::data(chunk.into()), Some(reading))));
    }
    let Reading { stream, body } = reading;
    drop(stream);
    let trailers = IncomingBody::finish(body);
    AsyncPollable::new(trailers.subscribe()).wait_for().await;
    match trailers.get().expect("it is ready").expect("it was not taken before")? {
        Some(trailers) => Ok(Some((Frame::trailers(headers(&trailers)?), None))),
        None => Ok(None),
    }
}

fn headers(fields: &Fields) -> Result<HeaderMap, Error> {
    let entry = |(name, value): (String, Vec<u8>)| {
        Ok((HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_bytes(&value)?))
    };
    let mut headers = HeaderMap::new();
    for (name, value) in fields.entries().into_iter().map(entry).collect::<Result<Vec<_>, Error>>()? {
        headers.append(name, value);
    }
    Ok(headers)
}

fn internal(error: impl std::fmt::Display) -> ErrorCode {
    ErrorCode::InternalError(Some(error.to_string()))
}
