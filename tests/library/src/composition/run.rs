//! Runs a composition: a store in memory, a chain beside the lab's own, one request, and whatever comes of it.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt as _;
use tokio::runtime::Builder;
use tokio::time::Instant;
use tollgate_dispatch::{Answer, Chain, DispatchError, Hop};
use tollgate_gateway::rescue;
use tollgate_store::{Memory, NamespaceRecord, Reader};
use tollgate_types::{Limits, Service, WorkerId, WorkerName};
use wasmtime_wasi_http::WasiBody;

use super::{Composition, DISPATCH, OUTBOUND, namespace, operators};
use crate::fault::{Fault, Planned};
use crate::lab::{Inner, apart};
use crate::message::{Body, Received};
use crate::nature::Nature;
use crate::origin::Log;
use crate::trace::{InControl, Trace};
use crate::wire::Pipes;
use crate::{Request, Run, TestError, Worker};

/// How long a run may go on from its beginning, on its own clock: longer than any limit of the host.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// How long while it is recorded, on everybody's clock.
const PATIENCE_FOR_REAL: Duration = Duration::from_secs(60);

impl Composition {
    /// Sends a request and waits until nobody works any more, background work included.
    pub fn send(&self, request: Request) -> Result<Run, TestError> {
        self.ends()?;
        let reader = self.store()?;
        let entrance = self.entrance()?;
        let mut runtime = Builder::new_current_thread();
        // Who waits for a real network has no time to leap over.
        let runtime = match self.recorder {
            None => runtime.enable_time().start_paused(true).build(),
            Some(_) => runtime.enable_all().build(),
        };
        let runtime = runtime.map_err(|error| TestError::setup("a runtime", error))?;
        Ok(apart(|| {
            self.warm(&reader);
            let run = runtime.block_on(self.run(reader, entrance, request));
            // Nothing that is left may keep the test waiting.
            runtime.shutdown_background();
            run
        }))
    }

    /// That the run ends by itself. A worker that waits for a response reaches its limit; who sent the first request has none.
    fn ends(&self) -> Result<(), TestError> {
        let stalls = |planned: &Planned| planned.hop == Hop::Entrance && matches!(planned.fault, Fault::Stall);
        match self.recorder.is_some() && self.faults.iter().any(stalls) {
            false => Ok(()),
            true => Err(TestError::Refused(
                "fault: a stall at the entrance cannot be recorded: time is real then, and the response would never come"
                    .to_owned(),
            )),
        }
    }

    /// How long a run may go on.
    fn patience(&self) -> Duration {
        if self.recorder.is_some() { PATIENCE_FOR_REAL } else { PATIENCE }
    }

    /// Loads the workers before time stands still: who waited for another run to load one would see hours pass.
    fn warm(&self, reader: &Reader) {
        let Inner { chain, runtime, .. } = &*self.lab.inner;
        let ids = self.ids().unwrap_or_default();
        // What cannot be loaded shows when it is called.
        ids.iter().for_each(|id| drop(runtime.block_on(chain.warm(reader, id))));
    }

    /// Everybody who has a part.
    fn ids(&self) -> Result<Vec<WorkerId>, TestError> {
        let home = namespace()?;
        let customers = self.users.iter().map(|(name, _)| WorkerId::in_namespace(home.clone(), name.clone()));
        let mut ids: Vec<_> = customers.collect();
        if self.outbound.is_some() {
            ids.push(WorkerId::operator(operators(OUTBOUND)?));
        }
        if self.dispatch.is_some() {
            ids.push(WorkerId::operator(operators(DISPATCH)?));
        }
        Ok(ids)
    }

    async fn run(&self, reader: Reader, entrance: Entrance, request: Request) -> Run {
        let nature = Arc::new(Nature::new(self.unix(), self.seed));
        let log = Log::new(&self.origin);
        let pipes = Pipes { origin: self.origin.clone(), log: log.clone(), nature: nature.clone() };
        let network = self.lab.inner.network.dialled_by(Arc::new(pipes));
        let recorder = self.recorder.clone().map(|recorder| (log.clone(), recorder));
        let trace = Trace::new(self.faults.clone(), recorder, nature.clone());
        let chain = self.lab.inner.chain.beside(reader, network, Arc::new(InControl(trace.clone())));
        let until = Instant::now() + self.patience();
        let entered = tokio::time::timeout_at(until, entrance.enter(&chain, assembled(request))).await;
        let (passed, failure) = match entered {
            Ok(Ok(response)) => (response, None),
            Ok(Err(error)) => (rescue::response(&error), Some(error.to_string())),
            Err(_late) => {
                let within = if self.recorder.is_some() { "a minute" } else { "an hour" };
                let error = DispatchError::Limit(format!("no response within {within} of the run's own time"));
                (rescue::response(&error), Some(error.to_string()))
            }
        };
        let response = received(passed, &nature, until).await;
        idle(&chain, until).await;
        let lasted = nature.elapsed();
        // The other end of what was given up hears of it, and nobody else does anything any more.
        tokio::time::sleep(Duration::from_millis(1)).await;
        Run {
            response,
            failure,
            exchanges: Some(trace.exchanges()),
            printed: trace.printed(),
            unused_faults: trace.unused_faults(),
            arrived: log.arrived(),
            lasted,
        }
    }

