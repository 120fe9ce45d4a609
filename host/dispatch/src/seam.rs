//! The seam: where a worker's outgoing request takes the one way out that its invocation has. It fails closed: what is
//! not well-formed goes nowhere, and an invocation without its outbound worker sends nothing.

use std::future::Future;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::header;
use tollgate_engine::{Guarded, Version};
use tollgate_worlds::DispatchError;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::invocation::{Egress, Invocation};
use crate::tickets::{Redeemed, Ticket};
use crate::timeouts;
use crate::traffic::Sent;

type Processed = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Response = http::Response<WasiBody>;

/// The hooks of one store.
pub(crate) struct Seam(pub(crate) Arc<Invocation>);

impl WasiHttpHooks for Seam {
    fn send_request(
        &mut self,
        mut request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Processed,
    ) -> Box<dyn Future<Output = Result<(Response, Processed), Error>> + Send> {
        // At once: a worker may be done with its ticket before it waits.
        let redeemed = self.0.tickets.take(request.headers_mut());
        let way = send(self.0.clone(), redeemed, request, options);
        let response: BoxFuture<'static, Result<Response, Error>> = match self.0.worker.version {
            // Its own `handle` lets this go on beside the worker.
            Version::P2 => way.boxed(),
            // wasmtime's 0.3 would poll it within the worker's run, and the meter count it.
            Version::P3 => {
                let outcome = tollgate_worlds::start(&*self.0, way.boxed());
                async { outcome.await.unwrap_or(Err(Error::InternalError(None))) }.boxed()
            }
        };
        Box::new(async { Ok((response.await?, Box::new(async { Ok(()) }) as Processed)) })
    }

    /// The authority is what a worker sets and sees; the client of the last hop writes the header.
    fn set_host_header(&mut self) -> bool {
        false
    }
}

async fn send(
    invocation: Arc<Invocation>,
    redeemed: Option<Redeemed>,
    request: http::Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Result<Response, Error> {
    let Some(redeemed) = redeemed else {
        return plain(&invocation, request, options).await;
    };
    let response = match ticketed(&invocation, &redeemed.ticket, request, options).await {
        Ok(response) => response,
        Err(error) => return Err(failed(redeemed, error)),
    };
    Ok(match &invocation.passing {
        Some(passing) => passing.response(redeemed.text().to_owned(), response),
        None => response,
    })
}

/// Sends an ordinary request.
async fn plain(
    invocation: &Invocation,
    request: http::Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Result<Response, Error> {
    // A request must say where it goes, before anybody is asked (A29).
    tollgate_egress::check(request.uri())?;
    let sent = Sent::of(invocation, &request);
    let answer = leave(invocation, request, options).await;
    if let Some(sent) = sent {
        sent.answered(&answer);
    }
    answer
}

/// By the one way out that the invocation has.
async fn leave(
    invocation: &Invocation,
    request: http::Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Result<Response, Error> {
    invocation.count_subrequest()?;
    let (fate, errands) = (invocation.fate.clone(), invocation.errands.clone());
    let request = request.map(|body| Guarded::request(body, fate, errands));
    match invocation.egress.clone() {
        Egress::Denied => Err(Error::HttpRequestDenied),
        Egress::Network => invocation.chain.depart(invocation.identity.clone(), request, options).await,
        Egress::Outbound(service, parameters) => {
            let call = invocation.chain.intercept(invocation, service, parameters, options, request);
            let response = timeouts::first_byte(options, call).await??;
            Ok(timeouts::between_bytes(options, response))
        }
    }
}

/// Sends a request where its ticket says, with what it passes on.
async fn ticketed(
    invocation: &Invocation,
    ticket: &Ticket,
    request: http::Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Result<Response, DispatchError> {
    let request = match &invocation.passing {
        Some(passing) => passing.request(request, ticket.passes),
        None => request,
    };
    let Some(target) = &ticket.target else {
        return plain(invocation, request, options).await.map_err(DispatchError::WorkerError);
    };
    tollgate_egress::check(request.uri()).map_err(DispatchError::WorkerError)?;
    let (fate, errands) = (invocation.fate.clone(), invocation.errands.clone());
    target.fetch(request.map(|body| Guarded::request(body, fate, errands)), options).await
}

/// Keeps why a request with a ticket failed, for the worker to ask: and what it is told before it asks.
fn failed(redeemed: Redeemed, error: DispatchError) -> Error {
    let (said, kept) = match error {
        DispatchError::WorkerError(error) => {
            let [said, kept] = tollgate_worlds::twice(error);
            (said, DispatchError::WorkerError(kept))
        }
        other => (Error::InternalError(Some(other.to_string())), other),
    };
    redeemed.failed(kept);
    said
}

/// A request as the next worker sees it: no stale `host`, since the authority says it.
pub(crate) fn inbound(mut request: http::Request<WasiBody>) -> http::Request<WasiBody> {
    if request.uri().authority().is_some() {
        request.headers_mut().remove(header::HOST);
    }
    request
}
