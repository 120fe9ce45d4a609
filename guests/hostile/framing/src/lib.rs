//! Sends heads that do not fit their bodies: `?status=`, `&length=` for the content-length, `&pieces=` for the body, with a comma
//! between pieces. `/send` sends a request with them to the URL in `x-target-url`, and answers with what became of it.

use support::http::{Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam};
use support::wasi::http::outgoing_handler;

struct Worker;

impl support::Guest for Worker {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        let of = |key: &str| path.split(['?', '&']).find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
        let fields = Fields::new();
        if let Some(length) = of("length") {
            let _ = fields.append("content-length", length.as_bytes());
        }
        let pieces = of("pieces").unwrap_or_default();
        if path.starts_with("/send") {
            let url = support::header(&request, "x-target-url");
            return support::respond(out, 200, &send(&url, fields, pieces));
        }
        let response = OutgoingResponse::new(fields);
        let status = of("status").and_then(|status| status.parse().ok()).unwrap_or(200);
        let _ = response.set_status_code(status);
        let body = response.body();
        ResponseOutparam::set(out, Ok(response));
        if let Ok(body) = body {
            write(body, pieces);
        }
    }
}

/// Sends a request with these pieces, and tells the status of the answer, or the error.
fn send(url: &str, fields: Fields, pieces: &str) -> String {
    let Some(request) = support::request(&Method::Post, url, fields) else { return "no URL".to_owned() };
    let body = request.body();
    let sent = match outgoing_handler::handle(request, None) {
        Ok(sent) => sent,
        Err(error) => return format!("{error:?}"),
    };
    if let Ok(body) = body {
        write(body, pieces);
    }
    match support::wait(&sent) {
        Ok(response) => response.status().to_string(),
        Err(error) => format!("{error:?}"),
    }
}

/// Writes all pieces, whatever becomes of each.
fn write(body: OutgoingBody, pieces: &str) {
    if let Ok(stream) = body.write() {
        for piece in pieces.split(',').filter(|piece| !piece.is_empty()) {
            let _ = stream.blocking_write_and_flush(piece.as_bytes());
        }
    }
    let _ = OutgoingBody::finish(body, None);
}

support::export!(Worker with_types_in support);
