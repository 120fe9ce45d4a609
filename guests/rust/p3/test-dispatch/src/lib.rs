//! The suite's dispatcher for WASI 0.3: a dispatch worker that its request's headers steer. A variable with an error's name
//! (`worker_failed`) is another status for it, as a worker has it that breaks its contract.

use serde_json::Value;
use support_3::http::{ErrorCode, Request, Response};
use support_3::tollgate::platform::dispatcher::{self, DispatchError, Limits, Options};
use support_3::{Inbound, header, respond};

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        Ok(match dispatch(request).await {
            Ok(Some(response)) => response,
            Ok(None) => respond(200, "got"),
            Err(error) => {
                let (status, name) = describe(&error);
                let status = support_3::variable(&name.replace('-', "_")).parse().unwrap_or(status);
                respond(status, &format!("{name}: {}", dispatcher::message(&error)))
            }
        })
    }
}

async fn dispatch(request: Request) -> Result<Option<Response>, DispatchError> {
    let or = |name: &str, otherwise: &str| {
        let value = header(&request, name);
        if value.is_empty() { otherwise.to_owned() } else { value }
    };
    let authority = request.get_authority().unwrap_or_default();
    let name = or("x-worker", authority.split('.').next().unwrap_or_default());
    let name = if name == "-" { String::new() } else { name };
    let worker = dispatcher::get(&or("x-binding", "dispatcher"), &name, &options(&request))?;
    if header(&request, "x-get-only") == "1" {
        return Ok(None);
    }
    let request = if header(&request, "x-use") == "fetch" { rebuilt(request)? } else { request };
    let reads = header(&request, "x-use") == "read";
    let response = worker.fetch(request).await?;
    Ok(Some(if reads { read(response).await } else { response }))
}

/// The response as text that passed through this worker's own hands.
async fn read(response: Response) -> Response {
    match support_3::read_text(response).await {
        Ok((status, text)) => respond(status, &format!("read: {text}")),
        Err(error) => respond(502, &format!("{error:?}")),
    }
}

/// A request of this worker's own making, with what came in.
fn rebuilt(request: Request) -> Result<Request, DispatchError> {
    Inbound::of(request).request().ok_or_else(|| DispatchError::Internal("no URL".to_owned()))
}

fn options(request: &Request) -> Options {
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

support_3::export!(Worker with_types_in support_3);
