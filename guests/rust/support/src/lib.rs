//! What every guest here needs: the bindings of our worlds, and a few moves over WASI's HTTP resources.
//!
//! The bindings hold every interface of the platform; a component imports only those that it calls.

mod pass;
mod pump;

pub use pass::{Inbound, bad_gateway, pass};
pub use pump::Pump;

wit_bindgen::generate!({
    path: "../../../wit/0.2",
    inline: "
        package tollgate:guests;
        world worker {
            include tollgate:platform/outbound-worker@1.0.0;
            include tollgate:platform/dispatch-worker@1.0.0;
            import wasi:sockets/ip-name-lookup@0.2.12;
            import wasi:sockets/instance-network@0.2.12;
        }
    ",
    world: "tollgate:guests/worker",
    generate_all,
    pub_export_macro: true,
    default_bindings_module: "support",
});

pub use exports::wasi::http::incoming_handler::Guest;
pub use wasi::http::types as http;

use http::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingBody, IncomingRequest, IncomingResponse, Method, OutgoingBody,
    OutgoingRequest, OutgoingResponse, ResponseOutparam, Scheme,
};
use std::net::Ipv6Addr;

use wasi::io::streams::{OutputStream, StreamError};

/// A variable of this worker.
pub fn variable(name: &str) -> String {
    wasi::config::store::get(name).ok().flatten().unwrap_or_default()
}

/// A parameter as JSON text; `null` where there is none.
pub fn parameter(name: &str) -> String {
    use tollgate::platform::parameters::get;
    get(name).map_or_else(|| "null".to_owned(), json)
}

/// A parameter that is text; empty where there is none.
pub fn text_parameter(name: &str) -> String {
    use tollgate::platform::parameters::{Value, get};
    match get(name) {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    }
}

/// A parameter's value as JSON text.
pub fn json(value: tollgate::platform::parameters::Value) -> String {
    use tollgate::platform::parameters::Value;
    match value {
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::Text(text) => quoted(&text),
        Value::Json(text) => text,
    }
}

/// Text as a JSON string.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            letter if (letter as u32) < 0x20 => quoted.push_str(&format!("\\u{:04x}", letter as u32)),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// Answers with a status and text.
pub fn respond(out: ResponseOutparam, status: u16, text: &str) {
    let response = OutgoingResponse::new(Fields::new());
    let _ = response.set_status_code(status);
    let Ok(body) = response.body() else { return };
    ResponseOutparam::set(out, Ok(response));
    let Ok(stream) = body.write() else { return };
    if write(&stream, text.as_bytes()).is_err() {
        return;
    }
    drop(stream);
    let _ = OutgoingBody::finish(body, None);
}

/// Writes all, and waits only where there is no room.
fn write(stream: &OutputStream, mut bytes: &[u8]) -> Result<(), StreamError> {
    while !bytes.is_empty() {
        let room = usize::try_from(stream.check_write()?).unwrap_or(usize::MAX);
        if room == 0 {
            stream.subscribe().block();
            continue;
        }
        let (now, later) = bytes.split_at(room.min(bytes.len()));
        stream.write(now)?;
        bytes = later;
    }
    Ok(())
}

/// Waits for a response.
pub fn wait(future: &FutureIncomingResponse) -> Result<IncomingResponse, ErrorCode> {
    future.subscribe().block();
    match future.get() {
        Some(Ok(response)) => response,
        _ => Err(ErrorCode::InternalError(None)),
    }
}

/// Reads a body to its end.
pub fn read(body: IncomingBody) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let stream = body.stream().map_err(|()| "the stream was taken".to_owned())?;
    loop {
        match stream.blocking_read(65536) {
            Ok(chunk) => bytes.extend(chunk),
            Err(StreamError::Closed) => return Ok(bytes),
            Err(error) => return Err(format!("{error:?}")),
        }
    }
}

/// A URL in its parts.
pub fn split(url: &str) -> Option<(Scheme, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.to_owned()),
    };
    let at = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    Some((scheme, authority, if path.is_empty() { "/" } else { path }))
}

/// A request to a URL.
pub fn request(method: &Method, url: &str, headers: Fields) -> Option<OutgoingRequest> {
    let (scheme, authority, path) = split(url)?;
    let request = OutgoingRequest::new(headers);
    // GET is what a request is if nobody says otherwise.
    if !matches!(method, Method::Get) {
        request.set_method(method).ok()?;
    }
    request.set_scheme(Some(&scheme)).ok()?;
    request.set_authority(Some(authority)).ok()?;
    request.set_path_with_query(Some(path)).ok()?;
    Some(request)
}

/// Fetches a URL, and gives status and text.
pub fn fetch_text(url: &str) -> Result<(u16, String), ErrorCode> {
    let request = request(&Method::Get, url, Fields::new()).ok_or(ErrorCode::HttpRequestUriInvalid)?;
    let response = wait(&wasi::http::outgoing_handler::handle(request, None)?)?;
    let body = response.consume().map_err(|()| ErrorCode::InternalError(None))?;
    let bytes = read(body).map_err(|error| ErrorCode::InternalError(Some(error)))?;
    Ok((response.status(), String::from_utf8_lossy(&bytes).into_owned()))
}

/// The host of an authority, written in one way: lower case, without the port and the root's dot. An IPv6 address
/// keeps its brackets, and has its shortest form.
pub fn host(authority: &str) -> String {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')?.parse::<Ipv6Addr>().ok());
    address.map_or(host, |address| format!("[{address}]"))
}

/// The full URL of an inbound request.
pub fn url(request: &IncomingRequest) -> String {
    let scheme = match request.scheme() {
        Some(Scheme::Https) => "https".to_owned(),
        Some(Scheme::Other(other)) => other,
        _ => "http".to_owned(),
    };
    let path = request.path_with_query().unwrap_or_else(|| "/".to_owned());
    format!("{scheme}://{}{path}", request.authority().unwrap_or_default())
}

/// A method as it is written.
pub fn method(method: &Method) -> String {
    match method {
        Method::Other(text) => text.clone(),
        other => format!("{other:?}").trim_start_matches("Method::").to_uppercase(),
    }
}

/// A header as text; empty where it is absent.
pub fn header(request: &IncomingRequest, name: &str) -> String {
    let values = request.headers().get(name);
    values.first().map(|value| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
}
