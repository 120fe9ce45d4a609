//! Makes the host hold bytes for it, `?n=` of one kind, and then uses them again and again: `/fields` sets of headers, `/methods`
//! requests with a long method, `/streams` streams for its output, `/sent` requests with long headers to the variable
//! `origin`, which does not answer them, `/headers` headers in one set. `/once` sends one request. Every other path says hello.

use support::http::{Fields, IncomingRequest, Method, OutgoingRequest, ResponseOutparam};
use support::wasi::cli::stdout::get_stdout;
use support::wasi::http::outgoing_handler::handle;
use support::{Guest, respond, variable};

/// Less than the host lets one set of headers come to.
const FIELDS_BYTES: usize = 120 << 10;
/// Less than the host takes in one call.
const METHOD_BYTES: usize = 500 << 10;

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let (kind, n) = path.split_once("?n=").unwrap_or((&path, "0"));
        let times = 0..n.parse::<u32>().unwrap_or_default();
        match kind {
            "/fields" => keep(times.map(|_| fields(FIELDS_BYTES)).collect(), |one| _ = one.has("x")),
            "/methods" => keep(times.map(|_| with_long_method()).collect(), |one| _ = one.scheme()),
            "/streams" => keep(times.map(|_| get_stdout()).collect(), |one| _ = one.check_write()),
            "/sent" => keep(times.filter_map(|_| handle(long_request(), None).ok()).collect(), |one| _ = one.get()),
            "/once" => _ = support::fetch_text(&origin("/echo")),
            "/headers" => {
                let fields = Fields::new();
                let status =
                    if times.map(|i| fields.append(&format!("x-{i}"), b"")).all(|one| one.is_ok()) { 200 } else { 413 };
                return respond(out, status, "");
            }
            _ => {}
        }
        respond(out, 200, "hello");
    }
}

/// Uses what it has until the host ends the worker, if it has any.
fn keep<T>(held: Vec<T>, touch: fn(&T)) {
    while !held.is_empty() {
        held.iter().for_each(touch);
    }
}

fn fields(bytes: usize) -> Fields {
    let fields = Fields::new();
    let _ = fields.append("x", &vec![b'x'; bytes]);
    fields
}

fn with_long_method() -> OutgoingRequest {
    let request = OutgoingRequest::new(Fields::new());
    let _ = request.set_method(&Method::Other("M".repeat(METHOD_BYTES)));
    request
}

fn origin(path: &str) -> String {
    format!("{}{path}", variable("origin"))
}

fn long_request() -> OutgoingRequest {
    support::request(&Method::Get, &origin("/never"), fields(FIELDS_BYTES)).expect("the variable is a URL")
}

support::export!(Worker with_types_in support);
