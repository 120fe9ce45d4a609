//! A chain with a real engine, a real store and the real egress, whose connections are pipes to an origin of the test's.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use http::Uri;
use http_body_util::{BodyExt as _, Empty};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tollgate_dispatch::{Answer, Attached, Chain, CodeConfig, PlatformLimits};
use tollgate_egress::{Dialer, Dialled, Duplex, EgressConfig, Network};
use tollgate_engine::{Engine, EngineConfig};
use tollgate_store::{CertificateDraft, Draft, Setup, Writer};
use tollgate_types::{
    Binding, Bindings, DispatchNamespace, Limits, MtlsCertificate, NamespaceName, Parameters, Secret, Service, WorkerId,
};

use crate::guests::Kind;
use crate::observer::{PATIENCE, Seen, Told};

/// A chain, and what its observer saw.
pub(crate) struct Host {
    pub(crate) chain: Chain,
    pub(crate) seen: Arc<Seen>,
    pub(crate) writer: Writer,
    pub(crate) data: TempDir,
}

impl Host {
    pub(crate) async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let open = |path| Dir::open_ambient_dir(path, ambient_authority()).unwrap();
        std::fs::create_dir(data.path().join("compiled")).unwrap();
        let engine = EngineConfig { count: 100, pooled: false, ..EngineConfig::default() };
        let engine = Engine::new(engine, CodeConfig::default(), &open(data.path().join("compiled"))).unwrap();
        let (reader, writer) =
            tollgate_store::open(Setup::default(), open(data.path().to_owned()), data.path()).unwrap();
        writer.create_namespace(namespace(), true).await.unwrap();
        let seen = Arc::<Seen>::default();
        let network = Network::new(EgressConfig::default()).unwrap().dialled_by(Arc::new(Pipes(seen.clone())));
        let chain = Chain::new(engine, reader, network, PlatformLimits::default(), CodeConfig::default(), true);
        let chain = chain.unwrap().observed_by(Arc::new(Told(seen.clone())));
        Self { chain, seen, writer, data }
    }

    /// Deploys a worker.
    pub(crate) async fn deploy(&self, id: WorkerId, script: Vec<u8>, draft: Draft) {
        self.writer.put_worker(id, script, draft).await.unwrap();
    }

    /// Deploys the worker `sender`, whose requests cross a kind of hop, and the worker that receives them if there is one.
    pub(crate) async fn set(&self, kind: Kind, limits: Limits, sender: Vec<u8>, receiver: Vec<u8>) {
        let bindings = match kind {
            Kind::Network | Kind::Outbound | Kind::OutboundTicket => Bindings::default(),
            Kind::Dispatch => {
                bound(Binding::DispatchNamespace(DispatchNamespace { namespace: namespace(), outbound: None }))
            }
            Kind::Service | Kind::ServiceTicket => bound(Binding::Service(Service {
                service: "receiver".parse().unwrap(),
                dispatch_namespace: Some(namespace()),
            })),
            Kind::Mtls => bound(Binding::MtlsCertificate(MtlsCertificate { certificate_id: self.certificate().await })),
        };
        if kind.leads_to_a_worker() {
            self.deploy(receiver_id(kind), receiver, Draft::default()).await;
        }
        self.deploy(sender_id(kind), sender, Draft { bindings, limits, ..Draft::default() }).await;
    }

    async fn certificate(&self) -> tollgate_types::CertificateId {
        let rcgen::CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["sender.test".to_owned()]).unwrap();
        let private_key = Secret::from(signing_key.serialize_pem());
        let draft = CertificateDraft { name: None, certificates: cert.pem(), private_key };
        self.writer.put_certificate(draft).await.unwrap().id.clone()
    }

    /// Sends a request to the sender, as it comes from the front door at a depth.
    pub(crate) async fn ask(&self, kind: Kind, depth: u32) -> Answer {
        let body = Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync();
        let request = http::Request::get("http://sender.test/").body(body).unwrap();
        let outbound = kind.leads_outbound().then(|| ("receiver".parse().unwrap(), Parameters::default()));
        let answer = async {
            match kind {
                Kind::Dispatch => self.chain.serve("sender".parse().unwrap(), depth, request).await,
                _ => {
                    let attached = Attached { outbound, ..Attached::default() };
                    self.chain.dispatch(sender_id(kind), attached, depth, request).await
                }
            }
        };
        tokio::time::timeout(PATIENCE, answer).await.expect("an answer")
    }

    /// The status of the sender's answer.
    pub(crate) async fn status(&self, kind: Kind, depth: u32) -> u16 {
        let response = self.ask(kind, depth).await.unwrap();
        let status = response.status().as_u16();
        response.into_body().collect().await.unwrap();
        status
    }
}

pub(crate) fn namespace() -> NamespaceName {
    "prod".parse().unwrap()
}

fn bound(binding: Binding) -> Bindings {
    Bindings::from([("B".parse().unwrap(), binding)])
}

fn sender_id(kind: Kind) -> WorkerId {
    match kind {
        Kind::Dispatch => WorkerId::operator("sender".parse().unwrap()),
        _ => WorkerId::in_namespace(namespace(), "sender".parse().unwrap()),
    }
}

pub(crate) fn receiver_id(kind: Kind) -> WorkerId {
    match kind.leads_outbound() {
        true => WorkerId::operator("receiver".parse().unwrap()),
        false => WorkerId::in_namespace(namespace(), "receiver".parse().unwrap()),
    }
}

/// Connections to the origin.
struct Pipes(Arc<Seen>);

impl Dialer for Pipes {
    fn dial(&self, url: Uri) -> Pin<Box<dyn Future<Output = Dialled> + Send>> {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        tokio::spawn(origin(self.0.clone(), url.host().unwrap().to_owned(), theirs));
        Box::pin(async { Ok(Box::new(ours) as Box<dyn Duplex>) })
    }
}

/// One connection to the origin, which behaves as its name says. It notes each request, and how the body of an upload ended.
async fn origin(seen: Arc<Seen>, host: String, mut pipe: DuplexStream) {
    let head = until(&mut pipe, "\r\n\r\n").await;
    seen.note(format!("origin {}", head.split(" HTTP").next().unwrap()));
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf";
    let answer = match host.as_str() {
        "silent.test" => "",
        "stalls.test" | "cut.test" => half,
        _ => "HTTP/1.1 204 No Content\r\n\r\n",
    };
    pipe.write_all(answer.as_bytes()).await.unwrap();
    if host == "cut.test" {
        return;
    }
    let rest = until(&mut pipe, "0\r\n\r\n").await;
    if head.starts_with("POST") {
        seen.note(format!("origin {}", if rest.ends_with("0\r\n\r\n") { "whole" } else { "cut" }));
    }
}

/// Reads until a text has come, or until the other end closes.
async fn until(pipe: &mut DuplexStream, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        match pipe.read_u8().await {
            Ok(byte) => text.push(char::from(byte)),
            Err(_) => break,
        }
    }
    text
}
