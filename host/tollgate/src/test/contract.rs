//! `test --contract`: the conformance statements of a worker's role, tried on that worker alone.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::{Value, json};
use tollgate_build::Role;
use tollgate_test::contract::{self, Verdict as Statement};
use tollgate_test::{Composition, Lab, Secrets, TestError, Worker, suspected, suspected_variables};
use tollgate_types::{BindingName, DispatchNamespace};

use super::{Options, Outcome, Session, Verdict, component, elsewhere};
use crate::report::Hinted;
use crate::typed;
use crate::wrangler::Wrangler;

/// A role that has a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Part {
    /// Receives what customers' workers send out, and forwards it.
    Outbound,
    /// Picks a customer's worker for each request.
    Dispatch,
}

pub(super) fn run(session: &Session<'_>) -> anyhow::Result<(Vec<Outcome>, Vec<String>)> {
    let (mut outcomes, mut summary) = (Vec::new(), Vec::new());
    for path in &session.options.paths {
        let since = Instant::now();
        let (came, away) = match project(path) {
            Ok(wrangler) => of_one(session, path, wrangler.as_ref())?,
            Err(error) => (vec![broken(path, &error, since.elapsed())], Vec::new()),
        };
        came.iter().for_each(|one| session.told.outcome(one));
        outcomes.extend(came);
        summary.extend(away);
    }
    Ok((outcomes, summary))
}

/// The configuration of a worker that is a project.
fn project(path: &Path) -> anyhow::Result<Option<Wrangler>> {
    path.is_dir().then(|| Wrangler::read_or(&path.join("wrangler.toml"), "name a worker's project")).transpose()
}

/// What came of one worker's statements, without its secrets, and which of its bindings were not here.
fn of_one(
    session: &Session<'_>,
    path: &Path,
    wrangler: Option<&Wrangler>,
) -> anyhow::Result<(Vec<Outcome>, Vec<String>)> {
    let since = Instant::now();
    let metadata = wrangler.map(|wrangler| wrangler.metadata.clone().into()).unwrap_or_default();
    let secrets = secrets(session.options, &metadata)?;
    let statements = session.told.patiently(&[path], || tried(session, path, wrangler));
    let statements = match statements {
        Ok(statements) => statements,
        Err(error) => return Ok((vec![broken(path, &error, since.elapsed()).redacted(&secrets)], Vec::new())),
    };
    let here = here(session.options, path, wrangler);
    let away = elsewhere::lines(&format!("{}: its", path.display()), &metadata, here);
    Ok((statements.into_iter().map(|one| outcome(path, one, &secrets, &away)).collect(), away))
}

/// What is called like a secret, of the project's variables and of the parameters that were typed.
fn secrets(options: &Options, metadata: &Value) -> Result<Secrets, TestError> {
    let typed = |(name, text): &(String, String)| {
        let json = serde_json::from_str(text).unwrap_or_default();
        [suspected(name, &text.as_str().into()), suspected(name, &json)].concat()
    };
    let given = options.parameter.iter().flat_map(typed);
    Secrets::new(Vec::new(), suspected_variables(metadata).into_iter().chain(given).collect())
}

fn broken(path: &Path, error: &anyhow::Error, took: Duration) -> Outcome {
    let hint = crate::report::hint(error).map(|hint| format!("hint: {hint}"));
    let verdict = Verdict::Broken(format!("{error:#}"));
    let (suite, name) = (path.display().to_string(), "its contract".to_owned());
    Outcome { suite, name, took, verdict, notes: hint.into_iter().collect() }
}

/// A statement that is not kept may not be for a binding that is not here: so those are told with it.
fn outcome(path: &Path, statement: Statement, secrets: &Secrets, away: &[String]) -> Outcome {
    let Statement { id, says, took, differences, runs } = statement;
    let (suite, name) = (path.display().to_string(), format!("{id}: {says}"));
    if differences.is_empty() {
        return Outcome { suite, name, took, verdict: Verdict::Passed, notes: Vec::new() };
    }
    let runs: Vec<_> = runs.into_iter().map(|run| run.redacted(secrets).to_string()).collect();
    let differences = differences.into_iter().map(|one| one.redacted().to_string()).collect();
    let verdict = Verdict::Failed { differences, run: runs.join("\n") };
    Outcome { suite, name, took, verdict, notes: away.to_vec() }.redacted(secrets)
}

