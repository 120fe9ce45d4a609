//! A dispatch worker that its request's headers steer: the suite's dispatcher.
//!
//! As an outbound worker with a dispatch binding of its own, it makes a chain that dispatches for ever.

use serde_json::Value;
use support::http::{IncomingRequest, IncomingResponse, OutgoingBody, ResponseOutparam};
use support::tollgate::platform::dispatcher::{self, DispatchError, Limits, Options};
use support::wasi::http::outgoing_handler::handle;
use support::{Guest, Pump, header};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        match dispatch(request) {
            Ok(Some(response)) => dispatcher::reply(out, response),
            Ok(None) => support::respond(out, 200, "got"),
            Err(error) => {
                let (status, name) = describe(&error);
                support::respond(out, status, &format!("{name}: {}", dispatcher::message(&error)));
            }
        }
    }
}

fn dispatch(request: IncomingRequest) -> Result<Option<IncomingResponse>, DispatchError> {
    let or = |name: &str, otherwise: &str| {
        let value = header(&request, name);
        if value.is_empty() { otherwise.to_owned() } else { value }
    };
    let authority = request.authority().unwrap_or_default();
    let name = or("x-worker", authority.split('.').next().unwrap_or_default());
    let name = if name == "-" { String::new() } else { name };
    let worker = dispatcher::get(&or("x-binding", "dispatcher"), &name, &options(&request))?;
    if header(&request, "x-get-only") == "1" {
        return Ok(None);
    }
    let way = header(&request, "x-use");
    if way.starts_with("ticket") {
        return ticket(&worker, &request, way == "ticket-asked").map(Some);
    }
    let future = if way == "fetch" { fetch(&worker, request) } else { worker.forward(request) };
    future.subscribe().block();
    match future.get() {
        Some(Ok(answered)) => answered.map(Some),
        _ => Err(DispatchError::Internal("no answer".to_owned())),
    }
}

fn options(request: &IncomingRequest) -> Options {
    let read = |name: &str| serde_json::from_str(&header(request, name)).unwrap_or(Value::Null);
    let mut parameters = read("x-parameters");
    if let Ok(bytes) = header(request, "x-parameter-bytes").parse() {
        parameters["customer_name"] = "x".repeat(bytes).into();
    }
    let outbound = parameters.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.to_string()));
    let props = Some(header(request, "x-props")).filter(|props| !props.is_empty());
    let limits = read("x-limits");
    let limit = |name: &str| limits.get(name).and_then(Value::as_u64);
    let limits = limits.is_object().then(|| Limits {
        cpu_ms: limit("cpu_ms"),
        wall_ms: limit("wall_ms"),
        memory_bytes: limit("memory_bytes"),
        subrequests: limit("subrequests"),
    });
    Options { props, limits, outbound: outbound.collect() }
}

/// A request that a ticket takes to the worker, as JavaScript's dispatchers send theirs: those whose fetch is aborted have `asked`
/// why it failed before they wait.
fn ticket(
    worker: &dispatcher::Worker,
    request: &IncomingRequest,
    asked: bool,
) -> Result<IncomingResponse, DispatchError> {
    let ticket = worker.ticket();
    let headers = request.headers().clone();
    headers.append("tollgate-ticket", &ticket.clone().into_bytes()).unwrap();
    let own = support::request(&request.method(), &support::url(request), headers).unwrap();
    let sent = handle(own, None);
    if asked {
        assert!(dispatcher::failure(&ticket).is_none());
    }
    let answered = sent.and_then(|future| support::wait(&future));
    answered.map_err(|error| dispatcher::failure(&ticket).unwrap_or(DispatchError::WorkerError(error)))
}

/// A request of this worker's own making, with what came in.
fn fetch(worker: &dispatcher::Worker, request: IncomingRequest) -> dispatcher::FutureResponse {
    let own = support::request(&request.method(), &support::url(&request), request.headers().clone()).unwrap();
    let body = own.body().unwrap();
    let future = worker.fetch(own, None);
    match request.consume() {
        Ok(from) => {
            let mut upload = Pump::new(from, body);
            while !upload.done() {
                if !upload.step()
                    && let Some(moved) = upload.wait()
                {
                    moved.block();
                }
            }
        }
        Err(()) => drop(OutgoingBody::finish(body, None)),
    }
    future
}

fn describe(error: &DispatchError) -> (u16, &'static str) {
    match error {
        DispatchError::UnknownBinding(_) => (500, "unknown-binding"),
        DispatchError::InvalidName(_) => (400, "invalid-name"),
        DispatchError::WorkerNotFound(_) => (404, "worker-not-found"),
        DispatchError::Parameter(_) => (500, "parameter"),
        DispatchError::Limit(_) => (429, "limit"),
        DispatchError::WorkerFailed(_) => (500, "worker-failed"),
        DispatchError::WorkerError(_) => (502, "worker-error"),
        DispatchError::DepthExceeded(_) => (508, "depth-exceeded"),
        DispatchError::Internal(_) => (500, "internal"),
    }
}

support::export!(Worker with_types_in support);
