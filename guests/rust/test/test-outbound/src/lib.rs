//! An outbound worker that answers requests for `outbound.test` by path, and passes the rest on: the suite's outbound.
//!
//! With the variable `REPORT_URL`, every invocation first fetches that URL, so that an origin can count them.

use support::http::{Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam};
use support::tollgate::platform::parameters;
use support::wasi::http::outgoing_handler::handle;
use support::{Guest, Inbound, respond};

struct Worker;

impl Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let report = support::variable("REPORT_URL");
        if !report.is_empty() {
            let _ = support::fetch_text(&report);
        }
        if request.authority().is_some_and(|authority| authority == "outbound.test") {
            return answer(request, out);
        }
        let inbound = Inbound::of(request);
        let customer = support::parameter("customer_name");
        let _ = inbound.headers.set("x-intercepted-for", &[customer.into_bytes()]);
        // Appended, so that a request that came by here twice shows it.
        let _ = inbound.headers.append("x-hop", b"outbound");
        let key = support::variable("API_KEY");
        if !key.is_empty() {
            let _ = inbound.headers.set("authorization", &[format!("Bearer {key}").into_bytes()]);
        }
        support::pass(inbound, out, support::bad_gateway);
    }
}

fn answer(request: IncomingRequest, out: ResponseOutparam) {
    let path = request.path_with_query().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    match path.split('/').collect::<Vec<_>>().as_slice() {
        [_, "parameters"] => respond(out, 200, &all()),
        [_, "parameter", name] => respond(out, 200, &support::parameter(name)),
        [_, "see"] => see(request, out),
        [_, "env"] => respond(out, 200, &variables()),
        [_, "status", status] => respond(out, status.parse().unwrap_or(500), "as asked"),
        [_, "redirect"] => redirect(out),
        [_, "trap"] => panic!("outbound boom"),
        [_, "trap-mid-body"] => trap_mid_body(&request, out),
        [_, "no-answer"] => drop(out),
        [_, "loop"] => loop {
            std::hint::spin_loop();
        },
        [_, "elsewhere"] => elsewhere(request, out),
        [_, "fetch-many"] => fetch_many(&request, out, query.parse().unwrap_or(1)),
        _ => respond(out, 200, "counted"),
    }
}

fn all() -> String {
    let pairs = parameters::all()
        .into_iter()
        .map(|(name, value)| format!("{}:{}", support::quoted(&name), support::json(value)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

/// Everything that arrived, as text.
fn see(request: IncomingRequest, out: ResponseOutparam) {
    let mut lines = vec![support::method(&request.method()), support::url(&request)];
    let mut headers: Vec<_> = request.headers().entries();
    headers.sort();
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value))));
    let body = request.consume().map(support::read).unwrap_or_else(|()| Ok(Vec::new())).unwrap_or_default();
    lines.extend([String::new(), String::from_utf8_lossy(&body).into_owned()]);
    respond(out, 200, &lines.join("\n"));
}

fn variables() -> String {
    let mut lines: Vec<String> = std::env::vars().map(|(name, value)| format!("env {name}={value}")).collect();
    lines.sort();
    lines.join("\n")
}

fn redirect(out: ResponseOutparam) {
    let headers = Fields::from_list(&[("location".to_owned(), b"http://outbound.test/see".to_vec())]).unwrap();
    let response = OutgoingResponse::new(headers);
    let _ = response.set_status_code(302);
    ResponseOutparam::set(out, Ok(response));
}

/// Sends part of a body, fetches `x-outbound-url`, then traps.
fn trap_mid_body(request: &IncomingRequest, out: ResponseOutparam) {
    let response = OutgoingResponse::new(Fields::new());
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));
    body.write().unwrap().blocking_write_and_flush(b"half").unwrap();
    let _ = support::fetch_text(&support::header(request, "x-outbound-url"));
    panic!("trapped mid-body");
}

/// Forwards to the URL in `x-outbound-url`, with another method and another body.
fn elsewhere(request: IncomingRequest, out: ResponseOutparam) {
    let url = support::header(&request, "x-outbound-url");
    let outgoing = support::request(&Method::Put, &url, Fields::new()).unwrap();
    let body = outgoing.body().unwrap();
    let future = handle(outgoing, None).unwrap();
    let stream = body.write().unwrap();
    stream.blocking_write_and_flush(b"another body").unwrap();
    drop(stream);
    OutgoingBody::finish(body, None).unwrap();
    match support::wait(&future) {
        Ok(response) => respond(out, response.status(), "forwarded"),
        Err(error) => support::bad_gateway(out, error),
    }
}

fn fetch_many(request: &IncomingRequest, out: ResponseOutparam, count: u64) {
    let url = support::header(request, "x-outbound-url");
    let fetch = |_| support::fetch_text(&url).map_or_else(|error| format!("{error:?}"), |(_, text)| text);
    respond(out, 200, &(0..count).map(fetch).collect::<Vec<_>>().join("\n"));
}

support::export!(Worker with_types_in support);
