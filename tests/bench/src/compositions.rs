//! Composition tests: how long a thousand take, each made anew as a test makes it, for workers of WASI 0.2 and of 0.3; and what
//! the library costs beside a bare dispatch of the same two workers.

use std::time::Instant;

use bytes::Bytes;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use http_body_util::{BodyExt as _, Empty};
use tollgate_dispatch::{Attached, Chain, CodeConfig, PlatformLimits};
use tollgate_egress::{EgressConfig, Network};
use tollgate_engine::{Engine, EngineConfig};
use tollgate_store::{Draft, Setup};
use tollgate_test::{Expect, Lab, Origin, Reply, Request, Worker};
use tollgate_tests::{guest, root};
use tollgate_types::{Parameters, WorkerId};

/// Runs of a round.
const RUNS: usize = 1_000;
/// Threads, as many as the cores that the figure is asked for.
const THREADS: usize = 2;
/// What a round may take.
const SECONDS: f64 = 10.0;

/// What was measured, in seconds a round of [`RUNS`].
pub(crate) struct Composed {
    /// User, outbound and a scripted origin.
    pub(crate) whole: Vec<f64>,
    /// The same of WASI 0.3.
    pub(crate) whole_3: Vec<f64>,
    /// User and outbound, which answers by itself.
    pub(crate) alone: Vec<f64>,
    /// The same two dispatched by a chain, with nobody in control.
    pub(crate) bare: Vec<f64>,
}

/// Measures rounds, one kind after the other.
pub(crate) fn run(rounds: usize) -> anyhow::Result<Composed> {
    let lab = Lab::in_folder(root().join("target/bench/compiled"))?;
    let (of_2, of_3) =
        (Pair::new(&lab, "test-user", "test-outbound")?, Pair::new(&lab, "test-user-3", "test-outbound-3")?);
    let bare = Bare::new()?;
    let mut composed = Composed { whole: Vec::new(), whole_3: Vec::new(), alone: Vec::new(), bare: Vec::new() };
    let whole = |pair: &Pair<'_>| {
        let seconds = timed(|| pair.compose("http://origin.test/hello", "hello"))?;
        anyhow::ensure!(seconds < SECONDS, "{RUNS} compositions took {seconds:.1} s, more than {SECONDS} s");
        Ok(seconds)
    };
    for _ in 0..rounds {
        composed.whole.push(whole(&of_2)?);
        composed.whole_3.push(whole(&of_3)?);
        composed.alone.push(timed(|| of_2.compose("http://outbound.test/", "counted"))?);
        composed.bare.push(timed(|| bare.dispatch())?);
    }
    Ok(composed)
}

/// A customer's worker and an outbound worker, which are loaded once.
struct Pair<'a> {
    lab: &'a Lab,
    user: Worker,
    outbound: Worker,
}

fn timed(work: impl Fn() -> anyhow::Result<()> + Sync) -> anyhow::Result<f64> {
    let since = Instant::now();
    std::thread::scope(|scope| {
        let thread = |_| scope.spawn(|| (0..RUNS / THREADS).try_for_each(|_| work()));
        let threads: Vec<_> = (0..THREADS).map(thread).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?)
    })?;
    Ok(since.elapsed().as_secs_f64())
}

impl<'a> Pair<'a> {
    fn new(lab: &'a Lab, user: &str, outbound: &str) -> anyhow::Result<Self> {
        Ok(Self { lab, user: lab.user(guest(user)?)?, outbound: lab.operators(guest(outbound)?)? })
    }

    /// Composes them with an origin, and sends a request.
    fn compose(&self, url: &str, expected: &str) -> anyhow::Result<()> {
        let origin = Origin::new().reply("http://origin.test/*", Reply::text("hello"));
        let composition = self.lab.compose().user("alice", &self.user)?.outbound(&self.outbound).origin(origin);
        let run = composition.send(Request::get("http://alice.test/fetch")?.header("x-target-url", url)?)?;
        anyhow::ensure!(run.differs(&Expect::new().status(200).body(expected)).is_empty(), "{run}");
        Ok(())
    }
}

/// A chain as a host has it.
struct Bare {
    chain: Chain,
    user: WorkerId,
    attached: Attached,
    runtime: tokio::runtime::Runtime,
    _data: tempfile::TempDir,
}

impl Bare {
    fn new() -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let open = |path: &std::path::Path| Dir::open_ambient_dir(path, ambient_authority());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build()?;
        let (reader, writer) = tollgate_store::open(Setup::default(), open(data.path())?, data.path())?;
        let engine = Engine::new(
            EngineConfig { count: 100, ..EngineConfig::default() },
            CodeConfig::default(),
            &open(&root().join("target/bench/compiled"))?,
        )?;
        let network = Network::new(EgressConfig::default())?;
        let within = runtime.enter();
        let chain = Chain::new(engine, reader, network, PlatformLimits::default(), CodeConfig::default(), false)?;
        drop(within);
        let deploy = |name: &str| {
            let id = WorkerId::operator(name.parse()?);
            runtime.block_on(writer.put_worker(id.clone(), guest(name)?, Draft::default()))?;
            anyhow::Ok(id)
        };
        let (user, outbound) = (deploy("test-user")?, deploy("test-outbound")?);
        let attached = Attached { outbound: Some((outbound.name, Parameters::default())), ..Attached::default() };
        Ok(Self { chain, user, attached, runtime, _data: data })
    }

    /// One request, polled by the thread that asks.
    fn dispatch(&self) -> anyhow::Result<()> {
        let request = http::Request::get("http://alice.test/fetch").header("x-target-url", "http://outbound.test/");
        let request = request.body(Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync())?;
        self.runtime.block_on(async {
            let response = self.chain.dispatch(self.user.clone(), self.attached.clone(), 1, request).await?;
            let body = response.into_body().collect().await.map_err(|error| anyhow::anyhow!("{error}"))?.to_bytes();
            anyhow::ensure!(body == "counted", "{body:?}");
            Ok(())
        })
    }
}
