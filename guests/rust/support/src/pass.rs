//! Passes a request on and its response back, both bodies streaming at the same time.

use crate::Pump;
use crate::http::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingBody, IncomingResponse, Method, OutgoingResponse,
    ResponseOutparam,
};
use crate::tollgate::platform::bindings;
use crate::wasi::http::outgoing_handler::handle;
use crate::wasi::io::poll::poll;

/// A request to be passed on.
pub struct Inbound {
    /// Its method.
    pub method: Method,
    /// Where to.
    pub url: String,
    /// Its headers.
    pub headers: Fields,
    /// Its body, where it has one.
    pub body: Option<IncomingBody>,
    /// The service binding to send it through, instead of the worker's own way out.
    pub through: Option<String>,
}

/// Sends the request, and answers with its response; an error goes to `failed`, with the outparam.
pub fn pass(inbound: Inbound, out: ResponseOutparam, failed: impl FnOnce(ResponseOutparam, ErrorCode)) {
    let head = matches!(inbound.method, Method::Head);
    let bodiless =
        matches!(inbound.method, Method::Get | Method::Head) && inbound.headers.get("content-length").is_empty();
    let Some(request) = crate::request(&inbound.method, &inbound.url, inbound.headers) else {
        return failed(out, ErrorCode::HttpRequestUriInvalid);
    };
    let mut upload = match inbound.body {
        Some(body) if !bodiless => match request.body() {
            Ok(to) => Pump::new(body, to),
            Err(()) => Pump::idle(),
        },
        _ => Pump::idle(),
    };
    let sent = match &inbound.through {
        Some(binding) => bindings::fetch(binding, request, None),
        None => handle(request, None),
    };
    let future = match sent {
        Ok(future) => future,
        Err(error) => return failed(out, error),
    };
    match response(&future, &mut upload) {
        Ok(response) => answer(response, out, head, upload),
        Err(error) => failed(out, error),
    }
}

fn response(future: &FutureIncomingResponse, upload: &mut Pump) -> Result<IncomingResponse, ErrorCode> {
    while !upload.done() {
        if let Some(answered) = future.get() {
            return answered.unwrap_or(Err(ErrorCode::InternalError(None)));
        }
        if upload.step() {
            continue;
        }
        let arrived = future.subscribe();
        match upload.wait() {
            Some(moved) => drop(poll(&[&arrived, &moved])),
            None => arrived.block(),
        }
    }
    crate::wait(future)
}

fn answer(response: IncomingResponse, out: ResponseOutparam, head: bool, mut upload: Pump) {
    let status = response.status();
    let passed = OutgoingResponse::new(response.headers().clone());
    if status != 200 {
        let _ = passed.set_status_code(status);
    }
    // A body that is opened must be as long as `content-length` says: here there is none.
    if head || matches!(status, 204 | 304) {
        return ResponseOutparam::set(out, Ok(passed));
    }
    let (Ok(from), Ok(to)) = (response.consume(), passed.body()) else { return };
    ResponseOutparam::set(out, Ok(passed));
    let mut download = Pump::new(from, to);
    while !upload.done() && !download.done() {
        if download.step() | upload.step() {
            continue;
        }
        let waits: Vec<_> = [download.wait(), upload.wait()].into_iter().flatten().collect();
        if !waits.is_empty() {
            poll(&waits.iter().collect::<Vec<_>>());
        }
    }
    download.run();
    upload.run();
}

impl Inbound {
    /// An inbound request, to be passed on as it is.
    pub fn of(request: crate::http::IncomingRequest) -> Self {
        let (method, url, headers) = (request.method(), crate::url(&request), request.headers().clone());
        Self { method, url, headers, body: request.consume().ok(), through: None }
    }
}

/// Hands the error on as the interface's own, so that whoever sent the request sees what happened.
pub fn bad_gateway(out: ResponseOutparam, error: ErrorCode) {
    ResponseOutparam::set(out, Err(error));
}
