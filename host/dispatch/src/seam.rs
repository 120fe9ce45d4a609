//! The seam: where a worker's outgoing request takes the one way out that its invocation has. It fails closed: what is
//! not well-formed goes nowhere, and an invocation without its outbound worker sends nothing.

use std::future::Future;
use std::sync::Arc;

use http::header;
use tollgate_engine::{AbortOnDrop, Guarded, Version};
use tollgate_worlds::DispatchError;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::invocation::{Egress, Invocation};
use crate::timeouts;

type Processed = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Response = http::Response<WasiBody>;

/// The hooks of one store.
pub(crate) struct Seam(pub(crate) Arc<Invocation>);

impl WasiHttpHooks for Seam {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Processed,
    ) -> Box<dyn Future<Output = Result<(Response, Processed), Error>> + Send> {
        let invocation = self.0.clone();
        // An 0.3 instance would poll the way out within its own run, and its meter count it. wasmtime gives that of a 0.2
        // instance a task of its own already.
        let version = invocation.worker.version;
        let way = send(invocation, request, options);
        Box::new(async move {
            let response = match version {
                Version::P2 => way.await?,
                Version::P3 => AbortOnDrop::spawn(way).join().await.unwrap_or(Err(Error::InternalError(None)))?,
            };
            Ok((response, Box::new(async { Ok(()) }) as Processed))
        })
    }

    /// The authority is what a worker sets and sees; the client of the last hop writes the header.
    fn set_host_header(&mut self) -> bool {
        false
    }
}

async fn send(
    invocation: Arc<Invocation>,
    request: http::Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Result<Response, Error> {
    // A request must say where it goes, before anybody is asked (A29).
    tollgate_egress::check(request.uri())?;
    invocation.count_subrequest()?;
    let fate = invocation.fate.clone();
    let request = request.map(|body| Guarded::request(body, fate));
    match invocation.egress.clone() {
        Egress::Denied => Err(Error::HttpRequestDenied),
        Egress::Network => invocation.chain.inner.network.send(invocation.identity.clone(), request, options).await,
        Egress::Outbound(service, parameters) => {
            let call = invocation.chain.intercept(&invocation, service, parameters, request);
            let response = timeouts::first_byte(options, call).await??;
            Ok(timeouts::between_bytes(options, response))
        }
    }
}

/// A request as the next worker sees it: no stale `host`, since the authority says it.
pub(crate) fn inbound(mut request: http::Request<WasiBody>) -> http::Request<WasiBody> {
    if request.uri().authority().is_some() {
        request.headers_mut().remove(header::HOST);
    }
    request
}

/// What a customer's worker sees when its outbound worker did not answer.
pub(crate) fn hop_error(error: DispatchError) -> Error {
    match error {
        DispatchError::WorkerError(error) => error,
        DispatchError::DepthExceeded(_) => Error::LoopDetected,
        DispatchError::WorkerNotFound(_) => Error::DestinationNotFound,
        DispatchError::NoRoom => Error::DestinationUnavailable,
        DispatchError::Limit(_) | DispatchError::WorkerFailed(_) => Error::HttpResponseIncomplete,
        _ => Error::InternalError(None),
    }
}
