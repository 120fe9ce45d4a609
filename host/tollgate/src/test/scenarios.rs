//! Finds scenario files, and runs what is in them side by side.

use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use ignore::WalkBuilder;
use serde_json::Value;
use tollgate_test::scenario::{Cast, Find, ORIGIN, Part, Scenario, Stand};
use tollgate_test::{Cassette, EgressConfig, Lab, Mismatch, Recorder, Run, Secrets, TestError};

use super::components::Components;
use super::{Options, Outcome, Session, Verdict, component, elsewhere};
use crate::report::Hinted;

/// How the name of a scenario file ends, where nobody names the file.
const SUFFIX: &str = ".test.toml";

pub(super) fn run(session: &Session<'_>) -> anyhow::Result<Vec<Outcome>> {
    let Session { options, lab, components, told } = session;
    let Read { scenarios, unread } = read(options)?;
    unread.iter().for_each(|one| told.outcome(one));
    if let Some(without) = scenarios.iter().find(|one| options.outbound.is_some() && !one.has_outbound()) {
        let error = format!("{}: no outbound worker, whose place another could take", suite(without));
        return Err(Hinted::usage(error, "say `[workers] outbound = …`, or leave --outbound out"));
    }
    let outbound = options.outbound.as_deref().map(|path| component(components, Path::new(path))).transpose()?;
    let cast = Cast { outbound: outbound.map(Stand::Component), ..Cast::default() };
    if options.record {
        return Ok([unread, record(session, &scenarios)?].concat());
    }
    let run = |scenario: &Scenario| {
        let since = Instant::now();
        let find = |part: &Part| components.find(part);
        let verdict = match scenario.secrets(&find, &cast) {
            Ok(secrets) => redacted(told.patiently(&paths(scenario), || scenario.run(lab, &find, &cast)), &secrets),
            Err(error) => Verdict::Broken(chain(&error)),
        };
        let notes = away(scenario, &find, &cast, &verdict);
        let (suite, name) = (suite(scenario), scenario.name.clone());
        Outcome { suite, name, took: since.elapsed(), verdict, notes }
    };
    Ok([unread, side_by_side(options.jobs, &scenarios, run, |one| told.outcome(one))].concat())
}

/// The bindings of the operator's workers that are not here: one that is not as expected may not be for them.
fn away(scenario: &Scenario, find: Find<'_>, cast: &Cast, verdict: &Verdict) -> Vec<String> {
    if matches!(verdict, Verdict::Passed) {
        return Vec::new();
    }
    let lines = |(part, metadata, here): (&str, Value, Option<&str>)| {
        elsewhere::lines(&format!("the {part} worker's"), &metadata, here)
    };
    scenario.operators(find, cast).into_iter().flat_map(lines).collect()
}

/// The workers that a scenario names.
pub(super) fn paths(scenario: &Scenario) -> Vec<PathBuf> {
    scenario.parts().iter().map(|part| part.path().to_owned()).collect()
}

/// What the files hold.
pub(super) struct Read {
    /// The scenarios that were asked for.
    pub(super) scenarios: Vec<Scenario>,
    /// A broken outcome for each file that cannot be read, and each folder that cannot be looked into.
    pub(super) unread: Vec<Outcome>,
}

/// The scenarios of all files, those that were asked for. A file that is none stops no other.
pub(super) fn read(options: &Options) -> anyhow::Result<Read> {
    let Files { found, lost } = files(&options.paths);
    let broken = |path: &Path, reason| Outcome {
        suite: told_as(path),
        name: "its scenarios".to_owned(),
        took: Duration::ZERO,
        verdict: Verdict::Broken(reason),
        notes: Vec::new(),
    };
    let mut unread: Vec<_> = lost.into_iter().map(|(path, reason)| broken(&path, reason)).collect();
    let mut all = Vec::new();
    for path in found {
        match Scenario::read_with(&path, ORIGIN, &|name| std::env::var(name).ok()) {
            Ok(read) => all.extend(read),
            Err(error) => unread.push(broken(&path, chain(&error))),
        }
    }
    let found = all.len();
    let wanted = |scenario: &Scenario| options.filter.as_ref().is_none_or(|text| scenario.name.contains(text.as_str()));
    all.retain(wanted);
    if all.is_empty() && unread.is_empty() {
        return Err(nothing(options, found));
    }
    Ok(Read { scenarios: all, unread })
}

/// That there is nothing to run, among so many scenarios.
fn nothing(options: &Options, found: usize) -> anyhow::Error {
    let places: Vec<_> = options.paths.iter().map(|path| path.display().to_string()).collect();
    let places = places.join(", ");
    match &options.filter {
        Some(text) if found > 0 => {
            Hinted::usage(format!("none of the {found} scenarios in {places} has {text:?} in its name"), "")
        }
        _ => {
            let hint = "name a scenario file, or a folder with files named *.test.toml";
            Hinted::usage(format!("no scenario in {places}"), hint)
        }
    }
}

/// Where scenarios are.
#[derive(Default)]
pub(super) struct Files {
    /// The files, each once.
    pub(super) found: Vec<PathBuf>,
    /// What cannot be looked into, and why.
    lost: Vec<(PathBuf, String)>,
}

/// The files that are named, and those in the folders that are.
pub(super) fn files(paths: &[PathBuf]) -> Files {
    let mut files = Files::default();
    for path in paths {
        match path.metadata() {
            Ok(about) if about.is_dir() => files.walk(path),
            // Who reads a pipe waits for somebody to write, and takes it from whom it is for.
            Ok(about) if !about.is_file() => {
                files.lost.push((path.clone(), "expected a regular file, or a folder".to_owned()));
            }
            // What is not there is told by who reads it.
            _ => files.found.push(path.clone()),
        }
    }
    files.found.sort();
    let mut seen = HashSet::new();
    files.found.retain(|file| seen.insert(file.canonicalize().unwrap_or_else(|_gone| file.clone())));
    files
}

