//! An upload: Cloudflare's multipart form with `metadata` and a module, in any order of parts.

use std::collections::BTreeMap;

use axum::extract::Multipart;
use serde::Deserialize;
use serde_json::Value;
use tollgate_store::Draft;
use tollgate_types::egress::EgressRules;
use tollgate_types::{
    Binding, BindingName, Bindings, DispatchNamespace, Limits, MtlsCertificate, Reuse, RoutePattern, Service, excerpt,
    expect_few_bindings,
};

use crate::error::ControlError;

/// An upload, read and checked as far as it goes by itself.
pub(crate) struct Upload {
    pub(crate) script: Vec<u8>,
    pub(crate) draft: Draft,
}

/// Cloudflare's metadata; keys that this host has no use for are let pass, as its clients send more every year.
#[derive(Deserialize)]
struct Metadata {
    main_module: Option<String>,
    body_part: Option<String>,
    #[serde(default)]
    bindings: Vec<Value>,
    #[serde(default)]
    limits: Limits,
    #[serde(default)]
    egress: EgressRules,
    #[serde(default)]
    routes: Vec<RoutePattern>,
    reuse: Option<Reuse>,
    /// Kinds of bindings that stay where this upload does not name them.
    keep_bindings: Option<Vec<String>>,
}

/// Reads the form. `most_bytes` is what the router lets through, for errors.
pub(crate) async fn read(mut form: Multipart, most_bytes: u64) -> Result<Upload, ControlError> {
    let mut metadata = None;
    let mut modules = BTreeMap::new();
    let failed = |error: axum::extract::multipart::MultipartError| match error.status() {
        http::StatusCode::PAYLOAD_TOO_LARGE => ControlError::TooLarge(most_bytes),
        _ => ControlError::Body(format!("the multipart form could not be read: {}", error.body_text())),
    };
    while let Some(field) = form.next_field().await.map_err(failed)? {
        let name = field.name().unwrap_or_default().to_owned();
        // The SDKs name every part `files` and put the module's name into the file name.
        let module = field.file_name().map_or_else(|| name.clone(), str::to_owned);
        let bytes = field.bytes().await.map_err(failed)?;
        if name == "metadata" {
            metadata = Some(bytes);
        } else {
            modules.insert(module, bytes);
        }
    }
    let metadata = metadata.ok_or_else(|| ControlError::Body("the form has no part `metadata`".to_owned()))?;
    let metadata: Metadata =
        serde_json::from_slice(&metadata).map_err(|error| ControlError::Metadata(error.to_string()))?;
    let main = metadata.main_module.or(metadata.body_part);
    let main =
        main.ok_or_else(|| ControlError::Metadata("main_module: expected the name of a part, found nothing".into()))?;
    let names: Vec<_> = modules.keys().map(String::as_str).collect();
    let names = names.join(", ");
    let script = modules.remove(&main).ok_or_else(|| {
        ControlError::Metadata(format!("main_module: expected the name of a part ({names}), found {main:?}"))
    })?;
    let draft = Draft {
        bindings: bindings(&metadata.bindings)?,
        limits: metadata.limits,
        egress: metadata.egress,
        routes: metadata.routes,
        reuse: metadata.reuse,
        reads: Vec::new(),
        keep: metadata.keep_bindings.unwrap_or_default(),
    };
    Ok(Upload { script: script.into(), draft })
}

/// No reuse of instances that can serve one request only. It is refused in a namespace that does not allow reuse too, so
/// that a worker never depends on its namespace to be safe from reuse.
pub(crate) fn expect_reusable(upload: &Upload) -> Result<(), ControlError> {
    match upload.draft.reuse {
        Some(Reuse { requests }) if requests > 1 && tollgate_engine::serves_once(&upload.script) => {
            Err(ControlError::ServesOnce { requests })
        }
        _ => Ok(()),
    }
}

fn bindings(list: &[Value]) -> Result<Bindings, ControlError> {
    expect_few_bindings(list.len())?;
    let mut bindings = Bindings::new();
    for (place, value) in list.iter().enumerate() {
        let at = format!("bindings[{place}]");
        let (name, binding) = binding(&at, value)?;
        if bindings.contains_key(&name) {
            return Err(ControlError::Metadata(format!("{at}.name: {name:?} is there twice", name = name.as_str())));
        }
        bindings.insert(name, binding);
    }
    Ok(bindings)
}

fn binding(at: &str, value: &Value) -> Result<(BindingName, Binding), ControlError> {
    let text = |key: &str| {
        let shape =
            || ControlError::Metadata(format!("{at}.{key}: expected a string, found {}", kind_of(value.get(key))));
        value.get(key).and_then(Value::as_str).ok_or_else(shape)
    };
    let kind = text("type")?;
    if kind == "dispatch_namespace" {
        let (name, binding) = DispatchNamespace::from_wire(at, value)?;
        return Ok((name, Binding::DispatchNamespace(binding)));
    }
    if kind == "service" {
        let (name, service) = Service::from_wire(at, value)?;
        return Ok((name, Binding::Service(service)));
    }
    if kind == "mtls_certificate" {
        let (name, certificate) = MtlsCertificate::from_wire(at, value)?;
        return Ok((name, Binding::MtlsCertificate(certificate)));
    }
    let name = text("name")?.parse()?;
    let binding = match kind {
        "plain_text" => Binding::PlainText { text: text("text")?.to_owned() },
        "secret_text" => Binding::SecretText { text: text("text")?.to_owned().into() },
        "json" => Binding::Json { json: value.get("json").cloned().unwrap_or_default() },
        other => {
            let known = "plain_text, json, secret_text, service, mtls_certificate or dispatch_namespace";
            let found = excerpt(other);
            return Err(ControlError::Metadata(format!("{at}.type: expected {known}, found {found:?}")));
        }
    };
    Ok((name, binding))
}

/// What a value is, and nothing of what it says: where a text is expected there may be a secret.
fn kind_of(value: Option<&Value>) -> &'static str {
    match value {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "a table",
    }
}
