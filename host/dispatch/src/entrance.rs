//! The entrance: how the front door hands a request to the first worker of a chain.

use std::future::Future;
use std::sync::Arc;

use tollgate_types::{Parameters, WorkerId, WorkerName};

use crate::attach::Attached;
use crate::call::call;
use crate::chain::Chain;
use crate::cross::cross;
use crate::crossing::{Answer, Callee, Crossing, Destination, Hop, Request};
use crate::request_id::Arrival;

/// These functions are not `async` themselves: each layer of futures would hold a copy of the request.
impl Chain {
    /// Hands a request from the front door to one of the operator's own workers.
    pub fn serve<A: Into<Arrival>>(
        &self,
        worker: WorkerName,
        arrival: A,
        request: Request,
    ) -> impl Future<Output = Answer> + Send + use<A> {
        let callee = Callee::operator(Hop::Entrance, worker, &self.inner.policy());
        self.enter(callee, arrival.into(), request)
    }

    /// Dispatches a request from the front door to a customer's worker, for operators who write no dispatch worker.
    pub fn dispatch<A: Into<Arrival>>(
        &self,
        worker: WorkerId,
        attached: Attached,
        arrival: A,
        request: Request,
    ) -> impl Future<Output = Answer> + Send + use<A> {
        let callee = Callee::dispatched(Hop::Entrance, worker, attached, &self.inner.policy());
        self.enter(callee, arrival.into(), request)
    }

    /// Hands a request from the front door to an outbound worker, as if a customer's worker had sent it.
    pub fn intercepted<A: Into<Arrival>>(
        &self,
        service: WorkerName,
        parameters: Parameters,
        arrival: A,
        request: Request,
    ) -> impl Future<Output = Answer> + Send + use<A> {
        let callee = Callee::outbound(Hop::Entrance, service, Arc::new(parameters), &self.inner.policy());
        self.enter(callee, arrival.into(), request)
    }

    fn enter(&self, callee: Callee, arrival: Arrival, request: Request) -> impl Future<Output = Answer> + Send + use<> {
        let Arrival { depth, request_id } = arrival;
        let crossing = Crossing { request_id, from: None, to: Destination::Worker(callee), depth, options: None };
        cross(self.inner.clone(), crossing, request, call)
    }
}
