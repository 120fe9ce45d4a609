//! What an ordinary worker does with requests and bodies.

use support::http::{ErrorCode, Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam};
use support::tollgate::platform::bindings;
use support::wasi::http::outgoing_handler::handle;
use support::{Inbound, fetch_text, header, respond};

const CHUNK: usize = 64 * 1024;

pub fn failed(out: ResponseOutparam, error: ErrorCode) {
    respond(out, 599, &format!("{error:?}"));
}

/// Fetches what `x-target-url` says, with the inbound method, headers and body, and answers with the response. With
/// `x-service` it goes through that binding, with `x-ticket` by a ticket for it.
pub fn fetch(request: IncomingRequest, out: ResponseOutparam) {
    let (url, method) = (header(&request, "x-target-url"), header(&request, "x-target-method"));
    let mut inbound = Inbound::of(request);
    inbound.url = url;
    if !method.is_empty() {
        inbound.method = match method.as_str() {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "PUT" => Method::Put,
            other => Method::Other(other.to_owned()),
        };
    }
    let binding = first(&inbound.headers, "x-service");
    if first(&inbound.headers, "x-ticket").is_some() {
        match bindings::ticket(&binding.unwrap_or_default()) {
            Ok(ticket) => inbound.headers.set("tollgate-ticket", &[ticket.into_bytes()]).unwrap(),
            Err(error) => return failed(out, error),
        }
    } else {
        inbound.through = binding;
    }
    for name in ["x-target-url", "x-target-method", "x-service", "x-ticket"] {
        let _ = inbound.headers.delete(name);
    }
    support::pass(inbound, out, failed);
}

fn first(headers: &Fields, name: &str) -> Option<String> {
    headers.get(name).first().map(|value| String::from_utf8_lossy(value).into_owned())
}

pub fn fetch_many(request: &IncomingRequest, out: ResponseOutparam, count: u64, parallel: bool) {
    let url = header(request, "x-target-url");
    let mut lines = Vec::new();
    if parallel {
        let send = |_| handle(support::request(&Method::Get, &url, Fields::new()).unwrap(), None);
        let futures: Vec<_> = (0..count).map(send).collect();
        for future in futures {
            let response = future.and_then(|future| support::wait(&future));
            lines.push(response.map_or_else(|error| format!("{error:?}"), |response| response.status().to_string()));
        }
    } else {
        for _ in 0..count {
            lines.push(fetch_text(&url).map_or_else(|error| format!("{error:?}"), |(_, text)| text));
        }
    }
    respond(out, 200, &lines.join("\n"));
}

/// Answers first, and fetches when the answer is out.
pub fn background(request: &IncomingRequest, out: ResponseOutparam) {
    let url = header(request, "x-target-url");
    respond(out, 200, "ok");
    let _ = fetch_text(&url);
}

/// Sends a GET with a body that no header tells of, and looks at the answer when all of it was taken.
pub fn upload_first(request: &IncomingRequest, out: ResponseOutparam) {
    let outgoing = support::request(&Method::Get, &header(request, "x-target-url"), Fields::new()).unwrap();
    let body = outgoing.body().unwrap();
    let future = handle(outgoing, None).unwrap();
    let stream = body.write().unwrap();
    for _ in 0..4 {
        stream.blocking_write_and_flush(&[b'x'; 4096]).unwrap();
    }
    drop(stream);
    OutgoingBody::finish(body, None).unwrap();
    let answered = support::wait(&future).unwrap();
    let bytes = support::read(answered.consume().unwrap()).unwrap();
    respond(out, 200, &format!("{} bytes", bytes.len()));
}

/// Sends a GET, reads the answer to its end, and writes a body of the request's only then: whoever answered has left. Where
/// there are no bytes, it writes none.
pub fn upload_last(request: &IncomingRequest, out: ResponseOutparam, bytes: u64) {
    let outgoing = support::request(&Method::Get, &header(request, "x-target-url"), Fields::new()).unwrap();
    let body = outgoing.body().unwrap();
    let future = handle(outgoing, None).unwrap();
    support::read(support::wait(&future).unwrap().consume().unwrap()).unwrap();
    let stream = body.write().unwrap();
    let mut taken = 0;
    loop {
        let next = (bytes - taken).min(4096);
        if let Err(error) = stream.blocking_write_and_flush(&vec![b'x'; next as usize]) {
            return respond(out, 200, &format!("{taken} bytes, then {error:?}"));
        }
        taken += next;
        if taken == bytes {
            break;
        }
    }
    drop(stream);
    OutgoingBody::finish(body, None).unwrap();
    respond(out, 200, &format!("{taken} bytes"));
}

/// Answers first, waits a little, and fetches for the body.
pub fn late(request: &IncomingRequest, out: ResponseOutparam) {
    let response = OutgoingResponse::new(Fields::new());
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));
    std::thread::sleep(std::time::Duration::from_millis(50));
    let text = fetch_text(&header(request, "x-target-url")).map_or_else(|error| format!("{error:?}"), |(_, text)| text);
    let stream = body.write().unwrap();
    let _ = stream.blocking_write_and_flush(text.as_bytes());
    drop(stream);
    let _ = OutgoingBody::finish(body, None);
}

pub fn stream(out: ResponseOutparam, bytes: u64) {
    let response = OutgoingResponse::new(Fields::new());
    let body = response.body().unwrap();
    ResponseOutparam::set(out, Ok(response));
    let stream = body.write().unwrap();
    let chunk = vec![b'x'; CHUNK];
    let mut left = bytes;
    while left > 0 {
        stream.subscribe().block();
        let room = stream.check_write().unwrap_or(0).min(CHUNK as u64).min(left) as usize;
        if stream.write(&chunk[..room]).is_err() {
            return;
        }
        left -= room as u64;
    }
    stream.blocking_flush().unwrap();
    drop(stream);
    let _ = OutgoingBody::finish(body, None);
}

/// Reads the body and says how long it was, with its FNV-1a.
pub fn sink(request: IncomingRequest, out: ResponseOutparam) {
    let body = request.consume().unwrap();
    let stream = body.stream().unwrap();
    let (mut length, mut hash) = (0_u64, 0xcbf2_9ce4_8422_2325_u64);
    while let Ok(chunk) = stream.blocking_read(CHUNK as u64) {
        length += chunk.len() as u64;
        for byte in chunk {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    respond(out, 200, &format!("{length} {hash:016x}"));
}
