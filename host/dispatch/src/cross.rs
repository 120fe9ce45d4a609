//! The one way over a hop. Every crossing takes the same steps, in this order:
//!
//! 1. The observers learn of it.
//! 2. Count: it is one subrequest of its sender, whichever binding it uses, also if it is refused or fails.
//! 3. Depth: a chain of workers that is too deep ends here.
//! 4. Policy: what leads out of the host is denied by the rules of the egress before an outbound worker learns of it.
//! 5. Guard: the request's body ends with an error if its sender is aborted. The engine guards the response's body.
//! 6. Wait, if the sender has as many subrequests open as it may.
//! 7. A control, in tests, may answer in the receiver's place.
//! 8. A worker runs, or the network is asked. The timeouts of the request hold either way: the egress applies them
//!    on a socket, `timeouts.rs` between workers.
//! 9. The observers learn of the answer.

use std::future::Future;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::{BoxFuture, ready};
use tollgate_egress::{ClientCertificate, Identity};
use tollgate_engine::Guarded;
use tollgate_types::{CertificateId, WorkerId, WorkerRecord, excerpt};
use tollgate_worlds::DispatchError;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::call::call;
use crate::chain::Shared;
use crate::context::Context;
use crate::crossing::{Answer, Crossing, Destination, Hop, Policy, Request};
use crate::observe::{Observers, Onward};
use crate::timeouts;

impl Context for Shared {
    /// The last step is chosen here, so that the future of a worker's call has no room for a request to the network, which is large.
    fn cross(self: Arc<Self>, mut crossing: Crossing, request: Request) -> BoxFuture<'static, Answer> {
        match &crossing.to {
            Destination::Worker(_) => cross(self, crossing, request, call).boxed(),
            Destination::Network { .. } => {
                crossing.options = Some(self.network.in_force(crossing.options));
                cross(self, crossing, request, network).boxed()
            }
            Destination::Denied => {
                let denied = |_, _, _| ready(Err(DispatchError::WorkerError(Error::HttpRequestDenied)));
                cross(self, crossing, request, denied).boxed()
            }
        }
    }

    fn record(&self, id: &WorkerId) -> Option<Arc<WorkerRecord>> {
        self.reader.worker(id).ok().flatten()
    }

    fn policy(&self) -> Policy {
        Self::policy(self)
    }

    fn observers(&self) -> &Observers {
        &self.observers
    }
}

/// Takes a request over a hop, whose last step is `go`.
pub(crate) async fn cross<F: Future<Output = Answer> + Send + 'static>(
    chain: Arc<Shared>,
    crossing: Crossing,
    mut request: Request,
    go: impl FnOnce(Arc<Shared>, Crossing, Request) -> F + Send + 'static,
) -> Answer {
    let spans = chain.observers.cross(&crossing, &request);
    let admitted = admit(&crossing).and_then(|()| permit(&chain, &crossing, &request));
    let answer = match admitted.and_then(|()| guard(&crossing, &mut request)) {
        Err(refused) => Err(refused),
        Ok(()) => {
            // Held until the head of the response is there.
            let _open = match &crossing.from {
                Some(from) => {
                    let (gate, bound) = from.open_subrequests();
                    gate.enter(bound).await
                }
                None => None,
            };
            let options = timeouts::in_force(&crossing);
            match options.is_some() || chain.observers.control().is_some() {
                // Boxed, so that the future of every other request stays small.
                true => Box::pin(timeouts::hold(options, controlled(chain.clone(), crossing, request, go))).await,
                false => go(chain.clone(), crossing, request).await,
            }
        }
    };
    spans.answered(&answer);
    answer
}

/// Whether a request may cross: count and depth.
fn admit(crossing: &Crossing) -> Result<(), DispatchError> {
    count(crossing)?;
    match &crossing.to {
        Destination::Worker(callee) if crossing.depth > callee.limits.dispatch_depth => {
            Err(DispatchError::DepthExceeded(callee.limits.dispatch_depth))
        }
        _ => Ok(()),
    }
}

/// Whether the rules of the egress permit a request that leads to an outbound worker or to the network.
fn permit(chain: &Shared, crossing: &Crossing, request: &Request) -> Result<(), DispatchError> {
    let (Hop::Outbound | Hop::Network, Some(from)) = (crossing.hop(), &crossing.from) else { return Ok(()) };
    chain.network.permits(request.uri(), &from.identity().levels).map_err(|denied| {
        let (request_id, worker, host) = (crossing.request_id, from.invoked().worker, request.uri().host());
        // Told once: a worker may try as often as it has subrequests.
        if from.note_denied(format!("to {}: {denied}", excerpt(host.unwrap_or_default()))) {
            tracing::info!(%request_id, %worker, host, %denied, "the egress policy denied a request");
        }
        DispatchError::WorkerError(Error::HttpRequestDenied)
    })
}

/// Counts a request as a subrequest of its sender.
fn count(crossing: &Crossing) -> Result<(), DispatchError> {
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

/// Guards the body of a request that a worker sends.
fn guard(crossing: &Crossing, request: &mut Request) -> Result<(), DispatchError> {
    let Some(from) = &crossing.from else { return Ok(()) };
    Guarded::request(request, from.clone())
        .map_err(|malformed| DispatchError::WorkerError(Error::InternalError(Some(malformed.to_string()))))
}

/// Takes a request past the control of the chain, if there is one.
async fn controlled<F: Future<Output = Answer> + Send + 'static>(
    chain: Arc<Shared>,
    crossing: Crossing,
    request: Request,
    go: impl FnOnce(Arc<Shared>, Crossing, Request) -> F + Send + 'static,
) -> Answer {
    let observers = chain.observers.clone();
    let Some(control) = observers.control() else { return go(chain, crossing, request).await };
    if crossing.is_denied() {
        return go(chain, crossing, request).await;
    }
    let further = crossing.clone();
    let onward: Onward = Box::new(move |request| go(chain, further, request).boxed());
    control.pass(crossing, request, onward).await
}

/// Sends a request to the network.
async fn network(chain: Arc<Shared>, crossing: Crossing, request: Request) -> Answer {
    let Crossing { from, to, options, .. } = crossing;
    let answer = match (to, from) {
        (Destination::Network { certificate: None }, Some(from)) => {
            chain.network.send(from.identity().clone(), request, options).await
        }
        (Destination::Network { certificate: Some(id) }, Some(from)) => {
            present(&chain, from.identity(), &id, request, options).await
        }
        // Only a worker's request has an owner for its connections.
        (Destination::Network { .. }, None) | (Destination::Worker(_) | Destination::Denied, _) => {
            Err(Error::HttpRequestDenied)
        }
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
