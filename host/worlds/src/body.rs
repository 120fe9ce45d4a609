//! A body that reached a worker as a resource, taken back as a stream, so that it passes on without the worker.

use bytes::Bytes;
use futures::stream;
use http::HeaderMap;
use http_body::Frame;
use http_body_util::{BodyExt, Empty, StreamBody};
use wasmtime_wasi::p2::{InputStream, Pollable, StreamError};
use wasmtime_wasi_http::p2::body::{HostFutureTrailers, HostIncomingBody, HostIncomingBodyStream};
use wasmtime_wasi_http::{Error, WasiBody};

/// Most bytes of one frame.
const FRAME_BYTES: usize = 1024 * 1024;

enum State {
    Streaming(HostIncomingBodyStream, HostIncomingBody),
    Ended,
}

/// The rest of an incoming body, trailers included. Empty where the worker had taken it already.
pub(crate) fn take(body: Option<HostIncomingBody>) -> WasiBody {
    let Some(mut body) = body else {
        return Empty::new().map_err(|never| match never {}).boxed_unsync();
    };
    let start = match body.take_stream() {
        Some(stream) => State::Streaming(stream, body),
        None => State::Ended,
    };
    WasiBody::new(StreamBody::new(Box::pin(stream::unfold(start, next))))
}

async fn next(state: State) -> Option<(Result<Frame<Bytes>, Error>, State)> {
    match state {
        State::Streaming(stream, body) => data(stream, body).await,
        State::Ended => None,
    }
}

async fn data(
    mut stream: HostIncomingBodyStream,
    body: HostIncomingBody,
) -> Option<(Result<Frame<Bytes>, Error>, State)> {
    loop {
        match stream.read(FRAME_BYTES) {
            Ok(bytes) if bytes.is_empty() => stream.ready().await,
            Ok(bytes) => return Some((Ok(Frame::data(bytes)), State::Streaming(stream, body))),
            Err(StreamError::LastOperationFailed(error)) => {
                let error = error.downcast().unwrap_or_else(|other| Error::InternalError(Some(other.to_string())));
                return Some((Err(error), State::Ended));
            }
            Err(_) => {
                drop(stream);
                let frame = trailers(body).await?;
                return Some((frame, State::Ended));
            }
        }
    }
}

async fn trailers(body: HostIncomingBody) -> Option<Result<Frame<Bytes>, Error>> {
    let mut trailers = body.into_future_trailers();
    trailers.ready().await;
    match trailers {
        HostFutureTrailers::Done(Ok(Some(map))) => Some(Ok(Frame::<Bytes>::trailers(map as HeaderMap))),
        HostFutureTrailers::Done(Err(error)) => Some(Err(error)),
        _ => None,
    }
}