impl Files {
    /// What is in a folder, but for what is hidden or ignored.
    fn walk(&mut self, folder: &Path) {
        let is_scenario = |file: &Path| file.to_string_lossy().ends_with(SUFFIX) && file.is_file();
        for entry in WalkBuilder::new(folder).require_git(false).build() {
            match entry {
                Ok(entry) if is_scenario(entry.path()) => self.found.push(entry.into_path()),
                Ok(_) => {}
                Err(error) => self.lost.push((folder.to_owned(), error.to_string())),
            }
        }
    }
}

pub(super) fn suite(scenario: &Scenario) -> String {
    told_as(&scenario.path)
}

fn told_as(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

pub(super) fn verdict(ran: Result<(Run, Vec<Mismatch>), TestError>) -> Verdict {
    match ran {
        Ok((_, differences)) if differences.is_empty() => Verdict::Passed,
        Ok((run, differences)) => {
            Verdict::Failed { differences: differences.iter().map(ToString::to_string).collect(), run: run.to_string() }
        }
        Err(error) => Verdict::Broken(chain(&error)),
    }
}

/// A verdict that has no secret in it.
pub(super) fn redacted(ran: Result<(Run, Vec<Mismatch>), TestError>, secrets: &Secrets) -> Verdict {
    let ran = ran.map(|(run, differences)| match differences.is_empty() {
        true => (run, differences),
        false => (run.redacted(secrets), differences.into_iter().map(Mismatch::redacted).collect()),
    });
    verdict(ran).redacted(secrets)
}

/// Does work on several threads. What comes of it is in the order of what it was done with, and is told in that order, as soon
/// as all before it is there.
pub(super) fn side_by_side<T: Sync, R: Send>(
    jobs: Option<NonZeroUsize>,
    all: &[T],
    work: impl Fn(&T) -> R + Sync,
    tell: impl Fn(&R) + Sync,
) -> Vec<R> {
    let jobs = jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let (next, done) = (AtomicUsize::new(0), Mutex::new((Vec::new(), BTreeMap::new())));
    let one = || {
        while let Some((place, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, all.get(at)?)))
        {
            let came = work(item);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            let (told, waiting) = &mut *done;
            waiting.insert(place, came);
            while let Some(came) = waiting.remove(&told.len()) {
                tell(&came);
                told.push(came);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(all.len()) {
            scope.spawn(one);
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner).0
}

/// Runs one after the other over the real network, and keeps what it answered.
fn record(session: &Session<'_>, scenarios: &[Scenario]) -> anyhow::Result<Vec<Outcome>> {
    let Session { lab, components, told, .. } = session;
    let one = |scenario: &Scenario| {
        let since = Instant::now();
        let (verdict, notes) = recorded(scenario, lab, components)?;
        let (suite, name) = (suite(scenario), scenario.name.clone());
        let outcome = Outcome { suite, name, took: since.elapsed(), verdict, notes };
        told.outcome(&outcome);
        Ok(outcome)
    };
    scenarios.iter().map(one).collect()
}

/// Runs one over the real network. On one's own machine, what listens there may be recorded too. Nothing that is told has a
/// secret in it.
fn recorded(scenario: &Scenario, lab: &Lab, components: &Components) -> anyhow::Result<(Verdict, Vec<String>)> {
    let allow = ["127.0.0.0/8", "::1/128"].into_iter().map(str::parse).collect::<Result<_, _>>()?;
    let find = |part: &Part| components.find(part);
    let secrets = match scenario.secrets(&find, &Cast::default()) {
        Ok(secrets) => secrets,
        Err(error) => return Ok((Verdict::Broken(chain(&error)), Vec::new())),
    };
    let recorder = Recorder::new(EgressConfig { allow, ..EgressConfig::default() }, secrets.clone())?;
    let cast = Cast { recorder: Some(recorder.clone()), ..Cast::default() };
    let verdict = redacted(scenario.run(lab, &find, &cast), &secrets);
    if let Err(error) = recorder.check() {
        return Ok((Verdict::Broken(chain(&error)).redacted(&secrets), Vec::new()));
    }
    let away = away(scenario, &find, &cast, &verdict);
    Ok((verdict, [vec![kept(scenario, &recorder)?], away].concat()))
}

/// Keeps what was recorded, and says what became of it.
fn kept(scenario: &Scenario, recorder: &Recorder) -> anyhow::Result<String> {
    let (answers, unanswered) = (recorder.takes().len(), recorder.unanswered());
    let lacking = format!("{unanswered} of {} requests were not answered", answers + unanswered);
    let path = Scenario::cassette(&scenario.path);
    let mut cassette = Cassette::read(&path)?;
    let keeps = cassette.keep(&scenario.name, recorder)?;
    if keeps {
        cassette.write(&path).context("what was recorded could not be kept")?;
    }
    Ok(match (keeps, unanswered) {
        (true, 0) => format!("recorded {answers} answers into {}", path.display()),
        (true, _) => format!("recorded {answers} answers into {}: {lacking}", path.display()),
        (false, 0) => "nothing to record: no request came to where no rule answers".to_owned(),
        (false, _) => format!("nothing recorded, what {} has stays as it is: {lacking}", path.display()),
    })
}

/// An error with what caused it, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
