//! Names: a name server of the test, a name that it never answers, and who waits for whom.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use simple_dns::rdata::{A, RData};
use simple_dns::{CLASS, Name, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, UdpSocket};
use tollgate_egress::{EgressConfig, Identity, Network};
use wasmtime_wasi_http::Error;

use crate::origin::Origin;
use crate::{get, loopback_config};

/// Answers `live…` with loopback, `gone…` with no such name, `flip…` with loopback and another address in turn, `long…` by TCP, `fake…` after
/// answers to other questions, and nothing else.
struct NameServer {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl NameServer {
    async fn start() -> Self {
        let (socket, listener) = one_port().await;
        let server = Self { address: socket.local_addr().unwrap(), asked: Arc::default() };
        let asked = server.asked.clone();
        tokio::spawn(async move {
            let (mut bytes, mut flips) = ([0; 600], 0);
            loop {
                let (length, from) = socket.recv_from(&mut bytes).await.unwrap();
                asked.fetch_add(1, Ordering::SeqCst);
                for answer in answers(&bytes[..length], &mut flips) {
                    socket.send_to(&answer, from).await.unwrap();
                }
            }
        });
        tokio::spawn(by_tcp(listener));
        server
    }

    fn network(&self, config: EgressConfig) -> Network {
        Network::new(EgressConfig { name_servers: vec![self.address], ..config }).unwrap()
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A port for both protocols.
async fn one_port() -> (UdpSocket, TcpListener) {
    loop {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        if let Ok(listener) = TcpListener::bind(socket.local_addr().unwrap()).await {
            return (socket, listener);
        }
    }
}

async fn by_tcp(listener: TcpListener) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let mut question = vec![0; stream.read_u16().await.unwrap().into()];
        stream.read_exact(&mut question).await.unwrap();
        let packet = Packet::parse(&question).unwrap();
        let answer = with_address(&packet, Ipv4Addr::LOCALHOST).build_bytes_vec().unwrap();
        stream.write_u16(answer.len().try_into().unwrap()).await.unwrap();
        stream.write_all(&answer).await.unwrap();
    }
}

/// The datagrams that answer a question.
fn answers(question: &[u8], flips: &mut usize) -> Vec<Vec<u8>> {
    let packet = Packet::parse(question).unwrap();
    let asked = &packet.questions[0];
    let (name, v4) = (asked.qname.to_string(), asked.qtype == QTYPE::TYPE(TYPE::A));
    let live = || with_address(&packet, Ipv4Addr::LOCALHOST);
    let all = match name.get(..4) {
        Some("live") => vec![live()],
        Some("gone") => vec![refusal(&packet)],
        Some("flip") if v4 => {
            *flips += 1;
            let address = if *flips % 2 == 1 { Ipv4Addr::LOCALHOST } else { Ipv4Addr::new(10, 0, 0, 1) };
            let mut flipped = with_address(&packet, address);
            flipped.answers[0].ttl = 0;
            vec![flipped]
        }
        Some("flip") => vec![packet.clone().into_reply()],
        Some("long") => vec![truncated(&packet)],
        Some("fake") => forged(&packet).into_iter().chain([live()]).collect(),
        _ => vec![],
    };
    all.iter().map(|packet| packet.build_bytes_vec().unwrap()).collect()
}

/// An answer with an address, if IPv4 was asked for.
fn with_address(question: &Packet<'_>, address: Ipv4Addr) -> Packet<'static> {
    let asked = &question.questions[0];
    let mut packet = Packet::new_reply(question.id());
    packet.questions.push(asked.clone().into_owned());
    if asked.qtype == QTYPE::TYPE(TYPE::A) {
        let data = RData::A(A { address: address.into() });
        packet.answers.push(ResourceRecord::new(asked.qname.clone().into_owned(), CLASS::IN, 60, data));
    }
    packet
}

fn refusal(question: &Packet<'_>) -> Packet<'static> {
    let mut packet = with_address(question, Ipv4Addr::LOCALHOST);
    packet.answers.clear();
    *packet.rcode_mut() = RCODE::NameError;
    packet
}

fn truncated(question: &Packet<'_>) -> Packet<'static> {
    let mut packet = with_address(question, Ipv4Addr::new(10, 0, 0, 1));
    packet.set_flags(PacketFlag::TRUNCATION);
    packet
}

/// Answers with another number, and to another name, that lead elsewhere.
fn forged(question: &Packet<'_>) -> [Packet<'static>; 2] {
    let elsewhere = Ipv4Addr::new(10, 0, 0, 1);
    let (mut number, mut name) = (with_address(question, elsewhere), with_address(question, elsewhere));
    number.set_id(question.id().wrapping_add(1));
    name.questions[0].qname = Name::new("other.test").unwrap();
    [number, name]
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

#[tokio::test]
async fn the_address_that_was_checked_is_the_one_that_is_dialled() {
    let (origin, names) = (Origin::ok().await, NameServer::start().await);
    let network = names.network(loopback_config());
    let url = format!("http://flip.test:{}/", origin.address.port());
    assert_eq!(network.send(of("one"), get(&url), None).await.unwrap().status(), 200);
    assert_eq!(names.asked(), 2, "one look-up, of both kinds, for the check and the connection");
    let outcome = network.send(of("two"), get(&url), None).await;
    assert!(matches!(outcome, Err(Error::DestinationIpProhibited)), "{outcome:?}");
    assert_eq!(origin.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_asked_for_by_tcp() {
    let (origin, names) = (Origin::ok().await, NameServer::start().await);
    let url = format!("http://long.test:{}/", origin.address.port());
    assert_eq!(names.network(loopback_config()).send(of("one"), get(&url), None).await.unwrap().status(), 200);
}

#[tokio::test]
async fn answers_to_other_questions_are_passed_over() {
    let (origin, names) = (Origin::ok().await, NameServer::start().await);
    let url = format!("http://fake.test:{}/", origin.address.port());
    assert_eq!(names.network(loopback_config()).send(of("one"), get(&url), None).await.unwrap().status(), 200);
}

#[tokio::test]
async fn one_name_is_asked_for_by_as_many_requests_as_have_a_turn() {
    let (origin, names) = (Origin::ok().await, NameServer::start().await);
    let network = names.network(EgressConfig { lookups: 1, ..loopback_config() });
    let url = format!("http://live.test:{}/", origin.address.port());
    let all = (0..40).map(|number| network.send(of(["one", "two"][number % 2]), get(&url), None));
    for outcome in futures::future::join_all(all).await {
        assert_eq!(outcome.unwrap().status(), 200);
    }
    assert_eq!(names.asked(), 2, "the other requests use what the first has found");
}

#[tokio::test]
async fn a_name_waits_while_all_look_ups_of_the_host_are_in_use() {
    let (origin, names) = (Origin::ok().await, NameServer::start().await);
    let network = names.network(EgressConfig { lookups: 1, lookup_ms: 60_000, ..loopback_config() });
    let of_evil = network.clone();
    let evil = tokio::spawn(async move { of_evil.send(of("evil"), get("http://dead.test/"), None).await });
    while names.asked() < 2 {
        tokio::task::yield_now().await;
    }
    let url = format!("http://live.test:{}/", origin.address.port());
    let mut good = Box::pin(network.send(of("good"), get(&url), None));
    let early = tokio::time::timeout(Duration::from_millis(200), good.as_mut()).await;
    assert!(early.is_err(), "the only turn is in use: {early:?}");
    evil.abort();
    assert_eq!(good.await.unwrap().status(), 200);
}

#[tokio::test]
async fn no_address_is_kept_where_none_may_be() {
    let (origin, names) = (Origin::ok().await, NameServer::start().await);
    let network = names.network(EgressConfig { names: 0, ..loopback_config() });
    let url = format!("http://live.test:{}/", origin.address.port());
    for namespace in ["one", "two"] {
        assert_eq!(network.send(of(namespace), get(&url), None).await.unwrap().status(), 200);
    }
    assert_eq!(names.asked(), 4, "asked for twice in both kinds");
}
