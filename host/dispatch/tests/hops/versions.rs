//! What is ready to run is told apart by contents: chains beside each other never run each other's code.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use tollgate_dispatch::{Attached, Chain};
use tollgate_egress::{EgressConfig, Network};
use tollgate_store::{Memory, NamespaceRecord, Reader};
use tollgate_types::{Limits, ScriptDigest, Version, WorkerId, WorkerRecord};

use crate::guests::receiver;
use crate::host::{Host, namespace};
use crate::observer::Told;

/// A store with one worker, which answers with a status.
fn store(status: u16) -> Reader {
    let script: Arc<[u8]> = receiver(&format!("(call $answer_empty (local.get $out) (i32.const {status}))")).into();
    let record = WorkerRecord {
        version: Version(1),
        script: ScriptDigest::of(&script),
        bindings: Default::default(),
        limits: Limits::default(),
        egress: Default::default(),
        routes: Vec::new(),
        reuse: None,
        reads: Vec::new(),
        deployed_unix_ms: 0,
    };
    let home = NamespaceRecord {
        name: namespace(),
        id: String::new(),
        reuse: false,
        egress: Default::default(),
        created_unix_ms: 0,
    };
    Memory::default().namespace(home).worker(id(), Arc::new(record), script).reader()
}

fn id() -> WorkerId {
    WorkerId::in_namespace(namespace(), "worker".parse().unwrap())
}

async fn ask(chain: &Chain) -> u16 {
    let body = Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync();
    let request = http::Request::get("http://worker.test/").body(body).unwrap();
    chain.dispatch(id(), Attached::default(), 1, request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn two_stores_may_give_one_version_to_different_workers() {
    let host = Host::start().await;
    let beside = |status| {
        let network = Network::new(EgressConfig::default()).unwrap();
        host.chain.beside(store(status), network, Arc::new(Told(host.seen.clone())))
    };
    let (one, other) = (beside(201), beside(202));
    for _ in 0..3 {
        assert_eq!((ask(&one).await, ask(&other).await), (201, 202));
    }
    let both = tokio::join!(ask(&one), ask(&other), ask(&one), ask(&other));
    assert_eq!(both, (201, 202, 201, 202));
}
