//! Who shares a connection with whom.

use std::collections::BTreeSet;

use tollgate_egress::Network;

use crate::origin::Origin;
use crate::{get, loopback, read};

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
