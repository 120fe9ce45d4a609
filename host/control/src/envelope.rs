//! Cloudflare's envelope: `{success, errors, messages, result}`.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::ETAG;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use tollgate_types::Tag;

/// A result in the envelope.
pub(crate) fn success(result: impl Serialize) -> Response {
    Json(json!({ "success": true, "errors": [], "messages": [], "result": result })).into_response()
}

/// An answer about one state of a worker or namespace, which its tag names.
pub(crate) fn tagged(tag: impl Into<Tag>, mut answer: Response) -> Response {
    // Versions and ids fit into a header.
    if let Ok(value) = HeaderValue::try_from(tag.into().to_string()) {
        answer.headers_mut().insert(ETAG, value);
    }
    answer
}

/// A list in the envelope, with Cloudflare's paging: one page that holds all.
pub(crate) fn list(result: Vec<Value>) -> Response {
    let count = result.len();
    let info = json!({ "count": count, "page": 1, "per_page": count.max(1), "total_count": count });
    Json(json!({ "success": true, "errors": [], "messages": [], "result": result, "result_info": info }))
        .into_response()
}

/// An error in the envelope.
pub(crate) fn failure(status: StatusCode, code: u32, message: String) -> Response {
    let errors = json!([{ "code": code, "message": message }]);
    (status, Json(json!({ "success": false, "errors": errors, "messages": [], "result": null }))).into_response()
}
