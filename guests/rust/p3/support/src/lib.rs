//! What every WASI 0.3 guest here needs: the bindings of our worlds, and a few moves over WASI's HTTP resources.
//!
//! The bindings hold every interface of the platform; a component imports only those that it calls.

mod body;
mod inbound;

pub use body::{bytes_body, copied, empty, finished, read, text_body};
pub use inbound::Inbound;
pub use wit_bindgen::{StreamResult, spawn_local};

wit_bindgen::generate!({
    path: "../../../../wit/0.3",
    inline: "
        package tollgate:guests;
        world worker {
            include tollgate:platform/outbound-worker@1.0.0;
            include tollgate:platform/dispatch-worker@1.0.0;
            import wasi:sockets/ip-name-lookup@0.3.0;
        }
    ",
    world: "tollgate:guests/worker",
    generate_all,
    pub_export_macro: true,
    default_bindings_module: "support_3",
});

pub use exports::wasi::http::handler::Guest;
pub use wasi::http::client::send;
pub use wasi::http::types as http;
pub use wit_bindgen::rt::async_support::{FutureReader, StreamReader};

use http::{ErrorCode, Fields, Method, Request, Response, Scheme};

/// A response of plain text.
pub fn respond(status: u16, text: &str) -> Response {
    let headers = Fields::new();
    let length = text.len().to_string().into_bytes();
    let _ = headers.append("content-length", &length);
    let (response, _sent) = Response::new(headers, Some(text_body(text)), finished());
    let _ = response.set_status_code(status);
    response
}

/// A header of a request as text; empty where it is absent.
pub fn header(request: &Request, name: &str) -> String {
    let value = request.get_headers().get(name).into_iter().next().unwrap_or_default();
    String::from_utf8_lossy(&value).into_owned()
}

/// The URL that a request is for.
pub fn url(request: &Request) -> String {
    let scheme = match request.get_scheme() {
        Some(Scheme::Https) => "https",
        Some(Scheme::Other(other)) => return other,
        _ => "http",
    };
    let authority = request.get_authority().unwrap_or_default();
    let path = request.get_path_with_query().unwrap_or_else(|| "/".to_owned());
    format!("{scheme}://{authority}{path}")
}

/// A method as text.
pub fn method(method: &Method) -> String {
    match method {
        Method::Other(other) => other.clone(),
        known => format!("{known:?}").rsplit("::").next().unwrap_or_default().to_ascii_uppercase(),
    }
}

/// Points a request at a URL; false where the URL is none.
pub fn aim(request: &Request, url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let scheme = match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.to_owned()),
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let path = match path.strip_prefix('?') {
        Some(query) => format!("/?{query}"),
        None if path.is_empty() => "/".to_owned(),
        None => path.to_owned(),
    };
    request.set_scheme(Some(&scheme)).is_ok()
        && request.set_authority(Some(authority)).is_ok()
        && request.set_path_with_query(Some(&path)).is_ok()
}

/// A request without a body.
pub fn request(method: &Method, url: &str, headers: Fields) -> Request {
    let (request, _sent) = Request::new(headers, None, finished(), None);
    let _ = request.set_method(method);
    aim(&request, url);
    request
}

/// Fetches a page: its status and text.
pub async fn fetch_text(url: &str) -> Result<(u16, String), ErrorCode> {
    read_text(send(request(&Method::Get, url, Fields::new())).await?).await
}

/// Reads a response: its status and text.
pub async fn read_text(response: Response) -> Result<(u16, String), ErrorCode> {
    let status = response.get_status_code();
    let (body, trailers) = Response::consume_body(response, empty());
    let bytes = read(body).await;
    // Whether the body was whole, or was cut.
    trailers.await?;
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

/// A variable of this worker.
pub fn variable(name: &str) -> String {
    wasi::config::store::get(name).ok().flatten().unwrap_or_default()
}

/// A parameter as JSON text; `null` where there is none.
pub fn parameter(name: &str) -> String {
    tollgate::platform::parameters::get(name).map_or_else(|| "null".to_owned(), json)
}

/// A parameter's value as JSON text.
pub fn json(value: tollgate::platform::parameters::Value) -> String {
    use tollgate::platform::parameters::Value;
    match value {
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::Text(text) => quoted(&text),
        Value::Json(json) => json,
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
