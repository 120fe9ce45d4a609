//! `test --namespace`: every customer's worker of a namespace against another outbound worker, before it is deployed.
//!
//! Each scenario is run twice with each worker: with the outbound worker that is deployed, and with the other. A scenario
//! fails where it was as expected and is no more; what else differs is told, and for whom. What a customer's worker does not
//! fulfil today says nothing about the new outbound worker: it is idle, and where all is idle nothing was compared. In a
//! scenario's parameters, `{worker}` is the customer's name.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};
use tollgate_test::scenario::{Cast, Scenario, Stand};
use tollgate_test::{Lab, Mismatch, Run, Secrets, TestError, Worker, is_secret};
use tollgate_types::{Declarations, DispatchNamespace, NamespaceName, OutboundBinding};

use super::components::Components;
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
    if let Some(alone) = all.iter().find(|scenario| !scenario.has_user()) {
        let error =
            format!("{}: no customer's worker, whose place those of the namespace could take", scenarios::suite(alone));
        return Err(Hinted::usage(error, "say `[workers] user = …`"));
    }
    let (name, path) = match outbound.split_once('=') {
        Some((name, path)) => (Some(name), path),
        None => (None, outbound),
    };
    let new = component(components, Path::new(path))?;
    let client = Client::new(options.host.clone())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let deployed = runtime.block_on(Deployed::read(&client, namespace, name))?;
    let metadata = &deployed.outbound.metadata;
    let now = lab.operators(deployed.outbound.component.clone())?.configured(metadata)?;
    let new = lab.operators(new.component)?.configured(metadata)?;
    let secrets = Secrets::new(Vec::new(), deployed.secrets())?;
    for declared in &deployed.declared {
        let agreed = declared.agree(&deployed.outbound.name, new.reads());
        agreed.map_err(|error| Hinted::refused(format!("the deploy would be refused: {error}"), ""))?;
    }
    let tries = |customer| all.iter().map(move |scenario| Try { customer, scenario });
    let tries: Vec<_> = deployed.customers.iter().flat_map(tries).collect();
    let outcomes = scenarios::side_by_side(options.jobs, &tries, |one| {
        let outcome = one.run(lab, components, &now, &new);
        let notes = outcome.notes.iter().map(|note| secrets.redacted(note)).collect();
        Outcome { verdict: outcome.verdict.redacted(&secrets), notes, ..outcome }
    });
    let told = |customer: &Deployment| {
        let own = tries.iter().zip(&outcomes).filter(|(one, _)| one.customer.name == customer.name);
        summary(&customer.name, own.map(|(_, outcome)| outcome))
    };
    let summary = deployed.customers.iter().map(told).collect();
    Ok((outcomes, summary))
}

/// What changes for one customer, on one line.
fn summary<'a>(customer: &str, outcomes: impl Iterator<Item = &'a Outcome>) -> String {
    let (mut all, mut changed, mut failed, mut other) = (0, 0, 0, 0);
    for outcome in outcomes {
        all += 1;
        changed += usize::from(!outcome.notes.is_empty());
        match outcome.verdict {
            Verdict::Passed => {}
            Verdict::Failed { .. } => failed += 1,
            Verdict::Broken(_) | Verdict::Idle(_) => other += 1,
        }
    }
    let idle = if other == 0 { String::new() } else { format!("; {other} say nothing") };
    match changed {
        0 if other == all => format!("{customer}: nothing was compared: none of {all} scenarios is as expected today"),
        0 => format!("{customer}: nothing changes in {} scenarios{idle}", all - other),
        _ => format!("{customer}: {changed} of {all} scenarios change, {failed} are not as expected any more{idle}"),
    }
}

/// One scenario with one customer's worker.
struct Try<'a> {
    customer: &'a Deployment,
    scenario: &'a Scenario,
}

type Ran = Result<(Run, Vec<Mismatch>), TestError>;

impl Try<'_> {
    fn run(&self, lab: &Lab, components: &Components, now: &Worker, new: &Worker) -> Outcome {
        let since = Instant::now();
        let name = format!("{} ({})", self.customer.name, self.scenario.name);
        let (verdict, notes) = match self.customer.worker(lab) {
            Err(reason) => (Verdict::Broken(reason), Vec::new()),
            Ok(user) => {
                let with = |outbound: &Worker| self.with(lab, components, &user, outbound);
                compared(with(now), with(new))
            }
        };
        Outcome { suite: scenarios::suite(self.scenario), name, took: since.elapsed(), verdict, notes }
    }

    fn with(&self, lab: &Lab, components: &Components, user: &Worker, outbound: &Worker) -> Ran {
        let outbound = Some(Stand::Worker(outbound.clone()));
        let name = Some(self.customer.name.clone());
        let cast = Cast { user: Some(user.clone()), name, outbound, recorder: None };
        self.scenario.run(lab, &|part| components.find(part), &cast)
    }
}

