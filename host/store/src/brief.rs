//! A brief of a worker's record: what the rules and the upkeep of the store ask of every worker, so that the record itself
//! need not be in memory.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use tollgate_types::{Binding, CertificateId, ScriptDigest, Version, WorkerRecord};

use crate::StoreError;
use crate::key::Key;
use crate::seal::Keys;
use crate::value::{corrupt, json_in};

/// What is known of a record without the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Brief {
    pub(crate) version: Version,
    pub(crate) script: ScriptDigest,
    /// Whether a binding is a secret.
    pub(crate) secrets: bool,
    certificates: Certificates,
}

/// The certificates that a worker is bound to. Most workers have none, so that a pointer is all that they cost.
#[allow(
    clippy::box_collection,
    reason = "a vector is three times as large as a pointer, and there is one for each worker"
)]
type Certificates = Option<Box<Vec<CertificateId>>>;

/// The stored form, as far as a brief needs it.
#[derive(Deserialize)]
struct StoredBrief<'a> {
    version: Version,
    script: ScriptDigest,
    #[serde(borrow, default)]
    bindings: BTreeMap<Cow<'a, str>, StoredBinding<'a>>,
}

#[derive(Deserialize)]
struct StoredBinding<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    certificate_id: Option<CertificateId>,
}

impl Brief {
    pub(crate) fn of(record: &WorkerRecord) -> Self {
        let bindings = || record.bindings.values();
        let certificate = |binding: &Binding| match binding {
            Binding::MtlsCertificate(bound) => Some(bound.certificate_id.clone()),
            _ => None,
        };
        Self {
            version: record.version,
            script: record.script,
            secrets: bindings().any(|binding| matches!(binding, Binding::SecretText { .. })),
            certificates: few(bindings().filter_map(certificate).collect()),
        }
    }

    /// The brief of a stored record of a worker, or of one of its versions. A key that is needed to open it must be there.
    pub(crate) fn read(key: &Key, value: &[u8], keys: &Keys) -> Result<Self, StoreError> {
        let (is_sealed, json) = json_in(key, value)?;
        let stored: StoredBrief<'_> = serde_json::from_slice(json).map_err(|error| corrupt(key, error.to_string()))?;
        let secrets = stored.bindings.iter().filter(|(_, binding)| binding.kind == "secret_text");
        let secrets: Vec<_> = secrets.filter_map(|(name, binding)| Some((name, binding.text.as_deref()?))).collect();
        if is_sealed {
            for (name, sealed) in &secrets {
                keys.expect(&format!("{} {name}", key.encode()), sealed)?;
            }
        }
        let secrets = !secrets.is_empty();
        let certificates = few(stored.bindings.into_values().filter_map(|binding| binding.certificate_id).collect());
        Ok(Self { version: stored.version, script: stored.script, secrets, certificates })
    }

    pub(crate) fn is_bound_to(&self, certificate: &CertificateId) -> bool {
        self.certificates.as_ref().is_some_and(|all| all.contains(certificate))
    }
}

fn few(certificates: Vec<CertificateId>) -> Certificates {
    (!certificates.is_empty()).then(|| Box::new(certificates))
}
