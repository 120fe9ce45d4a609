//! Secrets of a worker: written, listed by name, deleted; never read back (E11).

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tollgate_store::Draft;
use tollgate_types::{Binding, BindingName, MOST_BINDINGS, Secret, WorkerId, WorkerRecord};

use crate::envelope::{list as envelope_list, success};
use crate::error::ControlError;
use crate::extract::Enveloped;
use crate::{Control, references, scripts};

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
    Enveloped(Path((_, name))): Own,
    Enveloped(body): Enveloped<Bytes>,
) -> Answer {
    put(&control, scripts::own(&name)?, &body).await
}

pub(crate) async fn put_in_namespace(
    State(control): State<Control>,
    Enveloped(Path(path)): Inside,
    Enveloped(body): Enveloped<Bytes>,
) -> Answer {
    put(&control, scripts::inside(&path)?, &body).await
}

pub(crate) async fn list_own(State(control): State<Control>, Enveloped(Path((_, name))): Own) -> Answer {
    list(&control, &scripts::own(&name)?)
}

pub(crate) async fn list_in_namespace(State(control): State<Control>, Enveloped(Path(path)): Inside) -> Answer {
    list(&control, &scripts::inside(&path)?)
}

pub(crate) async fn delete_own(State(control): State<Control>, Enveloped(Path((_, name, secret))): OwnOne) -> Answer {
    delete(&control, scripts::own(&name)?, &secret).await
}

pub(crate) async fn delete_in_namespace(
    State(control): State<Control>,
    Enveloped(Path((account, namespace, name, secret))): InsideOne,
) -> Answer {
    delete(&control, scripts::inside(&(account, namespace, name))?, &secret).await
}

async fn put(control: &Control, id: WorkerId, body: &[u8]) -> Answer {
    // serde's own words would repeat what it read.
    let Put { name, text, kind } = serde_json::from_slice(body).map_err(|_| {
        ControlError::Body("expected {\"name\": \"…\", \"text\": \"…\", \"type\": \"secret_text\"}".into())
    })?;
    if let Some(other) = kind.filter(|kind| kind != "secret_text") {
        return Err(ControlError::Body(format!("type: expected \"secret_text\", found {other:?}")));
    }
    let (own, answer) = (control.clone(), json!({ "name": name, "type": "secret_text" }));
    control.turn.take(async move { bind(&own, id, name, text).await }).await?;
    Ok(success(answer))
}

async fn bind(control: &Control, id: WorkerId, name: BindingName, text: Secret) -> Result<(), ControlError> {
    let mut record = WorkerRecord::clone(&*scripts::existing_worker(control, &id)?);
    if let Some(other) = record.bindings.get(&name).filter(|other| !matches!(other, Binding::SecretText { .. })) {
        let kind = other.kind();
        return Err(ControlError::Body(format!("{:?} is a {kind} binding of the worker already", name.as_str())));
    }
    let binding = Binding::SecretText { text };
    let before = record.bindings.insert(name.clone(), binding.clone());
    if before.is_none() && record.bindings.len() > MOST_BINDINGS {
        return Err(ControlError::Body(format!(
            "{:?} would be binding {} of the worker: at most {MOST_BINDINGS}",
            name.as_str(),
            record.bindings.len()
        )));
    }
    let draft = Draft { bindings: record.bindings, reads: record.reads, ..Draft::default() };
    references::check(control, &id, &draft)?;
    control.writer.bind(id, name, Some(binding)).await?;
    Ok(())
}

fn list(control: &Control, id: &WorkerId) -> Answer {
    let record = scripts::existing_worker(control, id)?;
    let secrets = record.bindings.iter().filter(|(_, binding)| matches!(binding, Binding::SecretText { .. }));
    Ok(envelope_list(secrets.map(|(name, binding)| json!({ "name": name, "type": binding.kind() })).collect()))
}

async fn delete(control: &Control, id: WorkerId, secret: &str) -> Answer {
    let name: BindingName = secret.parse()?;
    let (own, secret) = (control.clone(), secret.to_owned());
    control.turn.take(async move { unbind(&own, id, name, secret).await }).await?;
    Ok(success(Value::Null))
}

async fn unbind(control: &Control, id: WorkerId, name: BindingName, secret: String) -> Result<(), ControlError> {
    let record = scripts::existing_worker(control, &id)?;
    if !matches!(record.bindings.get(&name), Some(Binding::SecretText { .. })) {
        return Err(ControlError::NoSecret { worker: id.to_string(), secret });
    }
    control.writer.bind(id, name, None).await?;
    Ok(())
}
