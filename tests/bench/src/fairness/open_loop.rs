//! An open loop: requests are sent when they are due, whether or not earlier ones were answered, and timed from when they were due.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::ensure;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};

use crate::measurement::{median, percentile};

/// After this time a request has failed. One that fails sooner counts as long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client of the front door.
pub(crate) type Client = hyper_util::client::legacy::Client<HttpConnector, Empty<Bytes>>;

/// What an open loop noticed.
#[derive(Debug)]
pub(crate) struct Noticed {
    /// Of each request, failed ones too, in µs from when it was due.
    latencies: Vec<f64>,
    /// Requests that were not answered with 200.
    pub(crate) failed: usize,
    /// Requests that were answered with 200 within a second.
    pub(crate) in_time: usize,
}

impl Noticed {
    pub(crate) fn sent(&self) -> usize {
        self.latencies.len()
    }

    /// Of this and another together.
    pub(crate) fn with(mut self, other: &Self) -> Self {
        self.latencies.extend(&other.latencies);
        Self { failed: self.failed + other.failed, in_time: self.in_time + other.in_time, ..self }
    }

    pub(crate) fn p50(&self) -> f64 {
        median(self.latencies.clone())
    }

    pub(crate) fn p99(&self) -> f64 {
        percentile(self.latencies.clone(), 99)
    }
}

/// A client that keeps its connections, or opens one for each request.
pub(crate) fn client(keeps_connections: bool) -> Client {
    let most_idle = if keeps_connections { usize::MAX } else { 0 };
    hyper_util::client::legacy::Client::builder(TokioExecutor::new()).pool_max_idle_per_host(most_idle).build_http()
}

/// When each request is due, from the beginning.
fn due(every: Duration, lasts: Duration) -> impl Iterator<Item = Duration> {
    (0..).map(move |number| every * number).take_while(move |due| *due < lasts)
}

/// Sends `request` at equal distances.
pub(crate) async fn open_loop<R>(every: Duration, lasts: Duration, request: impl Fn() -> R) -> Noticed
where
    R: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let (begun, mut requests) = (Instant::now(), JoinSet::new());
    for due in due(every, lasts) {
        let due = begun + due;
        sleep_until(due).await;
        let request = request();
        requests.spawn(async move {
            let answered = timeout(PATIENCE, request).await;
            let served = matches!(answered, Ok(Ok(())));
            (if served { due.elapsed() } else { PATIENCE }, served)
        });
    }
    noticed(&requests.join_all().await)
}

fn noticed(answers: &[(Duration, bool)]) -> Noticed {
    let in_time = |(latency, served): &&(Duration, bool)| *served && *latency <= Duration::from_secs(1);
    Noticed {
        latencies: answers.iter().map(|(latency, _)| latency.as_secs_f64() * 1e6).collect(),
        failed: answers.iter().filter(|(_, served)| !served).count(),
        in_time: answers.iter().filter(in_time).count(),
    }
}

/// One request to a worker, which must be answered with 200.
pub(crate) async fn get(client: Client, listen: SocketAddr, host: String, path: String) -> anyhow::Result<()> {
    let (status, text) = ask(&client, listen, &host, &path, None).await?;
    ensure!(status == 200, "{host}{path}: {status} {text}");
    Ok(())
}

/// One request to a worker, which may have to fetch something. Gives the status and the beginning of the body.
pub(crate) async fn ask(
    client: &Client,
    listen: SocketAddr,
    host: &str,
    path: &str,
    target: Option<&str>,
) -> anyhow::Result<(u16, String)> {
    let request = Request::get(format!("http://{listen}{path}")).header("host", host);
    let request = target.into_iter().fold(request, |request, target| request.header("x-target-url", target));
    let response = client.request(request.body(Empty::new())?).await?;
    let (status, mut body, mut text) = (response.status().as_u16(), response.into_body(), String::new());
    while let Some(frame) = body.frame().await {
        let bytes = frame?.into_data().unwrap_or_default();
        if text.is_empty() {
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
    }
    Ok((status, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_due_at_equal_distances_until_the_end() {
        let due: Vec<_> = due(Duration::from_millis(2), Duration::from_millis(10)).collect();
        assert_eq!(due, [0, 2, 4, 6, 8].map(Duration::from_millis));
        assert_eq!(super::due(Duration::from_millis(100), Duration::from_secs(60)).count(), 600);
    }

    #[tokio::test]
    async fn a_request_does_not_wait_for_the_one_before_it() {
        let (hold, held) = tokio::sync::watch::channel(false);
        // None is answered before all three are sent.
        let sent = std::sync::atomic::AtomicUsize::new(0);
        let found = open_loop(Duration::from_millis(1), Duration::from_millis(3), || {
            if sent.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 2 {
                hold.send_replace(true);
            }
            let mut held = held.clone();
            async move {
                held.wait_for(|all| *all).await?;
                Ok(())
            }
        });
        assert_eq!(found.await.sent(), 3);
    }

    #[test]
    fn failed_and_late_requests_are_counted_and_every_latency_too() {
        let (quick, slow) = (Duration::from_millis(1), Duration::from_secs(2));
        let found = noticed(&[(quick, true), (slow, true), (quick, false)]);
        assert_eq!((found.sent(), found.failed, found.in_time), (3, 1, 1));
        assert!((found.p50() - 1e3).abs() < 1e-9 && (found.p99() - 2e6).abs() < 1e-9);
    }
}
