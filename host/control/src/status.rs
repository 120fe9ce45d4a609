//! `GET /status`: what the host is doing now.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use crate::Control;
use crate::envelope::success;

pub(crate) async fn get(State(control): State<Control>) -> Response {
    success(json!({ "instances": control.chain.instances() }))
}
