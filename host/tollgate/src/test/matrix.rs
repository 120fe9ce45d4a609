//! `test --namespace`: every customer's worker of a namespace against another outbound worker, before it is deployed.
//!
//! Each scenario is run twice with each worker: with the outbound worker that is deployed, and with the other. A scenario
//! fails where it was as expected and is no more; what else differs is told, and for whom. What a customer's worker does not
//! fulfil today says nothing about the new outbound worker: it is idle, and where all is idle nothing was compared. In a
//! scenario's parameters, `{worker}` is the customer's name.

mod deployed;

use std::path::Path;
use std::time::Instant;

use tollgate_test::scenario::{Cast, Scenario, Stand};
use tollgate_test::{Lab, Mismatch, Run, Secrets, TestError, Worker};
use tollgate_types::NamespaceName;

use deployed::{Deployed, Deployment};

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
