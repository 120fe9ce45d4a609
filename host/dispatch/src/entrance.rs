//! The entrance: how the front door hands a request to the first worker of a chain.

use std::sync::Arc;

use tollgate_types::{Parameters, WorkerId, WorkerName};

use crate::attach::Attached;
use crate::call::call;
use crate::chain::Chain;
use crate::cross::cross;
use crate::crossing::{Answer, Callee, Crossing, Destination, Hop, Request};
use crate::request_id::Arrival;

impl Chain {
    /// Hands a request from the front door to one of the operator's own workers.
    pub async fn serve(&self, worker: WorkerName, arrival: impl Into<Arrival>, request: Request) -> Answer {
        let callee = Callee::operator(Hop::Entrance, worker, &self.inner.policy);
        self.enter(callee, arrival.into(), request).await
    }

    /// Dispatches a request from the front door to a customer's worker, for operators who write no dispatch worker.
    pub async fn dispatch(
        &self,
        worker: WorkerId,
        attached: Attached,
        arrival: impl Into<Arrival>,
        request: Request,
    ) -> Answer {
        let callee = Callee::dispatched(Hop::Entrance, worker, attached, &self.inner.policy);
        self.enter(callee, arrival.into(), request).await
    }

    /// Hands a request from the front door to an outbound worker, as if a customer's worker had sent it.
    pub async fn intercepted(
        &self,
        service: WorkerName,
        parameters: Parameters,
        arrival: impl Into<Arrival>,
        request: Request,
    ) -> Answer {
        let callee = Callee::outbound(Hop::Entrance, service, Arc::new(parameters), &self.inner.policy);
        self.enter(callee, arrival.into(), request).await
    }

    async fn enter(&self, callee: Callee, Arrival { depth, request_id }: Arrival, request: Request) -> Answer {
        let crossing = Crossing { request_id, from: None, to: Destination::Worker(callee), depth, options: None };
        cross(self.inner.clone(), crossing, request, call).await
    }
}
