//! Client certificates: who presents which, to an origin that asks for one or insists.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http::Response;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::RootCertStore;
use rustls::server::WebPkiClientVerifier;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tollgate_egress::{ClientCertificate, Network};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::origin::{Origin, Then, converse};
use crate::tls::{CERTIFICATE, KEY, trusting};
use crate::{get, read};

/// A root that issues client certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: CertificateDer<'static>,
}

/// A client certificate of its owner's.
struct Owned {
    der: CertificateDer<'static>,
    certificates: String,
    private_key: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "clients");
        let key = KeyPair::generate().unwrap();
        let root = params.self_signed(&key).unwrap().der().clone();
        Self { issuer: Issuer::new(params, key), root }
    }

    fn issue(&self) -> Owned {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::default().signed_by(&key, &self.issuer).unwrap();
        let (certificates, private_key) = (certificate.pem(), key.serialize_pem());
        Owned { der: certificate.der().clone(), certificates, private_key }
    }
}

impl Owned {
    fn lent<'a>(&'a self, id: &'a str) -> ClientCertificate<'a> {
        ClientCertificate { id, certificates: &self.certificates, private_key: &self.private_key }
    }
}

/// What came over each connection that sent a request: its port, and the certificate that it presented.
type Seen = Arc<Mutex<Vec<(SocketAddr, Option<CertificateDer<'static>>)>>>;

/// An origin that asks for a client certificate, and may insist on one.
async fn start_origin(authority: &Authority, insists: bool) -> (String, Seen) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.root.clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone());
    let verifier = if insists { verifier } else { verifier.allow_unauthenticated() };
    let builder = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let chain = vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = builder.with_client_cert_verifier(verifier.build().unwrap()).with_single_cert(chain, key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://origin.test:{}/", listener.local_addr().unwrap().port());
    let seen = Seen::default();
    let noted = seen.clone();
    tokio::spawn(async move {
        loop {
            let (tcp, peer) = listener.accept().await.unwrap();
            let (acceptor, seen) = (acceptor.clone(), noted.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(tcp).await else { return };
                let presented = stream.get_ref().1.peer_certificates().map(|chain| chain[0].clone().into_owned());
                let saw = |_| seen.lock().unwrap().push((peer, presented.clone()));
                converse(stream, "\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", Then::Serve, saw)
                    .await;
            });
        }
    });
    (url, seen)
}

async fn present(network: &Network, identity: &str, certificate: ClientCertificate<'_>, url: &str) {
    let response = network.present(identity, certificate, get(url), None).await.unwrap();
    assert_eq!(read(response).await.unwrap(), "hello");
}

#[tokio::test]
async fn an_origin_that_insists_sees_the_certificate() {
    let authority = Authority::new();
    let (url, seen) = start_origin(&authority, true).await;
    let owned = authority.issue();
    present(&trusting(), "one", owned.lent("a"), &url).await;
    assert_eq!(seen.lock().unwrap()[0].1, Some(owned.der));
}

/// With one of these alerts, or without a word.
fn refused_with(outcome: &Result<Response<WasiBody>, Error>, alerts: &[&str]) -> bool {
    match outcome {
        Err(Error::TlsAlertReceived { alert_message: Some(message), .. }) => alerts.contains(&message.as_str()),
        Err(Error::ConnectionTerminated | Error::HttpResponseIncomplete) => true,
        _ => false,
    }
}

/// In TLS 1.3 the refusal comes after the handshake, where it may meet the request on its way.
#[tokio::test]
async fn an_origin_that_insists_refuses_who_presents_none_or_another_roots() {
    let authority = Authority::new();
    let (url, seen) = start_origin(&authority, true).await;
    let outcome = trusting().send("one", get(&url), None).await;
    assert!(refused_with(&outcome, &["CertificateRequired"]), "{outcome:?}");
    let stranger = Authority::new().issue();
    let outcome = trusting().present("one", stranger.lent("a"), get(&url), None).await;
    assert!(refused_with(&outcome, &["UnknownCA", "DecryptError"]), "{outcome:?}");
    assert!(seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_connection_is_shared_by_one_certificate_of_one_identity_alone() {
    let authority = Authority::new();
    let (url, seen) = start_origin(&authority, false).await;
    let (a, b) = (authority.issue(), authority.issue());
    let network = trusting();
    // The same identity with each of two certificates and with none, and another identity with the first.
    for _ in 0..5 {
        present(&network, "one", a.lent("a"), &url).await;
        present(&network, "one", b.lent("b"), &url).await;
        assert_eq!(network.send("one", get(&url), None).await.unwrap().status(), 200);
        present(&network, "two", a.lent("a"), &url).await;
    }
    let seen = seen.lock().unwrap();
    let expected = [Some(a.der.clone()), Some(b.der), None, Some(a.der)];
    let mut peers: [BTreeSet<SocketAddr>; 4] = Default::default();
    for (place, (peer, presented)) in seen.iter().enumerate() {
        assert_eq!(*presented, expected[place % 4], "request {place}");
        peers[place % 4].insert(*peer);
    }
    let all: BTreeSet<_> = peers.iter().flatten().collect();
    assert_eq!(all.len(), peers.iter().map(BTreeSet::len).sum::<usize>(), "a connection was shared: {peers:?}");
}

#[tokio::test]
async fn only_https_presents_a_certificate() {
    let (origin, owned) = (Origin::ok().await, Authority::new().issue());
    let outcome = trusting().present("one", owned.lent("a"), get(&origin.url()), None).await;
    assert!(matches!(outcome, Err(Error::HttpRequestDenied)), "{outcome:?}");
    assert!(origin.requests().is_empty());
}

#[tokio::test]
async fn addresses_are_checked_whoever_presents_what() {
    let owned = Authority::new().issue();
    let outcome = trusting().present("one", owned.lent("a"), get("https://169.254.169.254/"), None).await;
    assert!(matches!(outcome, Err(Error::DestinationIpProhibited)), "{outcome:?}");
}

#[tokio::test]
async fn a_certificate_that_is_none_is_said_to_be() {
    let nothing = ClientCertificate { id: "a", certificates: "", private_key: "" };
    let outcome = trusting().present("one", nothing, get("https://origin.test/"), None).await;
    assert!(matches!(outcome, Err(Error::InternalError(Some(reason))) if reason.starts_with("private_key: expected")));
}
