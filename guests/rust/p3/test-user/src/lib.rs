//! The suite's customer's worker for WASI 0.3: does what the path says.

mod hostile;
mod traffic;

use support_3::http::{ErrorCode, Request, Response};
use support_3::{Inbound, respond};

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        // Whatever the path: it is the origin's.
        if request.get_authority().unwrap_or_default().starts_with("origin.test") {
            return Ok(traffic::pass(Inbound::of(request)).await);
        }
        let path = request.get_path_with_query().unwrap_or_default();
        let (path, query) = path.split_once('?').unwrap_or((&path, ""));
        Ok(match path {
            "/hello" => respond(200, "hello"),
            "/env" => respond(200, &environment()),
            "/props" => respond(200, &support_3::tollgate::platform::invocation::props()),
            "/fetch" => traffic::fetch(request).await,
            "/fetch-many" => traffic::fetch_many(&request, number(query, "n"), number(query, "parallel") == 1).await,
            "/background" => traffic::background(&request),
            "/upload-first" => traffic::upload_first(&request).await,
            "/upload-last" => traffic::upload_last(&request, number(query, "bytes")).await,
            "/late" => traffic::late(&request),
            "/stream" => traffic::stream(number(query, "bytes")),
            "/sink" => traffic::sink(request).await,
            "/forward" => traffic::pass(Inbound::of(request)).await,
            "/trap" => panic!("boom"),
            "/mid-body" => hostile::mid_body(&request, query),
            "/trap-mid-request" => hostile::trap_mid_request(&request).await,
            "/loop" => hostile::spin(),
            "/send-and-spin" => hostile::send_and_spin(&request).await,
            "/drip" => hostile::drip(),
            "/read-late" => hostile::read_late(&request).await,
            "/sleep" => hostile::sleep(number(query, "ms")).await,
            "/memory" => hostile::memory(number(query, "mib")),
            "/authority" => hostile::authority(&request).await,
            "/sockets" => hostile::sockets().await,
            // 0.3 cannot return without an answer.
            "/no-answer" => panic!("no answer"),
            "/random" => hostile::random(),
            "/counter" => hostile::counter(),
            _ => respond(404, "no such path"),
        })
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
    let variables = support_3::wasi::config::store::get_all().unwrap_or_default();
    lines.extend(variables.into_iter().map(|(name, value)| format!("config {name}={value}")));
    lines.extend(std::env::args().map(|arg| format!("arg {arg}")));
    lines.push(format!("props {}", support_3::tollgate::platform::invocation::props()));
    lines.sort();
    lines.join("\n")
}

support_3::export!(Worker with_types_in support_3);
