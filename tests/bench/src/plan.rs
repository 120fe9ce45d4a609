//! What is measured against what, and the order of it.

use anyhow::Context as _;

use crate::contender::{Contender, Stage};
use crate::load::{Load, Request};
use crate::measurement::Measurement;
use crate::process::stolen_ticks;
use crate::report::Report;
use crate::{Run, cold, compositions, density, fairness, languages, store, stream};

/// How long and how often.
pub(crate) struct Pace {
    /// Seconds of one round of one contender.
    pub(crate) seconds: u64,
    /// Rounds.
    pub(crate) rounds: usize,
    /// Whether to measure what no ratio needs: other numbers of connections, latency at a fixed rate.
    pub(crate) all: bool,
    /// Distinct workers that start cold.
    pub(crate) cold: usize,
    /// Distinct workers that are asked in turn.
    pub(crate) dense: usize,
    /// Builds, changes and cold starts of each language.
    pub(crate) turns: usize,
    /// Sizes of the store, beside 1 worker and 100. Filling the largest takes minutes, so it must be asked for.
    pub(crate) stores: &'static [usize],
}

const QUICK: Pace = Pace { seconds: 1, rounds: 3, all: false, cold: 100, dense: 1_500, turns: 1, stores: &[10_000] };
const FULL: Pace = Pace {
    seconds: 3,
    rounds: 5,
    all: true,
    cold: 400,
    dense: 10_000,
    turns: 3,
    stores: &[10_000, 100_000, 1_000_000],
};

/// Connections, where nothing else is said.
const CONNECTIONS: u32 = 16;
/// Bytes of the echo.
const ECHO_BYTES: usize = 1 << 20;

/// Measures everything, and writes the report.
pub(crate) async fn run(run: &Run) -> anyhow::Result<()> {
    let pace = if run.quick { QUICK } else { FULL };
    let mut report = Report::default();
    if "density".contains(&run.only) {
        report.dense(&density::run(pace.dense).await?);
    }
    if "store".contains(&run.only) {
        let large = if run.only == "store" { pace.stores } else { QUICK.stores };
        report.stored(store::run(large).await?);
    }
    if "compositions".contains(&run.only) {
        // On a thread of its own: the library and the bare chain have runtimes of theirs.
        let composed = tokio::task::spawn_blocking(move || compositions::run(pace.rounds)).await?;
        report.composed(&composed?);
    }
    if "fairness".contains(&run.only) {
        // A minute for each measurement must be asked for.
        let full = !run.quick && run.only == "fairness";
        let pace = if full { &fairness::FULL } else { &fairness::QUICK };
        report.fair(fairness::run(pace, &run.attack).await?);
    }
    let load = Load::new(&run.tools)?;
    if "languages".contains(&run.only) {
        report.spoken(languages::run(&load, pace.turns).await?);
    }
    if matches!(run.only.as_str(), "languages" | "compositions" | "store" | "fairness") {
        return report.write(&run.out);
    }
    let stage = Stage::start(&run.tools).await?;
    let mut measurements = measurements(&stage, &pace)?;
    measurements.retain(|measurement| measurement.name.contains(&run.only));
    let [stolen_before, all_before] = stolen_ticks()?;
    for round in 1..=pace.rounds {
        for measurement in &mut measurements {
            measurement.round(&load, pace.seconds).await.with_context(|| measurement.name.clone())?;
        }
        eprintln!("round {round} of {}", pace.rounds);
    }
    if pace.all {
        for measurement in measurements.iter().filter(|measurement| measurement.has_fixed_rate()) {
            report.latency(&measurement.name, load.latency(&measurement.request, pace.seconds * 2).await?);
        }
    }
    report.measured(&measurements);
    if "stream".contains(&run.only) {
        report.streamed(&stream::run(&stage, pace.rounds).await?);
    }
    if "cold-start".contains(&run.only) {
        report.cold_start(&cold::run(stage.tollgate, pace.cold).await?);
    }
    let [stolen, all] = stolen_ticks()?;
    report.stolen((stolen - stolen_before) / (all - all_before));
    report.write(&run.out)
}

