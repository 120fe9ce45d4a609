//! What an ordinary worker does with requests and bodies.

use support_3::http::{ErrorCode, Fields, Method, Request, Response};
use support_3::tollgate::platform::bindings;
use support_3::{Inbound, StreamResult, fetch_text, header, respond, send, spawn_local, wit_stream};

const CHUNK: usize = 64 * 1024;

pub fn failed(error: ErrorCode) -> Response {
    respond(599, &format!("{error:?}"))
}

/// Passes a request on, and its response back.
pub async fn pass(inbound: Inbound) -> Response {
    match inbound.request() {
        Some(request) => send(request).await.unwrap_or_else(failed),
        None => failed(ErrorCode::HttpRequestUriInvalid),
    }
}

/// Fetches what `x-target-url` says, with the inbound method, headers and body, and answers with the response. With
/// `x-service` it goes through that binding.
pub async fn fetch(request: Request) -> Response {
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
    let binding = inbound.headers.get("x-service").first().map(|value| String::from_utf8_lossy(value).into_owned());
    // 0.3 has no tickets: it hands its requests to a binding itself.
    for name in ["x-target-url", "x-target-method", "x-service", "x-ticket"] {
        let _ = inbound.headers.delete(name);
    }
    match (binding, inbound) {
        (None, inbound) => pass(inbound).await,
        (Some(binding), inbound) => match inbound.request() {
            Some(request) => bindings::fetch(binding, request).await.unwrap_or_else(failed),
            None => failed(ErrorCode::HttpRequestUriInvalid),
        },
    }
}

pub async fn fetch_many(request: &Request, count: u64, parallel: bool) -> Response {
    let url = header(request, "x-target-url");
    let get = || support_3::request(&Method::Get, &url, Fields::new());
    let mut lines = Vec::new();
    if parallel {
        let sent: Vec<_> = (0..count).map(|_| spawn_local(send(get()))).collect();
        for answered in sent {
            let status = |response: Response| response.get_status_code().to_string();
            let answered = answered.await.unwrap_or(Err(ErrorCode::InternalError(None)));
            lines.push(answered.map_or_else(|error| format!("{error:?}"), status));
        }
    } else {
        for _ in 0..count {
            lines.push(fetch_text(&url).await.map_or_else(|error| format!("{error:?}"), |(_, text)| text));
        }
    }
    respond(200, &lines.join("\n"))
}

/// Answers first, and fetches when the answer is out.
pub fn background(request: &Request) -> Response {
    let url = header(request, "x-target-url");
    spawn_local(async move {
        let _ = fetch_text(&url).await;
    });
    respond(200, "ok")
}

/// Sends a GET with a body that no header tells of, and looks at the answer when all of it was taken.
pub async fn upload_first(request: &Request) -> Response {
    let (mut writer, reader) = wit_stream::new();
    let (outgoing, _sent) = Request::new(Fields::new(), Some(reader), support_3::finished(), None);
    support_3::aim(&outgoing, &header(request, "x-target-url"));
    let sent = spawn_local(send(outgoing));
    writer.write_all(vec![b'x'; 16_384]).await;
    drop(writer);
    let (_status, text) = support_3::read_text(sent.await.unwrap().unwrap()).await.unwrap();
    respond(200, &format!("{} bytes", text.len()))
}

/// Sends a GET, reads the answer to its end, and writes a body of the request's only then: whoever answered has left.
pub async fn upload_last(request: &Request, bytes: u64) -> Response {
    let (mut writer, reader) = wit_stream::new();
    let (outgoing, _sent) = Request::new(Fields::new(), Some(reader), support_3::finished(), None);
    support_3::aim(&outgoing, &header(request, "x-target-url"));
    support_3::read_text(send(outgoing).await.unwrap()).await.unwrap();
    let mut taken = 0;
    while taken < bytes {
        let next = (bytes - taken).min(4096);
        if !writer.write_all(vec![b'x'; next as usize]).await.is_empty() {
            return respond(200, &format!("{taken} bytes, then closed"));
        }
        taken += next;
    }
    respond(200, &format!("{taken} bytes"))
}

/// Answers first, waits a little, and fetches for the body.
pub fn late(request: &Request) -> Response {
    let url = header(request, "x-target-url");
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        crate::hostile::sleep(50).await;
        let text = fetch_text(&url).await.map_or_else(|error| format!("{error:?}"), |(_, text)| text);
        writer.write_all(text.into_bytes()).await;
    });
    Response::new(Fields::new(), Some(reader), support_3::finished()).0
}

pub fn stream(bytes: u64) -> Response {
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        let mut left = bytes;
        while left > 0 {
            let chunk = left.min(CHUNK as u64);
            if !writer.write_all(vec![b'x'; chunk as usize]).await.is_empty() {
                return;
            }
            left -= chunk;
        }
    });
    Response::new(Fields::new(), Some(reader), support_3::finished()).0
}

/// Reads the body and says how long it was, with its FNV-1a.
pub async fn sink(request: Request) -> Response {
    let (mut body, _trailers) = Request::consume_body(request, support_3::empty());
    let (mut length, mut hash) = (0_u64, 0xcbf2_9ce4_8422_2325_u64);
    loop {
        let (result, chunk) = body.read(Vec::with_capacity(CHUNK)).await;
        length += chunk.len() as u64;
        for byte in chunk {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if !matches!(result, StreamResult::Complete(_)) {
            return respond(200, &format!("{length} {hash:016x}"));
        }
    }
}
