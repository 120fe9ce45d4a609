//! A root that issues certificates, for origins that speak TLS and for their clients. Made anew for each test.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::RootCertStore;
use rustls::crypto::ring;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio_rustls::TlsAcceptor;

/// A root.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: rcgen::Certificate,
    issued: Mutex<HashMap<CertificateDer<'static>, String>>,
}

/// A client certificate, as PEM.
pub struct ClientCertificate {
    /// The certificate.
    pub certificates: String,
    /// Its key.
    pub private_key: String,
}

impl Authority {
    /// A root that nobody knows yet.
    pub fn new() -> anyhow::Result<Arc<Self>> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "tests");
        let key = KeyPair::generate()?;
        let root = params.self_signed(&key)?;
        Ok(Arc::new(Self { issuer: Issuer::new(params, key), root, issued: Mutex::default() }))
    }

    /// The keys of a configuration's table `[egress]` by which a host trusts this root.
    pub fn trusted(&self) -> String {
        format!("ca_pem = \"\"\"\n{}\"\"\"\n", self.root.pem())
    }

    /// A client's certificate, good until the end of January 2099.
    pub fn client(&self, name: &str) -> anyhow::Result<ClientCertificate> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_after = date_time_ymd(2099, 1, 31);
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        issued.insert(certificate.der().clone(), name.to_owned());
        Ok(ClientCertificate { certificates: certificate.pem(), private_key: key.serialize_pem() })
    }

    /// Whose certificate it is.
    pub(crate) fn name_of(&self, certificate: &CertificateDer<'_>) -> String {
        let issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
        issued.get(certificate).cloned().unwrap_or_else(|| "a stranger".to_owned())
    }

    /// TLS for `origin.test`, with clients that may, or must, present a certificate of this root's.
    pub(crate) fn acceptor(&self, insists: bool) -> anyhow::Result<TlsAcceptor> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(["origin.test".to_owned()])?.signed_by(&key, &self.issuer)?;
        let provider = Arc::new(ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.root.der().clone())?;
        let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone());
        let verifier = if insists { verifier } else { verifier.allow_unauthenticated() };
        let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = builder
            .with_client_cert_verifier(verifier.build()?)
            .with_single_cert(vec![certificate.der().clone()], key.into())?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}
