//! What an operator may say about egress.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use rustls_pki_types::pem;
use serde::{Deserialize, Deserializer};

/// The operator's exceptions to "the network means public addresses".
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EgressConfig {
    /// Whether a customer's worker that is dispatched without an outbound worker reaches the network, or nothing but what
    /// its bindings lead to. This crate, which knows no workers, leaves it to its caller.
    pub direct: bool,
    /// Ranges that may be dialled although they are not public. An IPv4 range also allows its IPv4-mapped IPv6 form.
    pub allow: Vec<IpNet>,
    /// Static names, as in `/etc/hosts`, looked up before DNS. Their addresses are checked like any other.
    pub hosts: BTreeMap<String, IpAddr>,
    /// Roots to trust beside Mozilla's: PEM text, any number of certificates.
    #[serde(deserialize_with = "pem_text")]
    pub ca_pem: Option<Vec<u8>>,
}

impl Default for EgressConfig {
    fn default() -> Self {
        Self { direct: true, allow: Vec::new(), hosts: BTreeMap::new(), ca_pem: None }
    }
}

/// Why an [`EgressConfig`] cannot be used. All of it is the operator's to repair.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EgressConfigError {
    /// `ca_pem` is not PEM.
    #[error("cannot read `ca_pem` as PEM")]
    Pem(#[source] pem::Error),
    /// `ca_pem` holds no certificate.
    #[error("no certificate in `ca_pem`")]
    NoCertificate,
    /// The TLS library refuses a root or the protocol set-up.
    #[error("cannot set up TLS")]
    Tls(#[source] rustls::Error),
}

fn pem_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<u8>>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(String::into_bytes))
}
