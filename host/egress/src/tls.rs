//! TLS towards origins: Mozilla's roots and the operator's, rustls with the ring provider, HTTP/1.1, and the client
//! certificate of whoever has one.

use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::config::EgressConfigError;
use crate::fault::{self, ConnectError};

/// Origins whose sessions one identity can resume. Not a setting: a handshake more is all that is lost beyond it.
const SESSIONS: usize = 32;

/// What every identity has in common.
pub(crate) fn client_config(ca_pem: Option<&[u8]>) -> Result<ClientConfig, EgressConfigError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(EgressConfigError::Tls)?;
    let mut config = builder.with_root_certificates(roots(ca_pem)?).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// A connector that resumes only its own sessions: an origin could link two identities by a ticket that they share. To an
/// origin that asks for a client certificate it presents this one, or none.
pub(crate) fn connector(common: &ClientConfig, certificate: Option<CertifiedKey>) -> TlsConnector {
    let mut config = common.clone();
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    if let Some(certificate) = certificate {
        config.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(certificate));
    }
    TlsConnector::from(Arc::new(config))
}

/// `host` is a name or an address, without brackets.
pub(crate) async fn handshake(
    connector: &TlsConnector,
    host: &str,
    tcp: TcpStream,
) -> Result<TlsStream<TcpStream>, ConnectError> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_invalid| ConnectError::Certificate)?;
    connector.connect(name, tcp).await.map_err(|error| {
        tracing::debug!(host, %error, "a TLS handshake failed");
        fault::of_handshake(&error)
    })
}

fn roots(ca_pem: Option<&[u8]>) -> Result<RootCertStore, EgressConfigError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let Some(ca_pem) = ca_pem else { return Ok(roots) };
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(ca_pem) {
        let certificate = certificate.map_err(EgressConfigError::Pem)?;
        roots.add(certificate).map_err(EgressConfigError::Tls)?;
    }
    if roots.len() == before { Err(EgressConfigError::NoCertificate) } else { Ok(roots) }
}
