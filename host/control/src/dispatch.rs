//! `GET /dispatch`: the dispatches of the host's configuration that have an outbound worker. Whoever tries a new one has to know
//! what is attached for it, and here no dispatch worker's bindings say so.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use crate::envelope::list as envelope_list;
use tollgate_store::Configured;

use crate::Control;

/// Each as `{namespace, outbound}`, the outbound worker as a binding has it.
pub(crate) async fn list(State(control): State<Control>) -> Response {
    envelope_list(control.configured.iter().filter_map(row).collect())
}

fn row(one: &Configured) -> Option<Value> {
    Some(json!({ "namespace": one.namespace.as_ref()?, "outbound": one.outbound.to_wire() }))
}
