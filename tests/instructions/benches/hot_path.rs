//! What one request costs in instructions, without sockets: the chain in process, real workers, real limits.
//!
//! callgrind counts the same on a busy machine as on a quiet one, so that a count above its limit is a regression and not
//! bad luck. Counts are of the `dev` profile, which CI has built anyway. When the limits were set (2026-11-30), the counts were, in the
//! order below, 345,404, 148,874, 273,541, 1,131,292, 515,871 and 632,264. The limits stand a tenth above, because some counts differ
//! by a few hundredths from one build to the next.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use http_body_util::{BodyExt as _, Empty};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tollgate_dispatch::{Attached, Chain, CodeConfig, PlatformLimits};
use tollgate_egress::{EgressConfig, Network};
use tollgate_engine::{Engine, EngineConfig};
use tollgate_store::{Draft, Setup};
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
        // Compiled once for all counts.
        let compiled = root().join("target/instructions/compiled");
        std::fs::create_dir_all(&compiled)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (reader, writer) = tollgate_store::open(Setup::default(), open(data.path())?, data.path())?;
        let engine = Engine::new(
            EngineConfig { count: 2, ..EngineConfig::default() },
            CodeConfig::default(),
            &open(&compiled)?,
        )?;
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

/// A request to be counted, and how many instructions it may take.
struct Count {
    name: &'static str,
    user: &'static str,
    outbound: Option<&'static str>,
    /// Requests that an instance serves.
    requests: u32,
    at_most: u64,
}

#[rustfmt::skip]
const COUNTS: [Count; 6] = [
    Count { name: "hello_fresh", user: "hello-2", outbound: None, requests: FRESH, at_most: 380_000 },
    Count { name: "hello_reused", user: "hello-2", outbound: None, requests: REUSED, at_most: 164_000 },
    Count { name: "hello_3_reused", user: "hello-3", outbound: None, requests: REUSED, at_most: 301_000 },
    Count { name: "outbound_fresh", user: "fetch-2", outbound: Some("hello-2"), requests: FRESH, at_most: 1_245_000 },
    Count { name: "outbound_reused", user: "fetch-2", outbound: Some("hello-2"), requests: REUSED, at_most: 567_000 },
    Count { name: "outbound_3_reused", user: "fetch-3", outbound: Some("hello-3"), requests: REUSED, at_most: 696_000 },
];

/// Without arguments, or with names: counts, and fails if a count is above its limit. The other two are what this program
/// runs under valgrind.
fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [COMPILE, name] => named(name)?.ready().map(drop),
        [COUNTED, name] => one_counted_request(&named(name)?.ready()?),
        names => every(names),
    }
}

const COMPILE: &str = "--compile";
const COUNTED: &str = "--counted";

impl Count {
    fn ready(&self) -> anyhow::Result<Ready> {
        Ready::new(self.user, self.outbound, self.requests)
    }

    /// The least of up to three counts; of one, if it is within the limit. On a busy machine, what goes by the clock may fall into
    /// the counted request, such as moka's housekeeping. A regression is in every count.
    fn least(&self) -> anyhow::Result<u64> {
        let mut least = u64::MAX;
        for _ in 0..3 {
            least = least.min(self.count()?);
            if least <= self.at_most {
                break;
            }
        }
        Ok(least)
    }

    /// The instructions of one request.
    fn count(&self) -> anyhow::Result<u64> {
        let file = root().join("target/instructions").join(self.name);
        let out = format!("--callgrind-out-file={}", file.display());
        let tool = ["--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*one_counted_request*", &out];
        under_valgrind(&tool, &[COUNTED, self.name])?;
        let text = std::fs::read_to_string(&file)?;
        let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
        Ok(total.context("callgrind wrote no total")?.trim().parse()?)
    }
}

fn named(name: &str) -> anyhow::Result<&'static Count> {
    COUNTS.iter().find(|count| count.name == name).with_context(|| format!("unknown count: {name}"))
}

/// What callgrind counts: it finds this function by its name.
#[inline(never)]
fn one_counted_request(ready: &Ready) -> anyhow::Result<()> {
    ready.ask()
}

/// Counts, two at a time, and says how each count stands to its limit.
fn every(names: &[&str]) -> anyhow::Result<()> {
    let chosen = |count: &&Count| names.is_empty() || names.contains(&count.name);
    names.iter().try_for_each(|name| named(name).map(drop))?;
    compile()?;
    let (one, other): (Vec<_>, Vec<_>) =
        COUNTS.iter().filter(chosen).enumerate().partition(|(index, _)| index % 2 == 0);
    let all = |counts: Vec<(usize, &Count)>| counts.into_iter().fold(true, |good, (_, count)| said(count) & good);
    let good = std::thread::scope(|scope| {
        let beside = scope.spawn(|| all(other));
        let good = all(one);
        beside.join().is_ok_and(|beside| good & beside)
    });
    anyhow::ensure!(good, "a request takes more instructions than its limit");
    Ok(())
}

/// Compiles the workers under valgrind, whose processor is another than the machine's; but without counting, which takes a tenth
/// of the time. The counts with an outbound worker have every worker.
fn compile() -> anyhow::Result<()> {
    let all = COUNTS.iter().filter(|count| count.outbound.is_some());
    all.into_iter().try_for_each(|count| under_valgrind(&["--tool=none"], &[COMPILE, count.name]))
}

/// Counts one, and prints the count beside its limit; false above the limit, or if it could not be counted.
fn said(count: &Count) -> bool {
    let Count { name, at_most, .. } = count;
    match count.least() {
        Ok(counted) => {
            // A count of less than half is none of this request: callgrind did not find the function.
            let verdict = match (counted > *at_most, counted < at_most / 2) {
                (true, _) => "  TOO MANY",
                (_, true) => "  TOO FEW",
                _ => "",
            };
            println!("{name:<18} {counted:>9} of {at_most:>9}{verdict}");
            verdict.is_empty()
        }
        Err(error) => {
            println!("{name:<18} not counted: {error:#}");
            false
        }
    }
}

/// Runs this program under valgrind, with an environment that is the same everywhere.
fn under_valgrind(tool: &[&str], arguments: &[&str]) -> anyhow::Result<()> {
    let kept = ["PATH", "VALGRIND_LIB"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut command = std::process::Command::new("valgrind");
    command.env_clear().envs(kept).arg("-q").args(tool).arg(std::env::current_exe()?).args(arguments);
    let status = command.status().context("valgrind does not start")?;
    anyhow::ensure!(status.success(), "valgrind: {status}");
    Ok(())
}
