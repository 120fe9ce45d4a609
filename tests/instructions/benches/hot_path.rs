//! What one request costs in instructions, without sockets: the chain in process, real workers, real limits.
//!
//! callgrind counts the same on a busy machine as on a quiet one, so that a count above its limit is a regression and not
//! bad luck: what goes by the clock is kept out. Counts are of the `dev` profile, which CI has built anyway; the limits stand
//! a tenth above what was counted (of outbound_fresh, which counts 943,000 to 1,014,000 from one build to the next, above
//! the middle).

#![allow(missing_docs, reason = "gungraun's macros write items without them")]
#![allow(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing else to say")]

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use http_body_util::{BodyExt as _, Empty};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tollgate_dispatch::{Attached, Chain, CodeConfig, PlatformLimits};
use tollgate_egress::{EgressConfig, Network};
use tollgate_engine::{Engine, EngineConfig};
use tollgate_store::Draft;
use tollgate_tests::{guest, root};
use tollgate_types::{Reuse, WorkerId};

/// Requests before the one that is counted: code is loaded, pools are filled.
const WARM: u32 = 3;

/// moka tidies up in the first lookup that comes 300 ms after the last time. The last request before the one that is counted
/// comes later than that.
const UNTIDY: Duration = Duration::from_millis(400);

/// A chain with a worker, and an outbound worker that answers by itself.
struct Ready {
    runtime: Runtime,
    chain: Chain,
    user: WorkerId,
    attached: Attached,
    _data: TempDir,
}

impl Ready {
    fn new(user: &str, outbound: Option<&str>, requests: u32) -> anyhow::Result<Self> {
        let data = tempfile::tempdir()?;
        let open = |path: &Path| Dir::open_ambient_dir(path, ambient_authority());
        // Compiled under valgrind, where it takes a while: once for all benchmarks.
        let compiled = root().join("target/instructions/compiled");
        std::fs::create_dir_all(&compiled)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (reader, writer) = tollgate_store::open(open(data.path())?, data.path())?;
        let engine = Engine::new(EngineConfig { instances: 2, pooled: true }, &open(&compiled)?)?;
        // No worker gives way because some milliseconds have passed: that would be counted too.
        let engine = engine.beside();
        // A chain sweeps once a second, for 2 million instructions, which now and then would be in the request that is counted:
        // its sweeps are left to a runtime that is driven no further.
        let undriven = Builder::new_current_thread().enable_all().build()?;
        let chain = undriven.block_on(async {
            let network = Network::new(EgressConfig::default())?;
            let chain = Chain::new(engine, reader, network, PlatformLimits::default(), CodeConfig::default(), false)?;
            anyhow::Ok(chain)
        })?;
        let deploy = |name: &str| {
            let id = WorkerId::operator(name.parse()?);
            let draft = Draft { reuse: Some(Reuse { requests }), ..Draft::default() };
            runtime.block_on(writer.put_worker(id.clone(), guest(name)?, draft))?;
            anyhow::Ok(id)
        };
        let user = deploy(user)?;
        let outbound = outbound.map(deploy).transpose()?;
        let outbound = outbound.map(|id| (id.name, tollgate_types::Parameters::default()));
        let attached = Attached { outbound, ..Attached::default() };
        let ready = Self { runtime, chain, user, attached, _data: data };
        for warm in 0..WARM {
            if warm + 1 == WARM {
                std::thread::sleep(UNTIDY);
            }
            ready.ask()?;
            ready.settle();
        }
        Ok(ready)
    }

    /// Lets what goes on after a response come to its end, so that the next request finds a reused instance waiting.
    fn settle(&self) {
        self.runtime.block_on(async {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        });
    }

    /// One request, and all of its answer.
    fn ask(&self) -> anyhow::Result<()> {
        let request = http::Request::get("http://user.test/").header("x-target-url", "http://outbound.test/");
        let request = request.body(Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync())?;
        let run = self.chain.dispatch(self.user.clone(), self.attached.clone(), 1, request);
        let body = self.runtime.block_on(async {
            let response = run.await.map_err(|error| anyhow::anyhow!("{error}"))?;
            response.into_body().collect().await.map_err(|error| anyhow::anyhow!("{error:?}"))
        })?;
        anyhow::ensure!(body.to_bytes() == "hello", "an answer that was not expected");
        Ok(())
    }
}

const FRESH: u32 = 1;
const REUSED: u32 = 1_000;

fn at_most(instructions: u64) -> LibraryBenchmarkConfig {
    let mut callgrind = Callgrind::default();
    callgrind.hard_limits([(EventKind::Ir, instructions)]);
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(callgrind);
    config
}

fn ready(user: &str, outbound: Option<&str>, requests: u32) -> Ready {
    Ready::new(user, outbound, requests).expect("a chain that answers")
}

#[library_benchmark(setup = ready)]
#[bench::hello_fresh(args = ("hello-2", None, FRESH), config = at_most(313_000))]
#[bench::hello_reused(args = ("hello-2", None, REUSED), config = at_most(141_500))]
#[bench::hello_3_reused(args = ("hello-3", None, REUSED), config = at_most(267_000))]
#[bench::outbound_fresh(args = ("fetch-2", Some("hello-2"), FRESH), config = at_most(1_100_000))]
#[bench::outbound_reused(args = ("fetch-2", Some("hello-2"), REUSED), config = at_most(506_000))]
#[bench::outbound_3_reused(args = ("fetch-3", Some("hello-3"), REUSED), config = at_most(642_000))]
fn request(ready: Ready) -> Ready {
    black_box(ready.ask()).expect("a request that is answered");
    ready
}

library_benchmark_group!(name = hot_path, benchmarks = request);
main!(library_benchmark_groups = hot_path);
