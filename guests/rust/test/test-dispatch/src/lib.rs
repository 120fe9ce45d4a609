//! A dispatch worker that its request's headers steer: the suite's dispatcher.
//!
//! As an outbound worker with a dispatch binding of its own, it makes a chain that dispatches for ever.

use serde_json::Value;
use support::http::{ErrorCode, IncomingRequest, IncomingResponse, OutgoingBody, ResponseOutparam};
use support::tollgate::platform::dispatcher::{self, DispatchError, Options};
use support::wasi::http::outgoing_handler::handle;
use support::{Guest, Pump, header};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        match dispatch(request) {
            Ok(Some(response)) => dispatcher::reply(out, response),
            Ok(None) => support::respond(out, 200, "got"),
            Err(failed) => {
                let (code, message) = failed.words();
                support::respond(out, status(&code), &format!("{code}: {message}"));
            }
        }
    }
}

/// Why there is no response.
enum Failed {
    /// The dispatch failed.
    Dispatch(DispatchError),
    /// The request failed that carried a ticket.
    Sent(ErrorCode),
    /// The host gave no answer where one was ready.
    NoAnswer,
}

impl Failed {
    /// Code and message.
    fn words(&self) -> (String, String) {
        match self {
            Self::Dispatch(error) => (error.code(), error.message()),
            Self::Sent(error) => ("worker-error".to_owned(), format!("worker answered with an error: {error:?}")),
            Self::NoAnswer => ("internal".to_owned(), "no answer".to_owned()),
        }
    }
}

impl From<DispatchError> for Failed {
    fn from(error: DispatchError) -> Self {
        Self::Dispatch(error)
    }
}

fn dispatch(request: IncomingRequest) -> Result<Option<IncomingResponse>, Failed> {
    let or = |name: &str, otherwise: &str| {
        let value = header(&request, name);
        if value.is_empty() { otherwise.to_owned() } else { value }
    };
    let authority = request.authority().unwrap_or_default();
    let name = or("x-worker", authority.split('.').next().unwrap_or_default());
    let name = if name == "-" { String::new() } else { name };
    let worker = dispatcher::get(&or("x-binding", "dispatcher"), &name, Some(options(&request)))?;
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
        Some(Ok(answered)) => Ok(Some(answered?)),
        _ => Err(Failed::NoAnswer),
    }
}

fn options(request: &IncomingRequest) -> Options {
    let read = |name: &str| serde_json::from_str(&header(request, name)).unwrap_or(Value::Null);
    let mut parameters = read("x-parameters");
    if let Ok(bytes) = header(request, "x-parameter-bytes").parse() {
        parameters["customer_name"] = "x".repeat(bytes).into();
    }
    let outbound = parameters.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.to_string()));
    let options = Options::new();
    options.set_parameters(&outbound.collect::<Vec<_>>());
    let props = header(request, "x-props");
    if !props.is_empty() {
        options.set_props(&props);
    }
    let limits = read("x-limits");
    let setters: [(&str, fn(&Options, u64)); 4] = [
        ("cpu_ms", Options::set_cpu_ms),
        ("wall_ms", Options::set_wall_ms),
        ("memory_bytes", Options::set_memory_bytes),
        ("subrequests", Options::set_subrequests),
    ];
    for (name, set) in setters {
        if let Some(limit) = limits.get(name).and_then(Value::as_u64) {
            set(&options, limit);
        }
    }
    options
}

/// A request that a ticket takes to the worker, as JavaScript's dispatchers send theirs: those whose fetch is aborted have `asked`
/// why it failed before they wait.
fn ticket(worker: &dispatcher::Worker, request: &IncomingRequest, asked: bool) -> Result<IncomingResponse, Failed> {
    let ticket = worker.ticket();
    let headers = request.headers().clone();
    headers.append("tollgate-ticket", &ticket.clone().into_bytes()).unwrap();
    let own = support::request(&request.method(), &support::url(request), headers).unwrap();
    let sent = handle(own, None);
    if asked {
        assert!(dispatcher::failure(&ticket).is_none());
    }
    let answered = sent.and_then(|future| support::wait(&future));
    answered.map_err(|error| dispatcher::failure(&ticket).map_or(Failed::Sent(error), Failed::Dispatch))
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

/// The status for a code. One that this worker does not know is like `internal`.
fn status(code: &str) -> u16 {
    match code {
        "invalid-name" => 400,
        "worker-not-found" => 404,
        "limit" => 429,
        "worker-error" => 502,
        "overloaded" => 503,
        "depth-exceeded" => 508,
        _ => 500,
    }
}

support::export!(Worker with_types_in support);
