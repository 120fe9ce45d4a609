//! The WASI context of an instance is made only for a worker that needs it.

use std::sync::Arc;

use tollgate_types::Limits;

use crate::guests::{Kind, sender};
use crate::host::Host;
use crate::observer::Answers;
use crate::{EMPTY, PATIENT, reads};

/// Asks the clock of WASI for something.
const SLEEPS: &str = "(call $block (call $sleep (i64.const 0)))";

/// The number of contexts that one request to a worker with these steps makes.
async fn contexts(steps: &str) -> usize {
    let mut host = Host::start().await;
    host.chain = host.chain.observed_by(Arc::new(Answers(host.seen.clone())));
    host.set(Kind::Network, Limits::default(), sender(Kind::Network, "origin.test", steps), Vec::new()).await;
    host.status(Kind::Network, 1).await;
    host.seen.all().iter().filter(|event| *event == "furnished").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_only_sends_receives_and_waits_has_no_context() {
    assert_eq!(contexts(&reads(PATIENT)).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_asks_a_clock_has_one_context() {
    assert_eq!(contexts(&format!("{SLEEPS} {SLEEPS} {EMPTY}")).await, 1);
}
