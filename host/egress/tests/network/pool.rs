//! Who shares a connection with whom.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tollgate_egress::{EgressConfig, Identity, Network};
use wasmtime_wasi_http::Error;

use crate::origin::{Origin, Then};
use crate::{get, loopback, loopback_config, read};

async fn request(network: &Network, identity: &str, origin: &Origin) {
    let response = network.send(identity, get(&origin.url()), None).await.unwrap();
    assert_eq!(read(response).await.unwrap(), "hello");
}

#[tokio::test]
async fn one_identity_reuses_its_connection() {
    let origin = Origin::ok().await;
    let network = loopback();
    // hyper's client gives a connection back to the pool in a task of its own, so the very next request can be too early.
    for _ in 0..10 {
        request(&network.clone(), "one", &origin).await;
    }
    let peers = origin.peers();
    let connections: BTreeSet<_> = peers.iter().collect();
    assert!(connections.len() < peers.len(), "ten requests, {} connections", connections.len());
}

#[tokio::test]
async fn two_identities_never_share_a_connection() {
    let origin = Origin::ok().await;
    let network = loopback();
    let mut seen = [BTreeSet::new(), BTreeSet::new()];
    for turn in 0..10 {
        let one = turn % 2;
        request(&network, ["one", "two"][one], &origin).await;
        seen[one].insert(*origin.peers().last().unwrap());
    }
    assert!(seen[0].is_disjoint(&seen[1]), "{seen:?}");
}

#[tokio::test]
async fn idle_connections_make_room_for_another_identity() {
    let (one, two) = (Origin::ok().await, Origin::ok().await);
    let network =
        Network::new(EgressConfig { connections: 4, connections_per_namespace_percent: 100, ..loopback_config() })
            .unwrap();
    for identity in ["a", "b", "c", "d"] {
        request(&network, identity, &one).await;
    }
    // All are idle and the bound is full: each of these closes one of them.
    for identity in ["e", "f", "g"] {
        request(&network, identity, &two).await;
    }
    let four: BTreeSet<_> = one.peers().into_iter().collect();
    assert_eq!((four.len(), two.peers().len()), (4, 3));
}

#[tokio::test]
async fn connections_in_use_are_never_closed_for_another() {
    let (stalls, ok) =
        (Origin::start("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", Then::Stall).await, Origin::ok().await);
    let network = Network::new(EgressConfig { connections: 1, ..loopback_config() }).unwrap();
    let response = network.send("one", get(&stalls.url()), None).await.unwrap();
    let outcome = network.send("two", get(&ok.url()), None).await;
    assert!(matches!(outcome, Err(Error::ConnectionLimitReached)), "{outcome:?}");
    drop(response);
}

#[tokio::test]
async fn one_namespace_leaves_connections_to_the_others() {
    let stalls = Origin::start("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello", Then::Stall).await;
    let network = Network::new(EgressConfig { connections: 4, ..loopback_config() }).unwrap();
    let of = |chain: &str, namespace: &str| Identity { namespace: namespace.into(), ..Identity::from(chain) };
    let held = network.send(of("a", "evil"), get(&stalls.url()), None).await.unwrap();
    let outcome = network.send(of("b", "evil"), get(&stalls.url()), None).await;
    assert!(matches!(outcome, Err(Error::ConnectionLimitReached)), "{outcome:?}");
    assert_eq!(network.send(of("c", "good"), get(&stalls.url()), None).await.unwrap().status(), 200);
    drop(held);
}

#[tokio::test]
async fn a_request_has_one_token_of_the_host_and_none_of_the_worker() {
    let origin = Origin::ok().await;
    let network = loopback();
    network.serves(|host, path| (host, path) == ("127.0.0.1", "/"));
    let mut asked = get(&origin.url());
    asked.headers_mut().append("tollgate-hop", "forged".parse().unwrap());
    network.send(Identity { depth: 6, ..Identity::from("one") }, asked, None).await.unwrap();
    let seen = origin.requests().remove(0);
    let tokens: Vec<_> = seen.lines().filter_map(|line| line.strip_prefix("tollgate-hop: ")).collect();
    let mut headers = http::HeaderMap::from_iter([("tollgate-hop".parse().unwrap(), tokens[0].parse().unwrap())]);
    assert_eq!(tokens.len(), 1, "{seen}");
    assert_eq!(loopback().take_depth(&mut headers.clone()), None, "another host");
    assert_eq!((network.take_depth(&mut headers), headers.len()), (Some(6), 0));
}

#[tokio::test]
async fn an_origin_elsewhere_sees_no_token() {
    let origin = Origin::ok().await;
    let network = loopback();
    network.serves(|host, _| host == "own.test");
    let mut asked = get(&origin.url());
    asked.headers_mut().append("tollgate-hop", "forged".parse().unwrap());
    network.send(Identity { depth: 6, ..Identity::from("one") }, asked, None).await.unwrap();
    assert!(!origin.requests().concat().contains("tollgate-hop"));
}

#[tokio::test]
async fn no_connection_is_kept_where_none_may_be_idle() {
    let origin = Origin::ok().await;
    let network = Network::new(EgressConfig { idle_connections_per_origin: 0, ..loopback_config() }).unwrap();
    for _ in 0..4 {
        request(&network, "one", &origin).await;
    }
    assert_eq!(origin.peers().into_iter().collect::<BTreeSet<_>>().len(), 4);
}

#[tokio::test]
async fn the_connections_of_a_chain_go_when_too_many_chains_have_some() {
    let (of_one, of_others) = (Origin::ok().await, Origin::ok().await);
    let network = Network::new(EgressConfig { pools: 1, ..loopback_config() }).unwrap();
    let replaced = async {
        while of_one.peers().into_iter().collect::<BTreeSet<_>>().len() < 3 {
            request(&network, "one", &of_one).await;
            request(&network, "another", &of_others).await;
            // The pools are tidied up now and then.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), replaced).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_is_idle_too_long_is_closed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let network = Network::new(EgressConfig { idle_seconds: 1, ..loopback_config() }).unwrap();
    let response = tokio::spawn(async move { read(network.send("one", get(&url), None).await.unwrap()).await });
    let (mut origin, _) = listener.accept().await.unwrap();
    let mut request = [0; 1_000];
    assert!(origin.read(&mut request).await.unwrap() > 0);
    origin.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await.unwrap();
    assert_eq!(response.await.unwrap().unwrap(), "hello");
    let closed = tokio::time::timeout(Duration::from_secs(60), origin.read(&mut request)).await;
    assert_eq!(closed.unwrap().unwrap(), 0);
}
