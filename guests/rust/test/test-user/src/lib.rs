//! A customer's worker that does what the path says: the suite's user.

mod hostile;
mod traffic;

use support::http::{IncomingRequest, ResponseOutparam};
use support::{Guest, Inbound};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        // Whatever the path: it is the origin's.
        if request.authority().unwrap_or_default().starts_with("origin.test") {
            return support::pass(Inbound::of(request), out, traffic::failed);
        }
        let path = request.path_with_query().unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        match path {
            "/hello" => support::respond(out, 200, "hello"),
            "/env" => support::respond(out, 200, &environment()),
            "/props" => support::respond(out, 200, &support::tollgate::platform::invocation::props()),
            "/fetch" => traffic::fetch(request, out),
            "/fetch-many" => traffic::fetch_many(&request, out, number(query, "n"), number(query, "parallel") == 1),
            "/background" => traffic::background(&request, out),
            "/upload-first" => traffic::upload_first(&request, out),
            "/upload-last" => traffic::upload_last(&request, out, number(query, "bytes")),
            "/late" => traffic::late(&request, out),
            "/stream" => traffic::stream(out, number(query, "bytes")),
            "/sink" => traffic::sink(request, out),
            "/forward" => support::pass(Inbound::of(request), out, traffic::failed),
            "/trap" => panic!("boom"),
            "/mid-body" => hostile::mid_body(&request, out, query),
            "/trap-mid-request" => hostile::trap_mid_request(&request),
            "/loop" => hostile::spin(),
            "/send-and-spin" => hostile::send_and_spin(&request),
            "/drip" => hostile::drip(out),
            "/read-late" => hostile::read_late(&request, out),
            "/sleep" => hostile::sleep(out, number(query, "ms")),
            "/memory" => hostile::memory(out, number(query, "mib")),
            "/authority" => hostile::authority(&request, out),
            "/sockets" => hostile::sockets(out),
            "/no-answer" => drop(out),
            "/random" => hostile::random(out),
            "/counter" => hostile::counter(out),
            _ => support::respond(out, 404, "no such path"),
        }
    }
}

/// A number in the query.
fn number(query: &str, key: &str) -> u64 {
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == key);
    value.and_then(|(_, value)| value.parse().ok()).unwrap_or_default()
}

/// Everything that a worker can read without asking the network.
fn environment() -> String {
    let mut lines: Vec<String> = std::env::vars().map(|(name, value)| format!("env {name}={value}")).collect();
    let variables = support::wasi::config::store::get_all().unwrap_or_default();
    lines.extend(variables.into_iter().map(|(name, value)| format!("config {name}={value}")));
    lines.extend(std::env::args().map(|arg| format!("arg {arg}")));
    lines.push(format!("props {}", support::tollgate::platform::invocation::props()));
    lines.sort();
    lines.join("\n")
}

support::export!(Worker with_types_in support);
