//! The suite's outbound worker for WASI 0.3: answers requests for `outbound.test` by path, and passes the rest on.
//!
//! With the variable `REPORT_URL`, every invocation first fetches that URL, so that an origin can count them.

use support_3::http::{ErrorCode, Fields, Method, Request, Response};
use support_3::tollgate::platform::parameters;
use support_3::{Inbound, respond, send, spawn_local, wit_stream};

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let report = support_3::variable("REPORT_URL");
        if !report.is_empty() {
            let _ = support_3::fetch_text(&report).await;
        }
        if request.get_authority().is_some_and(|authority| authority == "outbound.test") {
            return answer(request).await;
        }
        let inbound = Inbound::of(request);
        let customer = support_3::parameter("customer_name");
        let _ = inbound.headers.set("x-intercepted-for", &[customer.into_bytes()]);
        // Appended, so that a request that came by here twice shows it.
        let _ = inbound.headers.append("x-hop", b"outbound");
        let key = support_3::variable("API_KEY");
        if !key.is_empty() {
            let _ = inbound.headers.set("authorization", &[format!("Bearer {key}").into_bytes()]);
        }
        match inbound.request() {
            Some(request) => send(request).await,
            None => Err(ErrorCode::HttpRequestUriInvalid),
        }
    }
}

async fn answer(request: Request) -> Result<Response, ErrorCode> {
    let path = request.get_path_with_query().unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((&path, ""));
    Ok(match path.split('/').collect::<Vec<_>>().as_slice() {
        [_, "parameters"] => respond(200, &all()),
        [_, "parameter", name] => respond(200, &support_3::parameter(name)),
        [_, "see"] => see(request).await,
        [_, "env"] => respond(200, &variables()),
        [_, "status", status] => respond(status.parse().unwrap_or(500), "as asked"),
        [_, "redirect"] => redirect(),
        [_, "trap"] => panic!("outbound boom"),
        [_, "trap-mid-body"] => trap_mid_body(&request),
        // 0.3 cannot return without an answer.
        [_, "no-answer"] => panic!("no answer"),
        [_, "loop"] => loop {
            std::hint::spin_loop();
        },
        [_, "elsewhere"] => return elsewhere(request).await,
        [_, "fetch-many"] => fetch_many(&request, query.parse().unwrap_or(1)).await,
        _ => respond(200, "counted"),
    })
}

fn all() -> String {
    let pairs = parameters::all()
        .into_iter()
        .map(|(name, value)| format!("{}:{}", support_3::quoted(&name), support_3::json(value)));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

/// Everything that arrived, as text.
async fn see(request: Request) -> Response {
    let mut lines = vec![support_3::method(&request.get_method()), support_3::url(&request)];
    let mut headers: Vec<_> = request.get_headers().copy_all();
    headers.sort();
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value))));
    let (body, _trailers) = Request::consume_body(request, support_3::empty());
    let body = support_3::read(body).await;
    lines.extend([String::new(), String::from_utf8_lossy(&body).into_owned()]);
    respond(200, &lines.join("\n"))
}

fn variables() -> String {
    let mut lines: Vec<String> = std::env::vars().map(|(name, value)| format!("env {name}={value}")).collect();
    lines.sort();
    lines.join("\n")
}

fn redirect() -> Response {
    let headers = Fields::from_list(&[("location".to_owned(), b"http://outbound.test/see".to_vec())]).unwrap();
    let (response, _sent) = Response::new(headers, None, support_3::finished());
    let _ = response.set_status_code(302);
    response
}

/// Sends part of a body, fetches `x-outbound-url`, then traps.
fn trap_mid_body(request: &Request) -> Response {
    let url = support_3::header(request, "x-outbound-url");
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        writer.write_all(b"half".to_vec()).await;
        let _ = support_3::fetch_text(&url).await;
        panic!("trapped mid-body");
    });
    Response::new(Fields::new(), Some(reader), support_3::finished()).0
}

/// Forwards to the URL in `x-outbound-url`, with another method and another body.
async fn elsewhere(request: Request) -> Result<Response, ErrorCode> {
    let url = support_3::header(&request, "x-outbound-url");
    let body = Some(support_3::text_body("another body"));
    let (outgoing, _sent) = Request::new(Fields::new(), body, support_3::finished(), None);
    let _ = outgoing.set_method(&Method::Put);
    support_3::aim(&outgoing, &url);
    Ok(respond(send(outgoing).await?.get_status_code(), "forwarded"))
}

async fn fetch_many(request: &Request, count: u64) -> Response {
    let url = support_3::header(request, "x-outbound-url");
    let mut lines = Vec::new();
    for _ in 0..count {
        lines.push(support_3::fetch_text(&url).await.map_or_else(|error| format!("{error:?}"), |(_, text)| text));
    }
    respond(200, &lines.join("\n"))
}

support_3::export!(Worker with_types_in support_3);
