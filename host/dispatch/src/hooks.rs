//! The outgoing-request hooks of a store: a worker's request becomes a crossing. They fail closed: a request that is not well-formed
//! goes nowhere, and an invocation without its outbound worker sends nothing.

use std::future::Future;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::{BoxFuture, ready};
use tollgate_engine::Version;
use tollgate_worlds::DispatchError;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::crossing::{Answer, Crossing, Request};
use crate::held;
use crate::invocation::Invocation;
use crate::tickets::{Redeemed, Ticket};
use crate::transit::Transit;

type Processed = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Response = http::Response<WasiBody>;

/// The hooks of one store.
pub(crate) struct Hooks {
    pub(crate) invocation: Arc<Invocation>,
    /// Bodies that the worker has begun, also those that have ended: wasmtime does not say when one ends. The number only decides how
    /// large the parts of the next body are. What a body holds is counted while it is open (`held.rs`).
    bodies: u32,
}

impl Hooks {
    pub(crate) fn new(invocation: Arc<Invocation>) -> Self {
        Self { invocation, bodies: 0 }
    }
}

impl WasiHttpHooks for Hooks {
    fn send_request(
        &mut self,
        mut request: Request,
        options: Option<RequestOptions>,
        _processed: Processed,
    ) -> Box<dyn Future<Output = Result<(Response, Processed), Error>> + Send> {
        let transit = Transit::of(&self.invocation, &request);
        // Redeemed at once: a worker may give its ticket back before it waits for the answer.
        let answer = match self.invocation.tickets.take(request.headers_mut()) {
            None => plain(&self.invocation, request, options),
            Some(redeemed) => with_ticket(self.invocation.clone(), redeemed, request, options).boxed(),
        };
        if self.invocation.worker.wasi == Version::P2 {
            // Its own `handle` lets this go on beside the worker.
            return Box::new(async {
                let _counted = transit;
                processed(answer.await)
            });
        }
        // wasmtime's 0.3 would poll it within the worker's run, and the meter would count it.
        let counted = async {
            let _counted = transit;
            answer.await
        };
        let answer = tollgate_worlds::start(&*self.invocation, counted.boxed());
        Box::new(async { answer.await.map_or(Err(Error::InternalError(None)), processed) })
    }

    fn p2_outgoing_body_buffer_chunks(&mut self) -> usize {
        held::BUFFERED_CHUNKS
    }

    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        self.bodies = self.bodies.saturating_add(1);
        if self.bodies > held::WIDE_BODIES { held::NARROW_CHUNK_BYTES } else { held::CHUNK_BYTES }
    }

    fn p3_outgoing_body_chunk_size(&mut self) -> usize {
        held::CHUNK_BYTES
    }

    /// The authority is what a worker sets and sees; the client of the last hop writes the header.
    fn set_host_header(&mut self) -> bool {
        false
    }
}

fn processed(answer: Answer) -> Result<(Response, Processed), Error> {
    Ok((answer.map_err(DispatchError::into_code)?, Box::new(async { Ok(()) })))
}

/// Sends an ordinary request, by the one way out that the invocation has.
fn plain(
    invocation: &Arc<Invocation>,
    request: Request,
    options: Option<RequestOptions>,
) -> BoxFuture<'static, Answer> {
    // A request must say where it goes, before any worker sees it (A29).
    if let Err(error) = tollgate_egress::check(request.uri()) {
        return ready(Err(DispatchError::WorkerError(error))).boxed();
    }
    let context = invocation.context.clone();
    let to = invocation.egress.destination(&context.policy());
    context.cross(Crossing::out_of(invocation.clone(), to, options), request)
}

/// Sends a request with a ticket.
async fn with_ticket(
    invocation: Arc<Invocation>,
    redeemed: Redeemed,
    request: Request,
    options: Option<RequestOptions>,
) -> Answer {
    let response = match ticketed(&invocation, &redeemed.ticket, request, options).await {
        Ok(response) => response,
        Err(error) => return Err(DispatchError::WorkerError(failed(redeemed, error))),
    };
    Ok(match &invocation.passing {
        Some(passing) => passing.response(redeemed.text().to_owned(), response),
        None => response,
    })
}

/// Sends a request to its ticket's target, with what the ticket passes on.
async fn ticketed(
    invocation: &Arc<Invocation>,
    ticket: &Ticket,
    request: Request,
    options: Option<RequestOptions>,
) -> Answer {
    let request = match &invocation.passing {
        Some(passing) => passing.request(request, ticket.passes),
        None => request,
    };
    let Some(target) = &ticket.target else {
        return plain(invocation, request, options).await.map_err(code_alone);
    };
    tollgate_egress::check(request.uri()).map_err(DispatchError::WorkerError)?;
    target.fetch(request, options).await
}

/// The error as a code. Its words are for the operator, and not for the worker that sent the request.
pub(crate) fn code_alone(error: DispatchError) -> DispatchError {
    DispatchError::WorkerError(error.into_code())
}

/// Keeps the error of a request with a ticket, which the worker may ask for. Gives the error that the worker sees before it asks.
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
