//! Names: a name server of the test, a name that it never answers, and who waits for whom.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use simple_dns::rdata::{A, RData};
use simple_dns::{CLASS, Name, Packet, QTYPE, RCODE, ResourceRecord, TYPE};
use tokio::net::UdpSocket;
use tollgate_egress::{EgressConfig, Identity, Network};
use wasmtime_wasi_http::Error;

use crate::origin::Origin;
use crate::{get, loopback_config};

/// Answers `live…` with loopback, `gone…` with no such name, and nothing else.
struct NameServer {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl NameServer {
    async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let server = Self { address: socket.local_addr().unwrap(), asked: Arc::default() };
        let asked = server.asked.clone();
        tokio::spawn(async move {
            let mut bytes = [0; 600];
            loop {
                let (length, from) = socket.recv_from(&mut bytes).await.unwrap();
                asked.fetch_add(1, Ordering::SeqCst);
                if let Some(answer) = answer(&bytes[..length]) {
                    socket.send_to(&answer, from).await.unwrap();
                }
            }
        });
        server
    }

    fn network(&self, config: EgressConfig) -> Network {
        Network::new(EgressConfig { name_servers: vec![self.address], ..config }).unwrap()
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn answer(question: &[u8]) -> Option<Vec<u8>> {
    let mut packet = Packet::parse(question).unwrap().into_reply();
    let (name, kind) = (packet.questions[0].qname.to_string(), packet.questions[0].qtype);
    match name.get(..4) {
        Some("live") if kind == QTYPE::TYPE(TYPE::A) => {
            let data = RData::A(A { address: Ipv4Addr::LOCALHOST.into() });
            packet.answers.push(ResourceRecord::new(Name::new(&name).unwrap().into_owned(), CLASS::IN, 60, data));
        }
        Some("live") => {}
        Some("gone") => *packet.rcode_mut() = RCODE::NameError,
        _ => return None,
    }
    Some(packet.build_bytes_vec().unwrap())
}

fn of(namespace: &str) -> Identity {
    Identity { namespace: namespace.into(), ..Identity::from(namespace) }
}

#[tokio::test]
async fn silent_names_of_one_namespace_delay_no_other() {
    let (origin, names) = (Origin::ok().await, NameServer::start().await);
    let network = names.network(EgressConfig { lookup_ms: 60_000, ..loopback_config() });
    let attack: Vec<_> = (0..200)
        .map(|number| {
            let network = network.clone();
            tokio::spawn(
                async move { network.send(of("evil"), get(&format!("http://dead-{number}.test/")), None).await },
            )
        })
        .collect();
    while names.asked() < 16 {
        tokio::task::yield_now().await;
    }
    let url = format!("http://live.test:{}/", origin.address.port());
    let neighbour = network.send(of("good"), get(&url), None);
    // Three times what a server is waited for would be too long already.
    assert_eq!(tokio::time::timeout(Duration::from_secs(20), neighbour).await.unwrap().unwrap().status(), 200);
    assert!(attack.iter().all(|one| !one.is_finished()), "the attack was still in flight");
    attack.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_namespace_has_eight_lookups_in_flight_and_the_rest_end_in_time() {
    let names = NameServer::start().await;
    let network = names.network(EgressConfig { lookup_ms: 300, ..loopback_config() });
    let all = (0..100).map(|number| {
        let network = network.clone();
        async move { network.send(of("evil"), get(&format!("http://dead-{number}.test/")), None).await }
    });
    for outcome in futures::future::join_all(all).await {
        assert!(matches!(outcome, Err(Error::DnsTimeout)), "{outcome:?}");
    }
    // Eight names, of two kinds of address each, and those that took the turn of a name which ended a moment earlier.
    assert!(names.asked() < 100, "{} of 200 questions", names.asked());
}

#[tokio::test]
async fn an_answer_is_kept() {
    let (origin, names) = (Origin::ok().await, NameServer::start().await);
    let network = names.network(loopback_config());
    let url = format!("http://LIVE.test:{}/", origin.address.port());
    for namespace in ["one", "two", "three"] {
        assert_eq!(network.send(of(namespace), get(&url), None).await.unwrap().status(), 200);
    }
    for namespace in ["one", "two"] {
        let outcome = network.send(of(namespace), get("http://gone.test/"), None).await;
        assert!(matches!(outcome, Err(Error::DnsError { .. })), "{outcome:?}");
    }
    assert_eq!(names.asked(), 4, "two names, each asked for once in both kinds");
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_address_is_refused() {
    let names = NameServer::start().await;
    let outcome = names.network(EgressConfig::default()).send(of("evil"), get("http://live.test/"), None).await;
    assert!(matches!(outcome, Err(Error::DestinationIpProhibited)), "{outcome:?}");
}