/// Everything that is measured in rounds.
fn measurements(stage: &Stage, pace: &Pace) -> anyhow::Result<Vec<Measurement>> {
    let mut all = Vec::new();
    shapes(stage, CONNECTIONS, "", &mut all)?;
    if pace.all {
        shapes(stage, 1, "@1", &mut all)?;
        shapes(stage, 256, "@256", &mut all)?;
        echoes(stage, &mut all)?;
    }
    Ok(all)
}

/// hello, fetch, and fetch through the outbound worker, of every contender.
fn shapes(stage: &Stage, connections: u32, suffix: &str, all: &mut Vec<Measurement>) -> anyhow::Result<()> {
    let target = format!("http://{}/hello", stage.origin.address);
    let mut add = |name: &str, contender: &Contender, fetches: bool| {
        let target = fetches.then(|| target.clone());
        let request = Request { to: contender.address, host: None, target, post_bytes: 0, connections };
        all.push(Measurement::new(&format!("{name}{suffix}"), request, contender.pid()?));
        anyhow::Ok(())
    };
    let ([serve_2, serve_3], [direct, through]) = (&stage.serve, &stage.workerd);
    add("hello/hyper", &stage.origin, false)?;
    add("hello/wasmtime-serve-0.2", serve_2, false)?;
    add("hello/wasmtime-serve-0.3", serve_3, false)?;
    add("hello/workerd", direct, false)?;
    add("fetch/reverse-proxy", &stage.proxy, false)?;
    add("fetch/workerd", direct, true)?;
    add("outbound/workerd", through, true)?;
    let pid = stage.tollgate.pid()?;
    for (name, host) in TOLLGATE {
        let fetches = !name.starts_with("hello");
        let target = fetches.then(|| target.clone());
        let (to, host) = (stage.tollgate.host().listen(), Some((*host).to_owned()));
        let request = Request { to, host, target, post_bytes: 0, connections };
        all.push(Measurement::new(&format!("{name}{suffix}"), request, pid));
    }
    Ok(())
}

/// What Tollgate is measured in: the name, and the host name that leads there.
const TOLLGATE: &[(&str, &str)] = &[
    ("hello/0.2-fresh", "hello-2.fresh.test"),
    ("hello/0.2-reused", "hello-2.reused.test"),
    ("hello/0.3-fresh", "hello-3.fresh.test"),
    ("hello/0.3-reused", "hello-3.reused.test"),
    ("fetch/0.2-fresh", "fetch-2.fresh.test"),
    ("fetch/0.2-reused", "fetch-2.reused.test"),
    ("fetch/0.3-reused", "fetch-3.reused.test"),
    ("outbound/0.2-fresh", "fetch-2.fresh-through-2.test"),
    ("outbound/0.2-reused", "fetch-2.reused-through-2.test"),
    ("outbound/0.3-reused", "fetch-3.reused-through-3.test"),
    ("dispatch/0.2-fresh", "fetch-2.dispatch.test"),
];

/// 1 MiB, sent and given back.
fn echoes(stage: &Stage, all: &mut Vec<Measurement>) -> anyhow::Result<()> {
    let host = |name: &str| Some(name.to_owned());
    let (tollgate, pid) = (stage.tollgate.host().listen(), stage.tollgate.pid()?);
    let [workerd, _] = &stage.workerd;
    let contenders = [
        ("echo/hyper", stage.origin.address, None, stage.origin.pid()?),
        ("echo/workerd", workerd.address, None, workerd.pid()?),
        ("echo/0.2-fresh", tollgate, host("echo-2.fresh.test"), pid),
        ("echo/0.3-fresh", tollgate, host("echo-3.fresh.test"), pid),
    ];
    for (name, to, host, pid) in contenders {
        let request = Request { to, host, target: None, post_bytes: ECHO_BYTES, connections: CONNECTIONS };
        all.push(Measurement::new(name, request, pid));
    }
    Ok(())
}
