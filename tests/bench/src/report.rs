//! The report: `report.json` for machines, `report.md` and plots for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use crate::compositions::Composed;
use crate::density::Dense;
use crate::fairness::Fairness;
use crate::languages::Spoken;
use crate::load::FIXED_RATE;
use crate::measurement::{Measurement, median, percentile};
use crate::plot;
use crate::store::Stored;
use crate::stream::Streamed;

/// A ratio: its name, what is divided by what, and the least that the project asks of it.
struct Ratio(&'static str, &'static str, &'static str, f64);

/// Rates, Tollgate's over the peer's.
const RATES: &[Ratio] = &[
    Ratio("hello-0.2/hyper", "hello/0.2-fresh", "hello/hyper", 0.32),
    Ratio("hello-0.2/wasmtime-serve", "hello/0.2-fresh", "hello/wasmtime-serve-0.2", 4.0),
    Ratio("hello-0.3/wasmtime-serve", "hello/0.3-reused", "hello/wasmtime-serve-0.3", 1.3),
    Ratio("outbound-0.2-fresh/reverse-proxy", "outbound/0.2-fresh", "fetch/reverse-proxy", 0.18),
    Ratio("outbound-0.2-reused/reverse-proxy", "outbound/0.2-reused", "fetch/reverse-proxy", 0.35),
    Ratio("outbound-0.3-reused/reverse-proxy", "outbound/0.3-reused", "fetch/reverse-proxy", 0.35),
    Ratio("hop-0.2-fresh", "outbound/0.2-fresh", "fetch/0.2-fresh", 0.60),
    Ratio("hop-0.2-reused", "outbound/0.2-reused", "fetch/0.2-reused", 0.70),
    Ratio("hop-0.3-reused", "outbound/0.3-reused", "fetch/0.3-reused", 0.70),
];

/// CPU time a request, workerd's over Tollgate's: above 1, Tollgate needs less.
const CPU: &[Ratio] = &[
    Ratio("cpu-hello/workerd", "hello/0.2-fresh", "hello/workerd", 1.0),
    Ratio("cpu-fetch/workerd", "fetch/0.2-fresh", "fetch/workerd", 1.0),
    Ratio("cpu-outbound/workerd", "outbound/0.2-fresh", "outbound/workerd", 1.0),
];

/// One measurement, reported.
#[derive(Serialize)]
struct Line {
    name: String,
    unit: &'static str,
    median: f64,
    /// The largest value less the smallest, as a share of the median.
    spread: f64,
    rounds: Vec<f64>,
    /// Over the peer of the same shape, and which that is.
    ratio: Option<f64>,
    against: Option<String>,
}

/// Everything that was measured.
#[derive(Default, Serialize)]
pub(crate) struct Report {
    machine: BTreeMap<&'static str, String>,
    measurements: Vec<Line>,
    ratios: BTreeMap<&'static str, f64>,
    figures: BTreeMap<&'static str, f64>,
    languages: Vec<Spoken>,
    stores: Vec<Stored>,
    fairness: Fairness,
    #[serde(skip)]
    floors: BTreeMap<&'static str, f64>,
}

impl Report {
    /// Takes in what the rounds gave, and the ratios of their medians.
    pub(crate) fn measured(&mut self, measurements: &[Measurement]) {
        for measurement in measurements {
            let name = &measurement.name;
            let of = |part: fn(&crate::measurement::Round) -> f64| measurement.rounds.iter().map(part).collect();
            self.line(name, "requests/s", of(|round| round.rate));
            self.line(&format!("{name}/cpu"), "µs CPU/request", of(|round| round.cpu_us));
            self.line(&format!("{name}/p50"), "µs at full load", of(|round| round.p50_us));
            self.line(&format!("{name}/p99"), "µs at full load", of(|round| round.p99_us));
        }
        for Ratio(name, over, under, floor) in RATES {
            self.ratio(name, over, under, *floor);
        }
        for Ratio(name, under, over, floor) in CPU {
            self.ratio(name, &format!("{over}/cpu"), &format!("{under}/cpu"), *floor);
        }
    }

    /// Takes in latencies at the fixed rate.
    pub(crate) fn latency(&mut self, name: &str, [p50, p99]: [f64; 2]) {
        let unit = "µs at a fixed rate";
        self.line(&format!("{name}/p50@{FIXED_RATE}/s"), unit, vec![p50]);
        self.line(&format!("{name}/p99@{FIXED_RATE}/s"), unit, vec![p99]);
    }

    /// Takes in the long stream.
    pub(crate) fn streamed(&mut self, streamed: &Streamed) {
        self.line("stream/reverse-proxy", "MiB/s", streamed.proxy.clone());
        self.line("stream/0.2-fresh", "MiB/s", streamed.tollgate.clone());
        self.ratio("stream/reverse-proxy", "stream/0.2-fresh", "stream/reverse-proxy", 0.5);
        self.figures.insert("stream-memory-growth-mib", streamed.growth_mib);
    }

    /// Takes in the cold starts, in milliseconds.
    pub(crate) fn cold_start(&mut self, times: &[f64]) {
        self.figures.insert("cold-start-p50-ms", median(times.to_vec()));
        self.figures.insert("cold-start-p99-ms", percentile(times.to_vec(), 99));
    }

    /// Takes in many workers on one host.
    pub(crate) fn dense(&mut self, dense: &Dense) {
        self.figures.extend([
            ("density-workers", dense.workers as f64),
            ("density-start-mib", dense.start_mib),
            ("density-most-mib", dense.most_mib),
            ("density-start-maps", dense.start_maps),
            ("density-most-maps", dense.most_maps),
            ("density-requests-per-second", dense.rate),
        ]);
    }

    /// Takes in composition tests: rates, and what the library costs beside a bare dispatch.
    pub(crate) fn composed(&mut self, composed: &Composed) {
        let rates = |seconds: &[f64]| seconds.iter().map(|one| 1_000.0 / one).collect();
        self.line("composition/with-origin", "runs/s", rates(&composed.whole));
        self.line("composition/with-origin-0.3", "runs/s", rates(&composed.whole_3));
        self.line("composition/alone", "runs/s", rates(&composed.alone));
        self.line("composition/bare-dispatch", "dispatches/s", rates(&composed.bare));
        self.ratio("composition/bare-dispatch", "composition/alone", "composition/bare-dispatch", 0.2);
        self.figures.insert("composition-seconds-for-1000", median(composed.whole.clone()));
        self.figures.insert("composition-0.3-seconds-for-1000", median(composed.whole_3.clone()));
    }

    /// Takes in what each language costs.
    pub(crate) fn spoken(&mut self, languages: Vec<Spoken>) {
        self.languages = languages;
    }

    /// Takes in stores of different sizes.
    pub(crate) fn stored(&mut self, stores: Vec<Stored>) {
        self.stores = stores;
    }

    /// Adds the figures that the fairness section measured.
    pub(crate) fn fair(&mut self, fairness: Fairness) {
        self.fairness = fairness;
    }

    /// Takes in which share of the machine's time others had: where it is large, another run is due.
    pub(crate) fn stolen(&mut self, share: f64) {
        self.figures.insert("stolen-percent", share * 100.0);
    }

    fn line(&mut self, name: &str, unit: &'static str, rounds: Vec<f64>) {
        let middle = median(rounds.clone());
        let most = rounds.iter().copied().fold(f64::MIN, f64::max);
        let least = rounds.iter().copied().fold(f64::MAX, f64::min);
        let spread = (most - least) / middle;
        self.measurements.push(Line {
            name: name.to_owned(),
            unit,
            median: middle,
            spread,
            rounds,
            ratio: None,
            against: None,
        });
    }

    /// A ratio of medians; left out where a side was not measured.
    fn ratio(&mut self, name: &'static str, over: &str, under: &str, floor: f64) {
        let middle = |name: &str| self.measurements.iter().find(|line| line.name == name).map(|line| line.median);
        let (Some(above), Some(below)) = (middle(over), middle(under)) else { return };
        let ratio = above / below;
        self.ratios.insert(name, ratio);
        self.floors.insert(name, floor);
        if let Some(line) = self.measurements.iter_mut().find(|line| line.name == over && line.ratio.is_none()) {
            (line.ratio, line.against) = (Some(ratio), Some(under.to_owned()));
        }
    }

    /// Writes `report.json`, `report.md` and the plots to a folder, and the table to standard output.
    pub(crate) fn write(mut self, folder: &Path) -> anyhow::Result<()> {
        self.machine = machine();
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("report.json"), serde_json::to_string_pretty(&self)?)?;
        let table = self.markdown()?;
        std::fs::write(folder.join("report.md"), &table)?;
        for (unit, file) in [("requests/s", "rates.svg"), ("µs CPU/request", "cpu.svg")] {
            let lines = self.measurements.iter().filter(|line| line.unit == unit && !line.name.contains('@'));
            plot::bars(
                &folder.join(file),
                unit,
                &lines.map(|line| (line.name.as_str(), line.median)).collect::<Vec<_>>(),
            )?;
        }
        println!("{table}");
        Ok(())
    }

    fn markdown(&self) -> anyhow::Result<String> {
        let mut text = String::from("| ratio | measured | asked |\n| --- | ---: | ---: |\n");
        for (name, ratio) in &self.ratios {
            let floor = self.floors.get(name).copied().unwrap_or_default();
            let verdict = if *ratio >= floor { "" } else { " (not reached)" };
            writeln!(text, "| {name} | {ratio:.2}{verdict} | {floor:.2} |")?;
        }
        for (name, figure) in &self.figures {
            writeln!(text, "| {name} | {figure:.2} | |")?;
        }
        if !self.languages.is_empty() {
            text.push_str("\n| language | build | from change to answer | size | cold start | CPU a request |\n");
            text.push_str("| --- | ---: | ---: | ---: | ---: | ---: |\n");
        }
        for Spoken { language, build_s, change_s, mib, cold_ms, cpu_us } in &self.languages {
            let (ms, us) = (format!("{cold_ms:.1} ms"), format!("{cpu_us:.0} µs"));
            writeln!(text, "| {language} | {build_s:.1} s | {change_s:.1} s | {mib:.2} MiB | {ms} | {us} |")?;
        }
        text.push_str(&self.stores_table()?);
        text.push_str(&self.fairness.table()?);
        text.push_str("\n| measurement | median | spread | unit |\n| --- | ---: | ---: | --- |\n");
        for Line { name, median, spread, unit, .. } in &self.measurements {
            writeln!(text, "| {name} | {median:.0} | {:.0} % | {unit} |", spread * 100.0)?;
        }
        Ok(text)
    }

    fn stores_table(&self) -> anyhow::Result<String> {
        let mut text = String::new();
        if !self.stores.is_empty() {
            text.push_str("\n| workers | from start to serving | memory | deploy |\n| ---: | ---: | ---: | ---: |\n");
        }
        for Stored { workers, open_s, resident_mib, deploy_ms } in &self.stores {
            writeln!(text, "| {workers} | {open_s:.2} s | {resident_mib:.0} MiB | {deploy_ms:.2} ms |")?;
        }
        Ok(text)
    }
}

/// What the figures were measured on.
fn machine() -> BTreeMap<&'static str, String> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    BTreeMap::from([
        ("cpu", model.trim_start_matches([' ', '\t', ':']).to_owned()),
        ("cores", cores.to_string()),
        ("kernel", read("/proc/sys/kernel/osrelease").trim().to_owned()),
    ])
}
