//! The suite's dispatcher for WASI 0.3: a dispatch worker that its request's headers steer. A variable with an error's name
//! (`worker_failed`) is another status for it, as a worker has it that breaks its contract.

use serde_json::Value;
use support_3::http::{ErrorCode, Request, Response};
use support_3::tollgate::platform::dispatcher::{self, DispatchError, Options};
use support_3::{Inbound, header, respond};

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        Ok(match dispatch(request).await {
            Ok(Some(response)) => response,
            Ok(None) => respond(200, "got"),
            Err(failed) => {
                let (code, message) = failed.words();
                let status = support_3::variable(&code.replace('-', "_")).parse().unwrap_or_else(|_| status(&code));
                respond(status, &format!("{code}: {message}"))
            }
        })
    }
}

/// Why there is no response.
enum Failed {
    /// The dispatch failed.
    Dispatch(DispatchError),
    /// The inbound request has no URL.
    NoUrl,
}

impl Failed {
    /// Code and message.
    fn words(&self) -> (String, String) {
        match self {
            Self::Dispatch(error) => (error.code(), error.message()),
            Self::NoUrl => ("internal".to_owned(), "no URL".to_owned()),
        }
    }
}

impl From<DispatchError> for Failed {
    fn from(error: DispatchError) -> Self {
        Self::Dispatch(error)
    }
}

async fn dispatch(request: Request) -> Result<Option<Response>, Failed> {
    let or = |name: &str, otherwise: &str| {
        let value = header(&request, name);
        if value.is_empty() { otherwise.to_owned() } else { value }
    };
    let authority = request.get_authority().unwrap_or_default();
    let name = or("x-worker", authority.split('.').next().unwrap_or_default());
    let name = if name == "-" { String::new() } else { name };
    let worker = dispatcher::get(&or("x-binding", "dispatcher"), &name, Some(options(&request)))?;
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
fn rebuilt(request: Request) -> Result<Request, Failed> {
    Inbound::of(request).request().ok_or(Failed::NoUrl)
}

fn options(request: &Request) -> Options {
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

support_3::export!(Worker with_types_in support_3);
