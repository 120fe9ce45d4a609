//! `GET /dispatch`: the dispatches of the host's configuration. Whoever tries a new outbound worker has to know what is attached
//! for it, and here no dispatch worker's bindings say so.

use axum::extract::State;
use axum::response::Response;
use serde_json::json;
use tollgate_types::{DispatchNamespace, OutboundBinding};

use crate::Control;
use crate::envelope::list as envelope_list;

/// Each as `{namespace, outbound}`, the outbound worker as a binding has it, or null.
pub(crate) async fn list(State(control): State<Control>) -> Response {
    let one = |dispatch: &DispatchNamespace| json!({ "namespace": dispatch.namespace, "outbound": dispatch.outbound.as_ref().map(OutboundBinding::to_wire) });
    envelope_list(control.configured.iter().map(one).collect())
}
