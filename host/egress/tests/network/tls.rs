//! https: the operator's root is trusted, an unknown one is not.
//!
//! `tls/` holds a root (its key is thrown away), an origin certificate for `origin.test`, and a client certificate of RSA
//! that issued itself, all good for 100 years.

use std::net::SocketAddr;
use std::sync::Arc;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tollgate_egress::{EgressConfig, EgressConfigError, Network};
use wasmtime_wasi_http::Error;

use crate::origin::{Origin, Then, converse};
use crate::{loopback, loopback_config, read, send};

const CA: &[u8] = include_bytes!("tls/ca.pem");
pub(crate) const CERTIFICATE: &[u8] = include_bytes!("tls/origin.pem");
pub(crate) const KEY: &[u8] = include_bytes!("tls/origin.key");

pub(crate) fn trusting() -> Network {
    Network::new(EgressConfig { ca_pem: Some(String::from_utf8(CA.to_vec()).unwrap()), ..loopback_config() }).unwrap()
}

async fn start_origin(answer: &'static str) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = builder.with_no_client_auth().with_single_cert(chain, key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (tcp, _) = listener.accept().await.unwrap();
            if let Ok(stream) = acceptor.accept(tcp).await {
                converse(stream, "\r\n\r\n", answer, Then::HangUp, |_| ()).await;
            }
        }
    });
    address
}

#[tokio::test]
async fn a_root_of_the_operator_is_trusted() {
    let address = start_origin("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
    let response = send(&trusting(), &format!("https://origin.test:{}/", address.port())).await.unwrap();
    assert_eq!(read(response).await.unwrap(), "hello");
}

#[tokio::test]
async fn an_unknown_root_or_another_name_is_a_certificate_error() {
    let address = start_origin("").await;
    let url = format!("https://origin.test:{}/", address.port());
    assert!(matches!(send(&loopback(), &url).await, Err(Error::TlsCertificateError)));
    let url = format!("https://{address}/");
    assert!(matches!(send(&trusting(), &url).await, Err(Error::TlsCertificateError)));
}

/// The end of a body that has no length is only known by the end of TLS: without it, somebody may have cut the rest away.
#[tokio::test]
async fn a_body_without_the_end_of_tls_is_incomplete() {
    let address = start_origin("HTTP/1.1 200 OK\r\n\r\nhello").await;
    let response = send(&trusting(), &format!("https://origin.test:{}/", address.port())).await.unwrap();
    assert!(matches!(read(response).await, Err(Error::HttpResponseIncomplete)));
}

#[tokio::test]
async fn an_origin_without_tls_is_a_protocol_error() {
    let origin = Origin::start_until("", "HTTP/1.1 400 Bad Request\r\n\r\n", Then::Stall).await;
    let outcome = send(&loopback(), &format!("https://{}/", origin.address)).await;
    assert!(matches!(outcome, Err(Error::TlsProtocolError)), "{outcome:?}");
}

#[test]
fn roots_that_are_none_are_refused() {
    let with = |pem: &str| Network::new(EgressConfig { ca_pem: Some(pem.into()), ..EgressConfig::default() });
    assert!(matches!(with("nothing here"), Err(EgressConfigError::NoCertificate)));
    let broken = "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n";
    assert!(matches!(with(broken), Err(EgressConfigError::Pem(_))));
    let junk = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(with(junk), Err(EgressConfigError::Tls(_))));
}
