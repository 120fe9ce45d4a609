//! Serves a scripted origin over any stream of bytes: a pipe in the place of a socket, or a socket.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Response, Uri, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tollgate_egress::{Dialer, Dialled, Duplex};
use wasmtime_wasi_http::WasiBody;

use crate::message::{Body, Sent};
use crate::origin::Log;
use crate::{Origin, nature::Nature};

/// What a pipe holds before its writer waits, as a socket's buffers would.
const PIPE_BYTES: usize = 64 * 1024;

type Replied = Response<WasiBody>;

/// Pipes to a scripted origin.
pub(crate) struct Pipes {
    pub(crate) origin: Origin,
    pub(crate) log: Log,
    pub(crate) nature: Arc<Nature>,
}

impl Dialer for Pipes {
    fn dial(&self, url: Uri) -> Pin<Box<dyn Future<Output = Dialled> + Send>> {
        let scheme = url.scheme_str().unwrap_or("http").to_owned();
        let authority = url.authority().map(ToString::to_string).unwrap_or_default();
        let known = self.origin.knows(&scheme, &authority);
        let (log, nature) = (self.log.clone(), self.nature.clone());
        Box::pin(async move {
            if !known {
                return Err(io::Error::new(io::ErrorKind::NotFound, "no rule is for this host"));
            }
            let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
            tokio::spawn(async move { serve(theirs, scheme, log, move || nature.elapsed()).await });
            Ok(Box::new(ours) as Box<dyn Duplex>)
        })
    }
}

/// Serves one connection to its end.
pub(crate) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    scheme: String,
    log: Log,
    now: impl Fn() -> Duration + Clone + Send + 'static,
) {
    let service = service_fn(move |request| answer(scheme.clone(), log.clone(), now.clone(), request));
    let connection = hyper::server::conn::http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    // How a connection ends is for its other end to say.
    let _ = connection.await;
}

async fn answer(
    scheme: String,
    log: Log,
    now: impl Fn() -> Duration + Send + 'static,
    request: http::Request<Incoming>,
) -> Result<Replied, Infallible> {
    let (head, body) = request.into_parts();
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let url = format!("{scheme}://{host}{}", head.uri);
    let mut headers = head.headers.clone();
    headers.remove(header::HOST);
    let said = format!("no rule of the scripted origin is for {} {url}", head.method);
    let (place, reply) = log.arrives(Sent { method: head.method, url, headers, body: Body::default(), early: false });
    let reading = read(body, log, place, now);
    let Some(reply) = reply else {
        // What was sent is told although nobody answers it.
        reading.await;
        return Ok(unscripted(said));
    };
    if reply.early {
        tokio::spawn(reading);
    } else {
        reading.await;
    }
    tokio::time::sleep(reply.after).await;
    Ok(reply.response())
}

async fn read(mut body: Incoming, log: Log, place: usize, now: impl Fn() -> Duration) {
    loop {
        let frame = body.frame().await;
        let ended = !matches!(&frame, Some(Ok(_)));
        let said = frame.as_ref().map(|frame| frame.as_ref().map_err(ToString::to_string));
        log.note(place, |request| request.body.took(now(), said));
        if ended {
            return;
        }
    }
}

/// 501, in words that a failing test shows.
fn unscripted(said: String) -> Replied {
    let mut response = Response::new(Full::new(said.into()).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = http::StatusCode::NOT_IMPLEMENTED;
    response
}
