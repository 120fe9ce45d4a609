//! mTLS-certificate bindings: the network, by a client certificate.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::BindingError;
use super::shape::{name, object, refuse_others};
use crate::{BindingName, CertificateId};

/// An mTLS-certificate binding: requests go to the network over TLS, and present a client certificate there. No outbound
/// worker sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MtlsCertificate {
    /// The certificate, which was uploaded to the host before.
    pub certificate_id: CertificateId,
}

impl MtlsCertificate {
    /// Reads an `mtls_certificates` table of `wrangler.toml` (given as JSON): `{binding, certificate_id}`.
    pub fn from_toml(at: &str, table: &Value) -> Result<(BindingName, Self), BindingError> {
        Self::read(at, table, "binding", &["binding", "certificate_id", "remote", "experimental_remote"])
    }

    /// Reads the binding of an upload's metadata: `{type, name, certificate_id}`.
    pub fn from_wire(at: &str, value: &Value) -> Result<(BindingName, Self), BindingError> {
        Self::read(at, value, "name", &["type", "name", "certificate_id"])
    }

    fn read(at: &str, value: &Value, called: &str, known: &[&str]) -> Result<(BindingName, Self), BindingError> {
        let table = object(at, value)?;
        refuse_others(at, table, known)?;
        let binding = name(&format!("{at}.{called}"), table.get(called))?;
        let certificate_id = name(&format!("{at}.certificate_id"), table.get("certificate_id"))?;
        Ok((binding, Self { certificate_id }))
    }

    /// The binding as [`Self::from_wire`] reads it.
    pub fn to_wire(&self, binding: &BindingName) -> Value {
        json!({ "type": "mtls_certificate", "name": binding, "certificate_id": self.certificate_id })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const ID: &str = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";

    #[test]
    fn a_table_of_wranglers_is_read_and_its_wire_form_read_back() {
        let table = json!({ "binding": "CERT", "certificate_id": ID, "remote": true });
        let (name, binding) = MtlsCertificate::from_toml("mtls_certificates[0]", &table).unwrap();
        assert_eq!((name.as_str(), binding.certificate_id.as_str()), ("CERT", ID));
        let wire = binding.to_wire(&name);
        assert_eq!(wire, json!({ "type": "mtls_certificate", "name": "CERT", "certificate_id": ID }));
        assert_eq!(MtlsCertificate::from_wire("bindings[0]", &wire).unwrap(), (name, binding));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let refused = |table| MtlsCertificate::from_toml("mtls_certificates[0]", &table).unwrap_err().to_string();
        let error = refused(json!({ "binding": "CERT" }));
        assert_eq!(error, "mtls_certificates[0].certificate_id: expected a name, found nothing");
        let error = refused(json!({ "binding": "CERT", "certificate_id": "a b" }));
        let expected = "invalid certificate id \"a b\": expected 1 to 36 letters, digits, `-` or `_`";
        assert_eq!(error, format!("mtls_certificates[0].certificate_id: {expected}"));
        let error = refused(json!({ "binding": "CERT", "certificate": ID }));
        assert!(error.starts_with("mtls_certificates[0].certificate: no such key"), "{error}");
    }
}
