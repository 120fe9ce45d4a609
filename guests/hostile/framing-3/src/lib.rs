//! Does the same as `framing` for WASI 0.3. `/pass` also answers with the body that the URL in `x-target-url` gives, under a
//! content-length of its own.

use support_3::http::{ErrorCode, Fields, Method, Request, Response};
use support_3::{StreamReader, header, send, spawn_local, wit_stream};

struct Worker;

impl support_3::Guest for Worker {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let path = request.get_path_with_query().unwrap_or_default();
        let of = |key: &str| path.split(['?', '&']).find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
        let fields = Fields::new();
        if let Some(length) = of("length") {
            let _ = fields.append("content-length", length.as_bytes());
        }
        let url = header(&request, "x-target-url");
        let pieces = of("pieces").unwrap_or_default();
        if path.starts_with("/send") {
            return Ok(support_3::respond(200, &sent(&url, fields, pieces).await));
        }
        let (contents, trailers) = match path.starts_with("/pass") {
            true => {
                let answer = send(support_3::request(&Method::Get, &url, Fields::new())).await?;
                Response::consume_body(answer, support_3::empty())
            }
            false => (body(pieces), support_3::finished()),
        };
        let (response, _sent) = Response::new(fields, Some(contents), trailers);
        let status = of("status").and_then(|status| status.parse().ok()).unwrap_or(200);
        let _ = response.set_status_code(status);
        Ok(response)
    }
}

/// Sends a request with these pieces, and tells the status of the answer, or the error.
async fn sent(url: &str, fields: Fields, pieces: &str) -> String {
    let (request, _sent) = Request::new(fields, Some(body(pieces)), support_3::finished(), None);
    let _ = request.set_method(&Method::Post);
    if !support_3::aim(&request, url) {
        return "no URL".to_owned();
    }
    match send(request).await {
        Ok(response) => response.get_status_code().to_string(),
        Err(error) => format!("{error:?}"),
    }
}

/// A body of these pieces.
fn body(pieces: &str) -> StreamReader<u8> {
    let (mut writer, reader) = wit_stream::new();
    let pieces: Vec<Vec<u8>> = pieces.split(',').map(|piece| piece.as_bytes().to_vec()).collect();
    spawn_local(async move {
        for piece in pieces {
            writer.write_all(piece).await;
        }
    });
    reader
}

support_3::export!(Worker with_types_in support_3);
