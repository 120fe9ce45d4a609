//! No worker and no namespace takes more than its share of the host.

use anyhow::{Context as _, Result};
use http::header::RETRY_AFTER;
use reqwest::Method;
use serde_json::Value;
use tollgate_tests::{Answer, Origin, PATIENCE, Upload};

use crate::arena::Arena;

/// Longer than any test.
const PARKED: &str = "/sleep?ms=3600000";

/// A wait that ends with the test.
const PATIENT_QUEUE: &str = "queue_ms = 3600000\n";

impl Arena {
    /// What `/status` says of the namespace of the attacker.
    async fn taken(&self, field: &str) -> Result<u64> {
        let status: Value = self.host.control_request(Method::GET, "status").send().await?.json().await?;
        let namespaces = status["result"]["namespaces"].as_array().context("no namespaces")?;
        let evil = namespaces.iter().find(|one| one["name"] == "evil");
        Ok(evil.map_or(0, |evil| evil[field].as_u64().unwrap_or_default()))
    }

    async fn wait_for(&self, field: &str, figure: u64) -> Result<()> {
        let reached = async {
            while self.taken(field).await? != figure {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            anyhow::Ok(())
        };
        let in_time = tokio::time::timeout(PATIENCE, reached).await;
        in_time.with_context(|| format!("{field} is not {figure}"))?
    }

    /// Ends what runs of the attacker.
    async fn stop(&self) -> Result<()> {
        let path = "dispatch/namespaces/evil/scripts/attacker/stop";
        let (status, envelope) = self.host.control(Method::POST, path, None).await?;
        anyhow::ensure!(status == 200, "{envelope}");
        Ok(())
    }

    /// Waits until the log says this.
    async fn logged(&self, text: &str) -> Result<()> {
        let logged = async {
            while !self.host.log()?.contains(text) {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, logged).await.with_context(|| format!("not in the log: {text}"))?
    }

    /// What runs of the attacker was ended by people, and the log says so.
    async fn was_stopped(&self) -> Result<()> {
        self.logged("worker was stopped namespace=\"evil\" worker=\"attacker\"").await?;
        let log = self.host.log()?;
        anyhow::ensure!(!log.contains("worker failed") && !log.contains("trapped"), "{log}");
        Ok(())
    }

    /// Sends requests to the attacker until its namespace serves so many, then does the rest while they go on.
    async fn parking<T>(
        &self,
        requests: u64,
        rest: impl AsyncFnOnce() -> Result<T>,
    ) -> Result<(Vec<Result<Answer>>, T)> {
        let parked = futures::future::join_all((0..requests).map(|_| self.attack(PARKED)));
        let rest = async {
            self.wait_for("requests", requests).await?;
            rest().await
        };
        let (parked, rest) = tokio::join!(parked, rest);
        Ok((parked, rest?))
    }
}

fn refused(answer: &Answer) {
    assert_eq!(answer.status, 429, "{}", answer.text());
    assert_eq!(answer.text(), "The worker has too many requests.");
    assert_eq!(answer.headers[RETRY_AFTER], "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn parked_requests_fill_the_share_of_their_worker_alone() -> Result<()> {
    let arena = Arena::configured("test-user", "[shares]\nworker_requests = 4\nqueue = 0\n").await?;
    arena.host.deploy_in("evil", "second", Upload::of("test-user")).await?;
    let (parked, ()) = arena
        .parking(4, async || {
            refused(&arena.attack("/hello").await?);
            arena.neighbour().await?;
            let second = arena.host.get("second.evil.test", "/hello", &[]).await?;
            assert_eq!(second.status, 200, "another worker of the namespace has a share of its own");
            assert_eq!((arena.taken("requests").await?, arena.taken("refused").await?), (4, 1));
            arena.stop().await
        })
        .await?;
    for answer in parked {
        assert_eq!(answer?.status, 502, "the worker was stopped");
    }
    let log = arena.host.log()?;
    assert!(log.contains("a share is used up: 4 requests in progress (shares.worker_requests)"), "{log}");
    assert!(log.contains("namespace=\"evil\" worker=\"attacker\""), "{log}");
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_workers_of_a_namespace_share_what_the_namespace_may_take() -> Result<()> {
    let arena = Arena::configured("test-user", "[shares]\nnamespace_requests = 3\nqueue = 0\n").await?;
    arena.host.deploy_in("evil", "second", Upload::of("test-user")).await?;
    arena
        .parking(3, async || {
            refused(&arena.host.get("second.evil.test", "/hello", &[]).await?);
            arena.neighbour().await?;
            arena.stop().await
        })
        .await?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_waits_for_its_share_and_is_served_when_it_is_free() -> Result<()> {
    let shares = format!("[shares]\nworker_requests = 2\nqueue = 1\n{PATIENT_QUEUE}");
    let arena = Arena::configured("test-user", &shares).await?;
    let waits = async {
        arena.wait_for("requests", 2).await?;
        arena.attack("/hello").await
    };
    let rest = async || {
        // The one that waits is counted before the next is refused.
        arena.wait_for("waiting", 1).await?;
        refused(&arena.attack("/hello").await?);
        arena.stop().await
    };
    let (served, parked) = tokio::join!(waits, arena.parking(2, rest));
    parked?;
    assert_eq!(served?.text(), "hello");
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_workers_of_a_namespace_wait_in_one_queue() -> Result<()> {
    let shares = format!("[shares]\nworker_requests = 1\nqueue = 1\n{PATIENT_QUEUE}");
    let arena = Arena::configured("test-user", &shares).await?;
    arena.host.deploy_in("evil", "second", Upload::of("test-user")).await?;
    let second = async |path: &str| arena.host.get("second.evil.test", path, &[]).await;
    let waits = async {
        arena.wait_for("requests", 2).await?;
        arena.attack("/hello").await
    };
    let rest = async {
        arena.wait_for("waiting", 1).await?;
        refused(&second("/hello").await?);
        arena.host.control(Method::POST, "dispatch/namespaces/evil/scripts/second/stop", None).await?;
        arena.stop().await
    };
    let (served, rest, ..) = tokio::join!(waits, rest, arena.attack(PARKED), second(PARKED));
    rest?;
    assert_eq!(served?.text(), "hello");
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_tightens_its_own_share() -> Result<()> {
    let arena = Arena::configured("test-user", "[shares]\nqueue = 0\n").await?;
    let limits = serde_json::json!({ "concurrent_requests": 1 });
    arena.host.deploy_in("evil", "attacker", Upload::of("test-user").limits(limits)).await?;
    arena
        .parking(1, async || {
            refused(&arena.attack("/hello").await?);
            arena.stop().await
        })
        .await?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn six_subrequests_of_an_invocation_wait_for_their_answer_at_once() -> Result<()> {
    let (arena, origin) = (Arena::with("test-user").await?, Origin::start().await?);
    let attack = async {
        let url = origin.url("/never");
        arena.host.get("attacker.evil.test", "/fetch-many?n=50&parallel=1", &[("x-target-url", &url)]).await
    };
    let watch = async {
        origin.wait_for(6).await?;
        arena.wait_for("subrequests", 6).await?;
        arena.neighbour().await?;
        // The others wait for their turn, which does not come: there are six outbound workers and their sender.
        arena.host.wait_for_instances(7, PATIENCE).await?;
        assert_eq!(origin.seen().len(), 6);
        arena.stop().await
    };
    let (attacked, watched) = tokio::join!(attack, watch);
    watched?;
    assert_eq!(attacked?.status, 502, "the worker was stopped");
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn outbound_workers_count_for_the_namespace_that_sends() -> Result<()> {
    let shares = format!("[shares]\nnamespace_subrequests = 2\nqueue = 0\n{PATIENT_QUEUE}");
    let (arena, origin) = (Arena::configured("test-user", &shares).await?, Origin::start().await?);
    let url = origin.url("/never");
    let target = [("x-target-url", url.as_str())];
    let send = || arena.host.get("attacker.evil.test", "/fetch", &target);
    let attack = async { tokio::join!(send(), send()) };
    let watch = async {
        arena.wait_for("subrequests", 2).await?;
        let third = send().await?;
        assert!(third.text().contains("DestinationUnavailable"), "{} {}", third.status, third.text());
        arena.neighbour().await?;
        arena.stop().await
    };
    let (_, watched) = tokio::join!(attack, watch);
    watched?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn work_after_the_answer_has_a_limit() -> Result<()> {
    let (arena, origin) =
        (Arena::configured("test-user", "[limits]\nbackground_ms = 300\n").await?, Origin::start().await?);
    let url = origin.url("/never");
    let answer = arena.host.get("attacker.evil.test", "/background", &[("x-target-url", &url)]).await?;
    assert_eq!(answer.text(), "ok");
    arena.logged("worker went on for more than 300 ms after its response was read").await?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_of_a_deleted_worker_ends_after_a_grace_period() -> Result<()> {
    let arena = Arena::configured("test-user", "[shares]\ndelete_grace_seconds = 1\n").await?;
    let (parked, ()) = arena.parking(8, async || arena.host.delete_in("evil", "attacker").await).await?;
    for answer in parked {
        assert_eq!(answer?.status, 502);
    }
    arena.was_stopped().await?;
    arena.recovers().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spinning_worker_is_stopped() -> Result<()> {
    let arena = Arena::configured("test-user", "[limits]\ncpu_ms = 86400000\n").await?;
    let spins = arena.attack("/loop");
    let stops = async {
        arena.wait_for("requests", 1).await?;
        arena.stop().await
    };
    let (spun, stopped) = tokio::join!(spins, stops);
    stopped?;
    assert_eq!(spun?.status, 502);
    arena.was_stopped().await?;
    arena.recovers().await
}
