//! Secrets of a worker: written, listed by name, deleted; never read back (E11).

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tollgate_types::{Binding, BindingName, Secret, WorkerId};

use crate::audit::Change;
use crate::change::Caller;
use crate::envelope::{list as envelope_list, success, tagged};
use crate::error::ControlError;
use crate::extract::Enveloped;
use crate::{Control, scripts};

type Answer = Result<Response, ControlError>;
type Own = Enveloped<Path<(String, String)>>;
type Inside = Enveloped<Path<(String, String, String)>>;
type OwnOne = Enveloped<Path<(String, String, String)>>;
type InsideOne = Enveloped<Path<(String, String, String, String)>>;

#[derive(Deserialize)]
struct Put {
    name: BindingName,
    text: Secret,
    /// Cloudflare's clients say `secret_text`; its other kinds of secrets are none here.
    #[serde(rename = "type")]
    kind: Option<String>,
}

pub(crate) async fn put_own(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path((_, name))): Own,
    Enveloped(body): Enveloped<Bytes>,
) -> Answer {
    put(&control, caller, scripts::own(&name)?, &body).await
}

pub(crate) async fn put_in_namespace(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path(path)): Inside,
    Enveloped(body): Enveloped<Bytes>,
) -> Answer {
    put(&control, caller, scripts::inside(&path)?, &body).await
}

pub(crate) async fn list_own(State(control): State<Control>, Enveloped(Path((_, name))): Own) -> Answer {
    list(&control, &scripts::own(&name)?)
}

pub(crate) async fn list_in_namespace(State(control): State<Control>, Enveloped(Path(path)): Inside) -> Answer {
    list(&control, &scripts::inside(&path)?)
}

pub(crate) async fn delete_own(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path((_, name, secret))): OwnOne,
) -> Answer {
    delete(&control, caller, scripts::own(&name)?, &secret).await
}

pub(crate) async fn delete_in_namespace(
    State(control): State<Control>,
    caller: Caller,
    Enveloped(Path((account, namespace, name, secret))): InsideOne,
) -> Answer {
    delete(&control, caller, scripts::inside(&(account, namespace, name))?, &secret).await
}

async fn put(control: &Control, caller: Caller, id: WorkerId, body: &[u8]) -> Answer {
    // serde's own words would repeat what it read.
    let Put { name, text, kind } = serde_json::from_slice(body).map_err(|_| {
        ControlError::Body("expected {\"name\": \"…\", \"text\": \"…\", \"type\": \"secret_text\"}".into())
    })?;
    if let Some(other) = kind.filter(|kind| kind != "secret_text") {
        return Err(ControlError::Body(format!("type: expected \"secret_text\", found {other:?}")));
    }
    scripts::existing_worker(control, &id)?;
    let (change, secret) = (Change::of_secret("secret.put", &id, &name), name.clone());
    let deployed = caller.change(change, |writer| async move { writer.put_secret(id, secret, text).await }).await?;
    Ok(tagged(deployed.record.version, success(json!({ "name": name, "type": "secret_text" }))))
}

fn list(control: &Control, id: &WorkerId) -> Answer {
    let record = scripts::existing_worker(control, id)?;
    let secrets = record.bindings.iter().filter(|(_, binding)| matches!(binding, Binding::SecretText { .. }));
    let list = secrets.map(|(name, binding)| json!({ "name": name, "type": binding.kind() })).collect();
    Ok(tagged(record.version, envelope_list(list)))
}

async fn delete(control: &Control, caller: Caller, id: WorkerId, secret: &str) -> Answer {
    let name: BindingName = secret.parse()?;
    scripts::existing_worker(control, &id)?;
    let change = Change::of_secret("secret.delete", &id, &name);
    let deployed = caller.change(change, |writer| async move { writer.delete_secret(id, name).await }).await?;
    Ok(tagged(deployed.record.version, success(Value::Null)))
}
