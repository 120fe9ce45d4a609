//! `test --contract`: the conformance statements of a worker's role, tried on that worker alone.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde_json::{Value, json};
use tollgate_build::Role;
use tollgate_test::contract::{self, Verdict as Statement};
use tollgate_test::{Composition, Lab, Worker};
use tollgate_types::{BindingName, Declaration, DispatchNamespace, ParameterType, among};

use super::components::Components;
use super::telling::Telling;
use super::{Options, Outcome, Verdict, component};
use crate::report::Hinted;
use crate::wrangler::Wrangler;

/// A role that has a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Part {
    /// Receives what customers' workers send out, and forwards it.
    Outbound,
    /// Picks a customer's worker for each request.
    Dispatch,
}

pub(super) fn run(
    options: &Options,
    lab: &Lab,
    components: &Components,
    told: &Telling,
) -> anyhow::Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for path in &options.paths {
        let since = Instant::now();
        let statements = told.patiently(&[path], || tried(options, lab, components, path));
        let took = since.elapsed();
        let of_one = match statements {
            Ok(statements) => statements.into_iter().map(|one| outcome(path, one, took)).collect(),
            Err(error) => vec![broken(path, &error, took)],
        };
        of_one.iter().for_each(|one| told.outcome(one));
        outcomes.extend(of_one);
    }
    Ok(outcomes)
}

fn broken(path: &Path, error: &anyhow::Error, took: Duration) -> Outcome {
    let hint = crate::report::hint(error).map(|hint| format!("hint: {hint}"));
    let verdict = Verdict::Broken(format!("{error:#}"));
    let (suite, name) = (path.display().to_string(), "its contract".to_owned());
    Outcome { suite, name, took, verdict, notes: hint.into_iter().collect() }
}

fn outcome(path: &Path, statement: Statement, took: Duration) -> Outcome {
    let Statement { id, says, differences, run } = statement;
    let verdict = match differences.as_slice() {
        [] => Verdict::Passed,
        some => Verdict::Failed { differences: some.iter().map(ToString::to_string).collect(), run },
    };
    Outcome { suite: path.display().to_string(), name: format!("{id}: {says}"), took, verdict, notes: Vec::new() }
}

fn tried(options: &Options, lab: &Lab, components: &Components, path: &Path) -> anyhow::Result<Vec<Statement>> {
    let wrangler = path.is_dir().then(|| Wrangler::read_or(&path.join("wrangler.toml"), "name a worker's project"));
    let wrangler = wrangler.transpose()?;
    let part = part(options.role, wrangler.as_ref(), path)?;
    let found = component(components, path)?;
    let worker = lab.operators(found.component)?.configured(&found.metadata)?;
    let statements = match part {
        Part::Outbound => {
            let alone = lab.compose().outbound(&worker);
            let given = options.parameter.iter();
            let alone =
                given.fold(alone, |alone, (name, text)| alone.parameter(name, value(name, text, worker.reads())));
            contract::outbound(&alone)
        }
        Part::Dispatch => {
            let (name, bound) = &binding(options.binding.as_deref(), wrangler.as_ref(), path)?;
            // Without an outbound worker always; with one where the binding names it.
            let with = |outbound: bool| {
                (!outbound || bound.outbound.is_some()).then(|| dispatched(lab, &worker, name, bound, outbound))
            };
            contract::dispatch(&with, &|worker| options.url.replace("{worker}", worker))
        }
    };
    statements.map_err(|error| {
        Hinted::usage(
            format!("{}: {error}", path.display()),
            "say --parameter NAME=VALUE for each parameter that the worker reads",
        )
    })
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

/// A parameter as it was typed: text where the worker reads text, elsewhere JSON, and text where it is none.
fn value(name: &str, text: &str, reads: &[Declaration]) -> Value {
    let is_text = |kind: &ParameterType| match kind {
        ParameterType::String => true,
        ParameterType::Option(inside) => **inside == ParameterType::String,
        _ => false,
    };
    let read = among(name, reads.iter().map(|one| (one.name.as_str(), one))).one();
    match serde_json::from_str(text) {
        Ok(json) if !read.is_some_and(|one| is_text(&one.kind)) => json,
        _ => text.into(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_what_the_worker_reads() {
        let read = |kind: &str| [Declaration { name: "zip".parse().unwrap(), kind: kind.parse().unwrap() }];
        assert_eq!(value("zip", "123", &read("string")), json!("123"));
        assert_eq!(value("zip", "123", &read("option<string>")), json!("123"));
        assert_eq!(value("zip", "123", &read("u32")), json!(123));
        assert_eq!(value("zip", "123", &[]), json!(123));
        assert_eq!(value("zip", "12a", &[]), json!("12a"));
    }
}
