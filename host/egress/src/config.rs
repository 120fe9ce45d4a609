//! Why a configuration of egress cannot be used. Its keys are declared in `host/types/src/config/sections.rs`; `egress.direct` is
//! left to the caller, since this crate knows no workers.

use rustls_pki_types::pem;

/// Why an [`EgressConfig`](crate::EgressConfig) cannot be used. All of it is the operator's to repair.
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
