//! The one way over a hop. Every crossing takes the same steps, in this order:
//!
//! 1. The observers learn of it.
//! 2. Depth: a chain of workers that is too deep ends here.
//! 3. Count: it is one subrequest of its sender, whichever binding it uses, also if it is refused or fails.
//! 4. Guard: the request's body ends with an error if its sender is aborted. The engine guards the response's body.
//! 5. A control, in tests, may answer in the receiver's place.
//! 6. A worker runs, or the network is asked. The timeouts of the request hold either way: the egress applies them
//!    on a socket, `timeouts.rs` between workers.
//! 7. The observers learn of the answer.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tollgate_egress::{ClientCertificate, Identity};
use tollgate_engine::Guarded;
use tollgate_types::{CertificateId, WorkerId, WorkerRecord};
use tollgate_worlds::DispatchError;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::call::{Caller, call};
use crate::chain::Shared;
use crate::context::Context;
use crate::crossing::{Answer, Crossing, Destination, Hop, Policy, Request};
use crate::observe::{Observers, Onward};
use crate::timeouts;

/// Workers in one chain, at most: a dispatch that loops ends here.
const DEPTH: u32 = 8;

impl Context for Shared {
    fn cross(self: Arc<Self>, crossing: Crossing, request: Request) -> BoxFuture<'static, Answer> {
        async move { cross(&self, crossing, request).await }.boxed()
    }

    fn record(&self, id: &WorkerId) -> Option<Arc<WorkerRecord>> {
        self.reader.worker(id).ok().flatten()
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }

    fn observers(&self) -> &Observers {
        &self.observers
    }
}

/// Takes a request over a hop.
pub(crate) async fn cross(chain: &Arc<Shared>, crossing: Crossing, request: Request) -> Answer {
    let spans = chain.observers.cross(&crossing, &request);
    let answer = match admit(&crossing) {
        Ok(()) => pass(chain, crossing, request).await,
        Err(refused) => Err(refused),
    };
    spans.answered(&answer);
    answer
}

/// Whether a request may cross: depth and count.
fn admit(crossing: &Crossing) -> Result<(), DispatchError> {
    if let (Destination::Worker(_), true) = (&crossing.to, crossing.depth > DEPTH) {
        return Err(DispatchError::DepthExceeded(DEPTH));
    }
    let Some(from) = &crossing.from else { return Ok(()) };
    if from.count_subrequest() {
        return Ok(());
    }
    let text = format!("too many subrequests: at most {} in an invocation", from.allowed_subrequests());
    Err(match crossing.hop() {
        Hop::Dispatch => DispatchError::Limit(text),
        // A `Limit` would reach the worker as an error code without the text.
        _ => DispatchError::WorkerError(Error::InternalError(Some(text))),
    })
}

/// Guards the request's body, and holds the request to its timeouts.
async fn pass(chain: &Arc<Shared>, crossing: Crossing, request: Request) -> Answer {
    let request = match &crossing.from {
        Some(from) => request.map(|body| Guarded::request(body, from.clone())),
        None => request,
    };
    match &crossing.to {
        Destination::Denied => Err(DispatchError::WorkerError(Error::HttpRequestDenied)),
        Destination::Network { .. } => controlled(chain, crossing, request).await,
        Destination::Worker(_) => timeouts::hold(crossing.options, controlled(chain, crossing, request)).await,
    }
}

/// Takes a request past the control of the chain, if there is one.
async fn controlled(chain: &Arc<Shared>, crossing: Crossing, request: Request) -> Answer {
    let Some(control) = chain.observers.control() else { return go(chain, crossing, request).await };
    let (chain, further) = (chain.clone(), crossing.clone());
    let onward: Onward = Box::new(move |request| async move { go(&chain, further, request).await }.boxed());
    control.pass(crossing, request, onward).await
}

/// Runs the worker, or asks the network.
async fn go(chain: &Arc<Shared>, crossing: Crossing, request: Request) -> Answer {
    let Crossing { request_id, from, to, depth, options } = crossing;
    let answer = match (to, from) {
        (Destination::Worker(callee), from) => {
            let caller = Caller { request_id, chain: from.map(|from| from.identity().chain.clone()), depth, options };
            return call(chain, caller, callee, request).await;
        }
        (Destination::Network { certificate: None }, Some(from)) => {
            chain.network.send(from.identity().clone(), request, options).await
        }
        (Destination::Network { certificate: Some(id) }, Some(from)) => {
            present(chain, from.identity(), &id, request, options).await
        }
        // Only a worker's request has an owner for its connections.
        (Destination::Network { .. }, None) | (Destination::Denied, _) => Err(Error::HttpRequestDenied),
    };
    answer.map_err(DispatchError::WorkerError)
}

/// Sends a request with a client certificate. The certificate is looked up for each request, whatever connections are open: a
/// deleted one is not used again.
async fn present(
    chain: &Shared,
    identity: &Identity,
    id: &CertificateId,
    request: Request,
    options: Option<RequestOptions>,
) -> Result<http::Response<WasiBody>, Error> {
    let Some(record) = chain.reader.certificate(id).ok().flatten() else {
        return Err(Error::InternalError(Some(format!("certificate {id} does not exist any more"))));
    };
    let private_key = record.private_key.reveal();
    let certificate = ClientCertificate { id: id.as_str(), certificates: &record.certificates, private_key };
    chain.network.present(identity.clone(), certificate, request, options).await
}