    /// The store that a host would have.
    fn store(&self) -> Result<Reader, TestError> {
        let name = namespace()?;
        let home = NamespaceRecord {
            name: name.clone(),
            id: String::new(),
            reuse: true,
            egress: Default::default(),
            created_unix_ms: 0,
        };
        let mut memory = Memory::default().namespace(home);
        for (own, worker) in &self.users {
            self.check_services(own, worker)?;
            memory = self.keep(memory, WorkerId::in_namespace(name.clone(), own.clone()), worker);
        }
        if let Some(outbound) = &self.outbound {
            memory = self.keep(memory, WorkerId::operator(operators(OUTBOUND)?), outbound);
        }
        if let Some(dispatch) = &self.dispatch {
            let worker = dispatch.bound(self.outbound.as_ref())?;
            memory = self.keep(memory, WorkerId::operator(operators(DISPATCH)?), &worker);
        }
        Ok(memory.reader())
    }

    /// That a customer's worker is bound to workers that are there.
    fn check_services(&self, own: &WorkerName, worker: &Worker) -> Result<(), TestError> {
        let nobody = |service: &Service| self.users.iter().all(|(name, _)| *name != service.service);
        match worker.services().find(|(_, service)| nobody(service)) {
            None => Ok(()),
            Some((binding, Service { service, .. })) => Err(TestError::Refused(format!(
                "worker {:?}: binding {:?}: service: expected another customer's worker of the composition, found {:?}",
                own.as_str(),
                binding.as_str(),
                service.as_str()
            ))),
        }
    }

    fn keep(&self, memory: Memory, id: WorkerId, worker: &Worker) -> Memory {
        let record = self.lab.numbered(&id, worker.record());
        memory.worker(id, Arc::new(record), worker.script.clone())
    }

    /// What a composition says and nobody would receive.
    fn refuse(&self, place: &str, said: &[(&str, bool)]) -> Result<(), TestError> {
        match said.iter().find(|(_, said)| *said) {
            None => Ok(()),
            Some((what, _)) => Err(TestError::Refused(format!("{what}, where {place}: nobody would get them"))),
        }
    }

    /// Who receives the request.
    fn entrance(&self) -> Result<Entrance, TestError> {
        let (props, limits) = (("props", self.props.is_some()), ("limits", self.limits != Limits::default()));
        if self.dispatch.is_some() {
            let given = ("parameters", !self.parameters.is_empty());
            self.refuse("the dispatch worker receives the request", &[given, props, limits])?;
            return Ok(Entrance::Operators(operators(DISPATCH)?));
        }
        if self.users.is_empty() {
            self.refuse("the outbound worker receives the request", &[props, limits])?;
        }
        if self.outbound.is_none() {
            self.refuse("there is no outbound worker", &[("parameters", !self.parameters.is_empty())])?;
        }
        let attached = self.attached()?;
        match (self.users.first(), attached.outbound.clone()) {
            (Some((name, _)), _) => {
                Ok(Entrance::Customers(WorkerId::in_namespace(namespace()?, name.clone()), Box::new(attached)))
            }
            (None, Some((service, parameters))) => Ok(Entrance::Outbound(service, parameters)),
            (None, None) => {
                Err(TestError::Refused("a composition without a worker: say a user or an outbound".to_owned()))
            }
        }
    }
}

enum Entrance {
    Operators(WorkerName),
    Customers(WorkerId, Box<tollgate_dispatch::Attached>),
    Outbound(WorkerName, tollgate_types::Parameters),
}

impl Entrance {
    async fn enter(self, chain: &Chain, request: http::Request<WasiBody>) -> Answer {
        match self {
            Self::Operators(name) => chain.serve(name, 1, request).await,
            Self::Customers(id, attached) => chain.dispatch(id, *attached, 1, request).await,
            Self::Outbound(service, parameters) => chain.intercepted(service, parameters, 1, request).await,
        }
    }
}

fn assembled(request: Request) -> http::Request<WasiBody> {
    let Request { method, url, mut headers, payload } = request;
    payload.announce(&mut headers);
    if let (Some(length @ 1..), false) = (payload.length(), headers.contains_key(http::header::CONTENT_LENGTH)) {
        headers.insert(http::header::CONTENT_LENGTH, length.into());
    }
    let mut assembled = http::Request::new(payload.stream().boxed_unsync());
    *assembled.method_mut() = method;
    *assembled.uri_mut() = url;
    *assembled.headers_mut() = headers;
    assembled
}

/// Reads a response to its end, as the client does that the front door has, or as far as it came in time.
async fn received(response: http::Response<WasiBody>, nature: &Nature, until: Instant) -> Received {
    let (head, mut stream) = response.into_parts();
    let mut body = Body::default();
    loop {
        let Ok(frame) = tokio::time::timeout_at(until, stream.frame()).await else { break };
        let ended = !matches!(&frame, Some(Ok(_)));
        body.took(nature.elapsed(), frame.as_ref().map(|frame| frame.as_ref().map_err(ToString::to_string)));
        if ended || body.is_full() {
            break;
        }
    }
    Received { status: head.status, headers: head.headers, body }
}

/// Waits until no instance lives: background work goes on after the response.
async fn idle(chain: &Chain, until: Instant) {
    let mut pause = Duration::from_millis(1);
    while chain.instances() > 0 && Instant::now() < until {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(1));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::{End, Payload, Reply};

    #[test]
    fn a_body_that_drips_gets_no_time_of_its_own() {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let pause = Duration::from_secs(40);
        let drips = Payload::default().then(pause, "a").then(pause, "b").then(pause, "c");
        runtime.block_on(async {
            let nature = Nature::new(Duration::ZERO, 0);
            let until = Instant::now() + PATIENCE_FOR_REAL;
            let received = received(Reply::text("").body(drips).response(), &nature, until).await;
            assert_eq!((received.text().as_str(), received.body.end), ("a", End::Unread));
            assert_eq!(nature.elapsed(), PATIENCE_FOR_REAL);
        });
    }
}
