//! Client certificates for mTLS bindings: uploaded, listed, deleted; the private key is never read back.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use tollgate_egress::{ClientCertificate, certificate};
use tollgate_store::{CertificateDraft, CertificateRecord, StoreError};
use tollgate_types::{CertificateId, Secret};

use crate::Control;
use crate::audit::Change;
use crate::change::Caller;
use crate::envelope::{list as envelope_list, success};
use crate::error::ControlError;
use crate::extract::Enveloped;
use crate::time::rfc3339;

/// Longest name of a certificate, in bytes: a label for people.
const NAME_BYTES: usize = 128;

type Answer = Result<Response, ControlError>;
type One = Enveloped<Path<(String, String)>>;

#[derive(Deserialize)]
struct Upload {
    name: Option<String>,
    certificates: String,
    private_key: Option<Secret>,
    /// Whether it is there to check the certificates of others, which nothing here does.
    #[serde(default)]
    ca: bool,
}

/// What a list is narrowed down to.
#[derive(Deserialize)]
pub(crate) struct Filter {
    name: Option<String>,
    ca: Option<bool>,
}

pub(crate) async fn upload(caller: Caller, Enveloped(body): Enveloped<Bytes>) -> Answer {
    // serde's own words would repeat what it read.
    let upload: Upload = serde_json::from_slice(&body).map_err(|_| {
        let shape = r#"{"name": "…", "certificates": "<PEM>", "private_key": "<PEM>", "ca": false}"#;
        ControlError::Body(format!("expected {shape}"))
    })?;
    let (change, draft) = (Change::of_host("certificate.upload"), checked(upload)?);
    let record = caller.change(change, |writer| async move { writer.put_certificate(draft).await }).await?;
    Ok(success(json(&record)))
}

pub(crate) async fn list(
    State(control): State<Control>,
    Enveloped(Query(Filter { name, ca })): Enveloped<Query<Filter>>,
) -> Answer {
    let records = control.reader.certificates()?;
    let wanted = |record: &&Arc<CertificateRecord>| ca != Some(true) && (name.is_none() || record.name == name);
    Ok(envelope_list(records.iter().filter(wanted).map(|record| json(record)).collect()))
}

pub(crate) async fn get(State(control): State<Control>, Enveloped(Path((_, id))): One) -> Answer {
    let id: CertificateId = id.parse()?;
    match control.reader.certificate(&id)? {
        Some(record) => Ok(success(json(&record))),
        None => Err(StoreError::CertificateNotFound(id).into()),
    }
}

pub(crate) async fn delete(caller: Caller, Enveloped(Path((_, id))): One) -> Answer {
    let id: CertificateId = id.parse()?;
    let (change, gone) = (Change::of_certificate("certificate.delete", &id), id.clone());
    caller.change(change, |writer| async move { writer.delete_certificate(gone).await }).await?;
    Ok(success(json!({ "id": id })))
}

/// The certificates, rid of all that is none, and the key, which is theirs.
fn checked(Upload { name, certificates, private_key, ca }: Upload) -> Result<CertificateDraft, ControlError> {
    if ca {
        let reason = "ca: expected false, as only certificates that workers present are kept here, found true";
        return Err(ControlError::Body(reason.to_owned()));
    }
    if let Some(name) = name.as_deref().filter(|name| name.len() > NAME_BYTES || name.chars().any(char::is_control)) {
        let beginning: String = name.chars().take(40).collect();
        let expected = format!("at most {NAME_BYTES} bytes without control characters");
        return Err(ControlError::Body(format!("name: expected {expected}, found {beginning:?}")));
    }
    let private_key = private_key.ok_or_else(|| {
        ControlError::Body("private_key: expected the certificate's key as PEM, found nothing".into())
    })?;
    let refused = |error: tollgate_egress::CertificateError| ControlError::Body(error.to_string());
    let certificates = certificate::sections(&certificates).map_err(refused)?;
    let candidate = ClientCertificate { id: "", certificates: &certificates, private_key: private_key.reveal() };
    candidate.check().map_err(refused)?;
    Ok(CertificateDraft { name: name.filter(|name| !name.is_empty()), certificates, private_key })
}

/// What is told of a certificate, in Cloudflare's words. Not the private key.
fn json(record: &CertificateRecord) -> Value {
    let CertificateRecord { id, name, certificates, private_key: _, uploaded_unix_ms } = record;
    let described = ClientCertificate { id: id.as_str(), certificates, private_key: "" }.described();
    let described = described.as_ref();
    json!({
        "id": id,
        "name": name,
        "ca": false,
        "certificates": certificates,
        "issuer": described.map(|it| &it.issuer),
        "signature": described.map(|it| &it.signature),
        "serial_number": described.map(|it| &it.serial_number),
        "uploaded_on": rfc3339(*uploaded_unix_ms),
        "expires_on": described.map(|it| &it.expires_on),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn refused(upload: Value) -> String {
        checked(serde_json::from_value(upload).unwrap()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let error = refused(json!({ "certificates": "" }));
        assert_eq!(error, "private_key: expected the certificate's key as PEM, found nothing");
        let error = refused(json!({ "certificates": "", "private_key": "", "name": "a\u{1b}[2J" }));
        assert_eq!(error, "name: expected at most 128 bytes without control characters, found \"a\\u{1b}[2J\"");
        let error = refused(json!({ "certificates": "", "ca": true }));
        assert!(error.starts_with("ca: expected false"), "{error}");
    }
}
