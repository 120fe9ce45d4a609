//! A host with a namespace for each attacker and one for the neighbour, and the clients that attack it.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tollgate_tests::{Host, Origin, Upload, printing};

use super::held::Held;
use super::kinds::{KINDS, NOISE};
use super::open_loop::{Noticed, ask, client, get, open_loop};

/// The host name of the neighbour.
const NEIGHBOUR: &str = "hello.good.test";
/// The niceness of the attackers' clients, which would run on other machines: what they need is not taken from the host.
const NICE: i32 = 19;
/// Lines of one request of the worker that prints.
const LINES: u32 = 1_500;

/// The host and those who attack it.
pub(crate) struct Arena {
    pub(crate) host: Arc<Host>,
    pub(crate) origin: Origin,
    /// What the host held before anything attacked it.
    pub(crate) before: Held,
    clients: Option<Runtime>,
}

impl Arena {
    /// A host with more tables in its configuration. Each kind of attacker has a namespace `evil-KIND`, with a worker `attacker`.
    pub(crate) async fn start(tables: &str) -> anyhow::Result<Self> {
        let names = || KINDS.iter().map(|kind| format!("evil-{}", kind.name)).chain(["good".to_owned()]);
        let host = Host::configured(&configuration(names(), tables)).await?;
        host.deploy("pass", Upload::of("pass-2")).await?;
        for name in names() {
            host.namespace(&name).await?;
        }
        host.deploy_in("good", "hello", Upload::of("hello-2")).await?;
        let clients = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .on_thread_start(|| _ = rustix::process::setpriority_process(None, NICE))
            .build()?;
        let before = Held::by(&host).await?;
        let mut arena = Self { host: Arc::new(host), origin: Origin::start().await?, before, clients: Some(clients) };
        for kind in &KINDS {
            let upload = match kind.guest {
                NOISE => Upload::made(printing(LINES, b"noise\n")?),
                guest => Upload::of(guest),
            };
            arena.host.deploy_in(&format!("evil-{}", kind.name), "attacker", upload).await?;
            // So that its code is loaded before anything is measured.
            drop(ask(&client(false), arena.listen(), &kind.host(), "/hello", None).await);
        }
        arena.notice(50, Duration::from_secs(2)).await;
        arena.host.wait_for_instances(0, Duration::from_secs(30)).await?;
        arena.before = Held::by(&arena.host).await?;
        Ok(arena)
    }

    pub(crate) fn listen(&self) -> SocketAddr {
        self.host.listen()
    }

    pub(crate) fn pid(&self) -> anyhow::Result<u32> {
        self.host.pid().context("the host has died")
    }

    /// Does something as a client that attacks.
    pub(crate) fn attack(&self, work: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<JoinHandle<()>> {
        Ok(self.clients.as_ref().context("the clients have ended")?.spawn(work))
    }

    /// What the neighbour notices at so many requests a second.
    pub(crate) async fn notice(&self, rate: u32, lasts: Duration) -> Noticed {
        let (listen, client) = (self.listen(), client(true));
        open_loop(Duration::from_secs(1) / rate, lasts, || {
            get(client.clone(), listen, NEIGHBOUR.to_owned(), "/".to_owned())
        })
        .await
    }

    /// What new clients notice, each with a connection of its own.
    pub(crate) async fn notice_anew(&self, rate: u32, lasts: Duration) -> Noticed {
        let (listen, client) = (self.listen(), client(false));
        open_loop(Duration::from_secs(1) / rate, lasts, || {
            get(client.clone(), listen, NEIGHBOUR.to_owned(), "/".to_owned())
        })
        .await
    }

    /// Runs so far that went on in the fair queue.
    pub(crate) async fn moved(&self) -> anyhow::Result<u64> {
        let status = self.host.status().await?;
        status.get("fair_queue_invocations").and_then(Value::as_u64).context("no figure in /status")
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        if let Some(clients) = self.clients.take() {
            clients.shutdown_background();
        }
    }
}

fn configuration(names: impl Iterator<Item = String>, tables: &str) -> String {
    let dispatch = |name: String| {
        format!("[[dispatch]]\ndomain = \"{name}.test\"\nnamespace = \"{name}\"\noutbound = {{ service = \"pass\" }}\n")
    };
    // As an operator has it, but for loops that outlast what is measured.
    let limits = "[limits]\ncpu_ms = 3600000\nwall_ms = 3600000\nbackground_ms = 5000\n";
    let compile = "[compile]\ncpu_seconds = 10\n[code]\nshared_functions_bytes = 0\n";
    let log = "[log]\nfilter = \"warn,worker=info\"\n";
    format!("{limits}{compile}{log}{tables}{}", names.map(dispatch).collect::<String>())
}