fn tried(session: &Session<'_>, path: &Path, wrangler: Option<&Wrangler>) -> anyhow::Result<Vec<Statement>> {
    let Session { options, lab, components, .. } = session;
    let part = part(options.role, wrangler, path)?;
    let found = component(components, path)?;
    let worker = lab.operators(found.component)?.configured(&found.metadata)?;
    let statements = match part {
        Part::Outbound => {
            let alone = lab.compose().outbound(&worker);
            let given = options.parameter.iter();
            let alone = given
                .fold(alone, |alone, (name, text)| alone.parameter(name, typed::value(name, text, worker.reads())));
            contract::outbound(&alone)
        }
        Part::Dispatch => {
            let (name, bound) = &binding(options.binding.as_deref(), wrangler, path)?;
            // Without an outbound worker always; with one where the binding names it.
            let with = |outbound: bool| {
                (!outbound || bound.outbound.is_some()).then(|| dispatched(lab, &worker, name, bound, outbound))
            };
            contract::dispatch(&with, &|worker| options.url.replace("{worker}", worker))
        }
    };
    let hint = match part {
        Part::Outbound => "say --parameter NAME=VALUE for each parameter that the worker reads",
        Part::Dispatch => "",
    };
    statements.map_err(|error| Hinted::usage(format!("{}: {error}", path.display()), hint))
}

fn dispatched(
    lab: &Lab,
    worker: &Worker,
    name: &BindingName,
    bound: &DispatchNamespace,
    outbound: bool,
) -> Composition {
    let outbound = bound.outbound.clone().filter(|_| outbound);
    lab.compose().bound(worker, name.clone(), DispatchNamespace { outbound, ..bound.clone() })
}

fn part(said: Option<Part>, wrangler: Option<&Wrangler>, path: &Path) -> anyhow::Result<Part> {
    match (said, wrangler.map(Wrangler::role)) {
        (Some(part), _) => Ok(part),
        (None, Some(Role::Outbound)) => Ok(Part::Outbound),
        (None, Some(Role::Dispatch)) => Ok(Part::Dispatch),
        (None, Some(Role::User)) => {
            let error = format!("{}: a customer's worker owes nothing to anybody: it has no contract", path.display());
            Err(Hinted::usage(error, "name an outbound worker's or a dispatch worker's project, or say --role"))
        }
        (None, None) => {
            Err(Hinted::usage(format!("{}: what is it for?", path.display()), "say --role outbound or --role dispatch"))
        }
    }
}

/// The name of the binding behind which customers' workers are here.
fn here<'a>(options: &'a Options, path: &Path, wrangler: Option<&'a Wrangler>) -> Option<&'a str> {
    part(options.role, wrangler, path).ok().filter(|part| *part == Part::Dispatch)?;
    options.binding.as_deref().or_else(|| Some(wrangler?.dispatches.first()?.0.as_str()))
}

/// The first dispatch binding of a configuration; or one by the name that is said, which takes any parameters.
fn binding(
    said: Option<&str>,
    wrangler: Option<&Wrangler>,
    path: &Path,
) -> anyhow::Result<(BindingName, DispatchNamespace)> {
    if let Some(name) = said {
        let outbound = json!({ "service": "outbound", "unknown_parameters": "ignore" });
        let table = json!({ "binding": name, "namespace": "test", "outbound": outbound });
        return DispatchNamespace::from_toml("--binding", &table).map_err(|error| Hinted::usage(error.to_string(), ""));
    }
    wrangler.and_then(|wrangler| wrangler.dispatches.first()).cloned().ok_or_else(|| {
        let error = format!("{}: no dispatch binding", path.display());
        Hinted::usage(
            error,
            "say --binding NAME, or name the project's folder, whose wrangler.toml has [[dispatch_namespaces]]",
        )
    })
}