fn compared(now: Ran, new: Ran) -> (Verdict, Vec<String>) {
    let ((now, before), (new, after)) = match (now, new) {
        (Ok(now), Ok(new)) => (now, new),
        (Err(error), _) | (_, Err(error)) => return (scenarios::verdict(Err(error)), Vec::new()),
    };
    let changes = new.changes(&now);
    let notes = match changes.as_str() {
        "" => Vec::new(),
        changes => {
            vec!["changed: - with the deployed outbound worker, + with the new one".to_owned(), changes.to_owned()]
        }
    };
    let verdict = match (before.is_empty(), after.is_empty()) {
        (true, true) => Verdict::Passed,
        (true, false) => scenarios::verdict(Ok((new, after))),
        (false, _) => Verdict::Idle(before.iter().map(ToString::to_string).collect()),
    };
    (verdict, notes)
}

/// What a host has.
struct Deployed {
    customers: Vec<Deployment>,
    outbound: Deployment,
    /// What bindings declare for the outbound worker, each in a dispatch worker.
    declared: Vec<Declarations>,
}

/// A worker that is deployed.
struct Deployment {
    name: String,
    component: Vec<u8>,
    /// Its bindings, as an upload has them.
    metadata: Value,
}

impl Deployed {
    async fn read(client: &Client, namespace: &NamespaceName, outbound: Option<&str>) -> anyhow::Result<Self> {
        let inside = format!("dispatch/namespaces/{namespace}/scripts");
        let mut customers = Vec::new();
        for name in names(client, &inside).await? {
            customers.push(Deployment::read(client, &inside, name).await?);
        }
        if customers.is_empty() {
            return Err(Hinted::refused(format!("namespace {namespace} has no workers"), ""));
        }
        let bound = bound(client, namespace).await?;
        let name = match outbound {
            Some(name) => name.to_owned(),
            None => only(namespace, &bound)?,
        };
        let ours = bound.into_iter().filter(|one| one.service.as_str() == name);
        let declared = ours.map(|one| one.parameters).collect();
        Ok(Self { customers, outbound: Deployment::read(client, "scripts", name).await?, declared })
    }
}

impl Deployed {
    /// The texts of variables that are called like a secret.
    fn secrets(&self) -> Vec<String> {
        let bindings = self.customers.iter().chain([&self.outbound]).flat_map(Deployment::bindings);
        let named = bindings.filter(|one| one.get("name").and_then(Value::as_str).is_some_and(is_secret));
        let texts = named.filter_map(|one| one.get("text").or(one.get("json"))?.as_str());
        texts.map(str::to_owned).collect()
    }
}

impl Deployment {
    async fn read(client: &Client, scripts: &str, name: String) -> anyhow::Result<Self> {
        let path = |what: &str| format!("{scripts}/{name}/{what}");
        let component = client.bytes(client.request(Method::GET, &path("content"))).await?;
        let bindings = client.send(client.request(Method::GET, &path("bindings"))).await?;
        Ok(Self { name, component, metadata: json!({ "bindings": bindings }) })
    }

    fn bindings(&self) -> impl Iterator<Item = &Value> {
        self.metadata.get("bindings").and_then(Value::as_array).into_iter().flatten()
    }

    /// The worker, as far as it can be had here. One that is bound to what is not here is none: it would fail alike with either
    /// outbound worker, and seem unchanged.
    fn worker(&self, lab: &Lab) -> Result<Worker, String> {
        let elsewhere = |kind: &str| matches!(kind, "service" | "mtls_certificate" | "dispatch_namespace");
        let text = |binding: &Value, key: &str| binding.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(binding) = self.bindings().find(|binding| elsewhere(&text(binding, "type"))) {
            return Err(format!("its binding {:?} leads to what is not here", text(binding, "name")));
        }
        let worker = lab.user(self.component.clone()).and_then(|worker| worker.configured(&self.metadata));
        worker.map_err(|error| error.to_string())
    }
}

async fn names(client: &Client, scripts: &str) -> anyhow::Result<Vec<String>> {
    let list = client.send(client.request(Method::GET, scripts)).await?;
    let names = list.as_array().into_iter().flatten().filter_map(|one| one.get("id")?.as_str().map(str::to_owned));
    Ok(names.collect())
}

/// The outbound workers that dispatch workers bind to a namespace.
async fn bound(client: &Client, namespace: &NamespaceName) -> anyhow::Result<Vec<OutboundBinding>> {
    let mut found = Vec::new();
    for name in names(client, "scripts").await? {
        let bindings = client.send(client.request(Method::GET, &format!("scripts/{name}/bindings"))).await?;
        for one in bindings.as_array().into_iter().flatten() {
            if one.get("type").is_some_and(|kind| kind == "dispatch_namespace") {
                let (_, binding) = DispatchNamespace::from_wire(&name, one)?;
                found.extend(binding.outbound.filter(|_| binding.namespace == *namespace));
            }
        }
    }
    Ok(found)
}

/// The only one of them.
fn only(namespace: &NamespaceName, bound: &[OutboundBinding]) -> anyhow::Result<String> {
    let names: BTreeSet<_> = bound.iter().map(|one| one.service.to_string()).collect();
    let all: Vec<_> = names.into_iter().collect();
    match all.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(Hinted::refused(
            format!("no dispatch worker binds an outbound worker to namespace {namespace}"),
            "say which one is deployed: --outbound NAME=PATH",
        )),
        several => {
            let error = format!("several outbound workers are bound to namespace {namespace}: {}", several.join(", "));
            Err(Hinted::usage(error, "say which one: --outbound NAME=PATH"))
        }
    }
}
