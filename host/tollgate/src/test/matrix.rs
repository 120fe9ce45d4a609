//! `test --namespace`: every customer's worker of a namespace against another outbound worker, before it is deployed.
//!
//! Each scenario is run twice with each worker: with the outbound worker that is deployed, and with the other. A scenario
//! fails where it was as expected and is no more; what else differs is told, and for whom. What a customer's worker does not
//! fulfil today says nothing about the new outbound worker.

use std::path::Path;
use std::time::Instant;

use reqwest::Method;
use serde_json::Value;
use tollgate_test::scenario::{Cast, Scenario, Stand};
use tollgate_test::{Lab, Mismatch, Run, TestError, Worker};
use tollgate_types::NamespaceName;

use super::components::Components;
use super::contract::with_variables;
use super::{Options, Outcome, Verdict, component, scenarios};
use crate::client::Client;
use crate::report::Hinted;

pub(super) fn run(
    options: &Options,
    lab: &Lab,
    components: &Components,
    namespace: &NamespaceName,
    outbound: &str,
) -> anyhow::Result<(Vec<Outcome>, Vec<String>)> {
    let all = scenarios::read(options)?;
    let (name, path) = match outbound.split_once('=') {
        Some((name, path)) => (Some(name), path),
        None => (None, outbound),
    };
    let new = component(components, Path::new(path))?;
    let client = Client::new(options.host.clone())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let deployed = runtime.block_on(Deployed::read(&client, namespace, name))?;
    let bindings = deployed.outbound.bindings.as_slice();
    let now = with_variables(lab.operators(deployed.outbound.component.clone())?, bindings)?;
    let new = with_variables(lab.operators(new)?, bindings)?;
    let mut tries = Vec::new();
    for customer in &deployed.customers {
        let user = with_variables(lab.user(customer.component.clone())?, &customer.bindings)?;
        tries.extend(all.iter().map(|scenario| Try { customer: &customer.name, user: user.clone(), scenario }));
    }
    let tried = |one: &Try<'_>| one.run(lab, components, &now, &new);
    let outcomes = scenarios::side_by_side(options.jobs, &tries, tried);
    let told = |customer: &Part| {
        let own =
            tries.iter().zip(&outcomes).filter(|(one, _)| one.customer == customer.name).map(|(_, outcome)| outcome);
        summary(&customer.name, own)
    };
    let summary = deployed.customers.iter().map(told).collect();
    Ok((outcomes, summary))
}

/// What changes for one customer, on one line.
fn summary<'a>(customer: &str, outcomes: impl Iterator<Item = &'a Outcome>) -> String {
    let (mut all, mut changed, mut broken) = (0, 0, 0);
    for outcome in outcomes {
        all += 1;
        changed += usize::from(!outcome.notes.is_empty());
        broken += usize::from(!matches!(outcome.verdict, Verdict::Passed));
    }
    match (changed, broken) {
        (0, 0) => format!("{customer}: nothing changes in {all} scenarios"),
        _ => format!("{customer}: {changed} of {all} scenarios change, {broken} of them are not as expected any more"),
    }
}

/// One scenario with one customer's worker.
struct Try<'a> {
    customer: &'a str,
    user: Worker,
    scenario: &'a Scenario,
}

type Ran = Result<(Run, Vec<Mismatch>), TestError>;

impl Try<'_> {
    fn run(&self, lab: &Lab, components: &Components, now: &Worker, new: &Worker) -> Outcome {
        let since = Instant::now();
        let with = |outbound: &Worker| {
            let outbound = Some(Stand::Worker(outbound.clone()));
            let cast = Cast { user: Some(self.user.clone()), outbound, recorder: None };
            self.scenario.run(lab, &|part| components.find(part), &cast)
        };
        let (verdict, notes) = compared(with(now), with(new));
        let name = format!("{} ({})", self.customer, self.scenario.name);
        Outcome { suite: scenarios::suite(self.scenario), name, took: since.elapsed(), verdict, notes }
    }
}

fn compared(now: Ran, new: Ran) -> (Verdict, Vec<String>) {
    let (now, before) = match now {
        Ok(ran) => ran,
        Err(error) => return (scenarios::verdict(Err(error)), Vec::new()),
    };
    let (new, after) = match new {
        Ok(ran) => ran,
        Err(error) => return (scenarios::verdict(Err(error)), Vec::new()),
    };
    let changes = new.changes(&now);
    let broke = before.is_empty() && !after.is_empty();
    let notes = match changes.as_str() {
        "" => Vec::new(),
        changes => {
            vec!["changed: - with the deployed outbound worker, + with the new one".to_owned(), changes.to_owned()]
        }
    };
    let verdict = if broke { scenarios::verdict(Ok((new, after))) } else { Verdict::Passed };
    (verdict, notes)
}

/// What a host has.
struct Deployed {
    customers: Vec<Part>,
    outbound: Part,
}

struct Part {
    name: String,
    component: Vec<u8>,
    bindings: Vec<Value>,
}

impl Deployed {
    async fn read(client: &Client, namespace: &NamespaceName, outbound: Option<&str>) -> anyhow::Result<Self> {
        let inside = format!("dispatch/namespaces/{namespace}/scripts");
        let mut customers = Vec::new();
        for name in names(client, &inside).await? {
            customers.push(Part::read(client, &inside, name).await?);
        }
        if customers.is_empty() {
            return Err(Hinted::refused(format!("namespace {namespace} has no workers"), ""));
        }
        let name = match outbound {
            Some(name) => name.to_owned(),
            None => bound(client, namespace).await?,
        };
        Ok(Self { customers, outbound: Part::read(client, "scripts", name).await? })
    }
}

impl Part {
    async fn read(client: &Client, scripts: &str, name: String) -> anyhow::Result<Self> {
        let path = |what: &str| format!("{scripts}/{name}/{what}");
        let component = client.bytes(client.request(Method::GET, &path("content"))).await?;
        let bindings = client.send(client.request(Method::GET, &path("bindings"))).await?;
        Ok(Self { name, component, bindings: bindings.as_array().cloned().unwrap_or_default() })
    }
}

async fn names(client: &Client, scripts: &str) -> anyhow::Result<Vec<String>> {
    let list = client.send(client.request(Method::GET, scripts)).await?;
    let names = list.as_array().into_iter().flatten().filter_map(|one| one.get("id")?.as_str().map(str::to_owned));
    Ok(names.collect())
}

/// The outbound worker that dispatch workers bind to a namespace.
async fn bound(client: &Client, namespace: &NamespaceName) -> anyhow::Result<String> {
    let mut found = std::collections::BTreeSet::new();
    for name in names(client, "scripts").await? {
        let bindings = client.send(client.request(Method::GET, &format!("scripts/{name}/bindings"))).await?;
        let here = bindings.as_array().into_iter().flatten();
        let here = here.filter(|one| one.get("namespace").is_some_and(|other| other == namespace.as_str()));
        let service = |one: &Value| one.pointer("/outbound/worker/service")?.as_str().map(str::to_owned);
        found.extend(here.filter_map(service));
    }
    match (found.pop_first(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => Err(Hinted::refused(
            format!("no dispatch worker binds an outbound worker to namespace {namespace}"),
            "say which one is deployed: --outbound NAME=PATH",
        )),
        (Some(one), false) => {
            let more: Vec<_> = found.into_iter().collect();
            let error =
                format!("several outbound workers are bound to namespace {namespace}: {one}, {}", more.join(", "));
            Err(Hinted::usage(error, "say which one: --outbound NAME=PATH"))
        }
    }
}
