//! What a worker is made of, read back: its component, and its bindings without the secrets' texts. Who tests a new outbound
//! worker with the workers of a namespace asks for both.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tollgate_types::{Binding, BindingName, WorkerId};

use crate::envelope::{list as envelope_list, tagged};
use crate::error::ControlError;
use crate::extract::Enveloped;
use crate::{Control, scripts};

type Answer = Result<Response, ControlError>;
type Own = Enveloped<Path<(String, String)>>;
type Inside = Enveloped<Path<(String, String, String)>>;

pub(crate) async fn get_own(State(control): State<Control>, Enveloped(Path((_, name))): Own) -> Answer {
    get(control, scripts::own(&name)?).await
}

pub(crate) async fn get_in_namespace(State(control): State<Control>, Enveloped(Path(path)): Inside) -> Answer {
    get(control, scripts::inside(&path)?).await
}

pub(crate) async fn bindings_own(State(control): State<Control>, Enveloped(Path((_, name))): Own) -> Answer {
    bindings(&control, &scripts::own(&name)?)
}

pub(crate) async fn bindings_in_namespace(State(control): State<Control>, Enveloped(Path(path)): Inside) -> Answer {
    bindings(&control, &scripts::inside(&path)?)
}

async fn get(control: Control, id: WorkerId) -> Answer {
    let record = scripts::existing_worker(&control, &id)?;
    let (reader, digest) = (control.reader, record.script);
    // Megabytes are read and hashed.
    let read = tokio::task::spawn_blocking(move || reader.script(&digest)).await;
    let bytes = read.map_err(ControlError::Unread)??;
    Ok(tagged(record.version, ([(CONTENT_TYPE, "application/wasm")], bytes).into_response()))
}

fn bindings(control: &Control, id: &WorkerId) -> Answer {
    let record = scripts::existing_worker(control, id)?;
    let list = record.bindings.iter().map(|(name, binding)| wire(name, binding)).collect();
    Ok(tagged(record.version, envelope_list(list)))
}

/// As an upload has it; of a secret the name alone (E11).
fn wire(name: &BindingName, binding: &Binding) -> Value {
    match binding {
        Binding::PlainText { text } => json!({ "type": "plain_text", "name": name, "text": text }),
        Binding::Json { json } => json!({ "type": "json", "name": name, "json": json }),
        Binding::SecretText { .. } => json!({ "type": "secret_text", "name": name }),
        Binding::DispatchNamespace(binding) => binding.to_wire(name),
        Binding::Service(service) => service.to_wire(name),
        Binding::MtlsCertificate(certificate) => certificate.to_wire(name),
    }
}
