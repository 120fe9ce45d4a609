//! Namespaces: create, list, get, delete.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tollgate_store::{NamespaceRecord, StoreError, Writer};
use tollgate_types::egress::EgressRules;
use tollgate_types::{Home, NamespaceName, Tag};

use crate::Control;
use crate::audit::Change;
use crate::change::{Caller, may_be_made};
use crate::envelope::{list as envelope_list, success, tagged};
use crate::error::ControlError;
use crate::extract::Enveloped;

type Answer = Result<Response, ControlError>;
type One = Enveloped<Path<(String, String)>>;

#[derive(Deserialize)]
struct Create {
    name: NamespaceName,
    /// Whether its workers may ask that their instances be reused.
    #[serde(default)]
    reuse: bool,
    /// Rules for what its workers send.
    #[serde(default)]
    egress: EgressRules,
}

/// A flag in the query that is true when it says so.
#[derive(Deserialize, Default)]
pub(crate) struct Force {
    #[serde(default)]
    force: bool,
}

pub(crate) async fn create(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(body): Enveloped<Bytes>,
) -> Answer {
    let Create { name, reuse, egress } = serde_json::from_slice(&body)
        .map_err(|error| ControlError::Body(format!("expected {{\"name\": \"…\"}}: {error}")))?;
    let change = Change::of_namespace("namespace.create", &name);
    let record =
        caller.change(change, |writer| async move { writer.create_ruled_namespace(name, reuse, egress).await }).await?;
    Ok(one(&control, &record))
}

pub(crate) async fn list(State(control): State<Control>) -> Answer {
    let records = control.reader.namespaces()?;
    Ok(envelope_list(records.iter().map(|record| json(&control, record)).collect()))
}

pub(crate) async fn get(State(control): State<Control>, Enveloped(Path((_, name))): One) -> Answer {
    let name: NamespaceName = name.parse()?;
    match control.reader.namespace(&name)? {
        Some(record) => Ok(one(&control, &record)),
        None => Err(StoreError::NamespaceNotFound(name).into()),
    }
}

pub(crate) async fn delete(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path((_, name))): One,
    Enveloped(Query(Force { force })): Enveloped<Query<Force>>,
) -> Answer {
    let name: NamespaceName = name.parse()?;
    let change = Change::of_namespace("namespace.delete", &name);
    let delete = |writer: Writer| async move {
        let deleted = writer.delete_namespace(name.clone(), force).await;
        if may_be_made(&deleted) {
            control.chain.deleted_namespace(&name);
        }
        deleted
    };
    caller.change(change, delete).await?;
    Ok(success(Value::Null))
}

fn one(control: &Control, record: &NamespaceRecord) -> Response {
    tagged(Tag::new(record.id.clone()), success(json(control, record)))
}

fn json(control: &Control, record: &NamespaceRecord) -> Value {
    let workers = control.reader.count(&Home::Namespace(record.name.clone()));
    json!({
        "namespace_id": record.id,
        "namespace_name": record.name,
        "script_count": workers,
        "reuse": record.reuse,
        "egress": record.egress,
        "created_unix_ms": record.created_unix_ms,
    })
}
