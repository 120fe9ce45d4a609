//! Who shares a connection with whom.

use std::collections::BTreeSet;

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
