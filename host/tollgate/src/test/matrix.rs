//! `test --namespace`: every customer's worker of a namespace against another outbound worker, before it is deployed.
//!
//! Each scenario is run twice with each worker: with the outbound worker that is deployed, and with the other. A scenario
//! fails where it was as expected and is no more; what else differs is told, and for whom. What a customer's worker does not
//! fulfil today says nothing about the new outbound worker: it is idle, and where all is idle nothing was compared; but where
//! it does with the new one, that is told. In a scenario's parameters, `{worker}` is the customer's name.
//!
//! Either outbound worker has what its deploy gives it: a project its own configuration, with the secrets that are kept; a
//! component alone what is deployed. What the host would refuse is refused here, by the same rules: a deploy of the new outbound
//! worker, and a dispatch with a scenario's parameters.

mod bound;
mod company;
mod deployed;
mod summary;

use std::path::Path;
use std::time::Instant;

use tollgate_test::scenario::{Cast, Part, Scenario, Stand};
use tollgate_test::{Lab, Mismatch, Run, Secrets, TestError, Worker};
use tollgate_types::{Declarations, NamespaceName};

use company::Company;
use deployed::{Deployed, Deployment};

use super::components::Components;
use super::scenarios::Read;
use super::{Outcome, Session, Verdict, component, elsewhere, scenarios};
use crate::client::Client;
use crate::report::Hinted;

pub(super) fn run(
    session: &Session<'_>,
    namespace: &NamespaceName,
    outbound: &str,
) -> anyhow::Result<(Vec<Outcome>, Vec<String>)> {
    let Session { options, lab, components, told } = session;
    let Read { scenarios: all, unread } = scenarios::read(options)?;
    unread.iter().for_each(|one| told.outcome(one));
    if all.is_empty() {
        return Ok((unread, Vec::new()));
    }
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
    let metadata = deployed.next(&new.metadata)?;
    let component = deployed.outbound.component().map_err(anyhow::Error::msg)?;
    let now = lab.operators(component)?.configured(&deployed.outbound.metadata)?;
    let new = lab.operators(new.component)?.configured(&metadata)?;
    deployed.fits(&metadata, new.reads())?;
    let secrets = deployed.secrets(&metadata);
    let tries = |customer| all.iter().map(move |scenario| Try { customer, scenario });
    let tries: Vec<_> = deployed.customers.iter().flat_map(tries).collect();
    let both = Both { lab, components, deployed: &deployed, secrets, now, new };
    let run = |one: &Try<'_>| told.patiently(&scenarios::paths(one.scenario), || one.run(&both));
    let outcomes = scenarios::side_by_side(options.jobs, &tries, run, |one| told.outcome(one));
    let line = |customer: &Deployment| {
        let own = tries.iter().zip(&outcomes).filter(|(one, _)| one.customer.name == customer.name);
        summary::line(&customer.name, own.map(|(_, outcome)| outcome))
    };
    let mut summary: Vec<_> = deployed.customers.iter().map(line).collect();
    summary.extend(elsewhere::lines("the deployed outbound worker's", &deployed.outbound.metadata, None));
    summary.extend(elsewhere::lines("the new outbound worker's", &metadata, None));
    Ok(([unread, outcomes].concat(), summary))
}

/// What every try has in common.
struct Both<'a> {
    lab: &'a Lab,
    components: &'a Components,
    deployed: &'a Deployed,
    /// What is deployed under a secret's name.
    secrets: Vec<String>,
    now: Worker,
    new: Worker,
}

/// One scenario with one customer's worker.
struct Try<'a> {
    customer: &'a Deployment,
    scenario: &'a Scenario,
}

type Ran = Result<(Run, Vec<Mismatch>), TestError>;

impl Try<'_> {
    fn run(&self, both: &Both<'_>) -> Outcome {
        let since = Instant::now();
        let name = format!("{} ({})", self.customer.name, self.scenario.name);
        let (verdict, notes) = self.tried(both).unwrap_or_else(|verdict| (verdict, Vec::new()));
        Outcome { suite: scenarios::suite(self.scenario), name, took: since.elapsed(), verdict, notes }
    }

    fn tried(&self, both: &Both<'_>) -> Result<(Verdict, Vec<String>), Verdict> {
        let company = Company::of(self.customer, both.deployed, both.lab, &self.scenario.names())?;
        let cast = Cast {
            user: Some(company.user),
            name: Some(self.customer.name.clone()),
            others: company.others,
            secrets: both.secrets.clone(),
            ..Cast::default()
        };
        let find = |part: &Part| both.components.find(part);
        let secrets = self.scenario.secrets(&find, &cast).map_err(|error| Verdict::Broken(error.to_string()))?;
        let cast = Cast { declared: self.declared(&cast, both).map_err(|verdict| verdict.redacted(&secrets))?, ..cast };
        let with = |outbound: &Worker| -> Ran {
            let cast = Cast { outbound: Some(Stand::Worker(outbound.clone())), ..cast.clone() };
            self.scenario.run(both.lab, &find, &cast)
        };
        let (verdict, notes) = compared(with(&both.now), with(&both.new), &secrets);
        Ok((verdict.redacted(&secrets), notes.iter().map(|note| secrets.redacted(note)).collect()))
    }

    /// What the dispatch declares, where it is the host's: a dispatch worker of the file's own has a binding of its own.
    fn declared(&self, cast: &Cast, both: &Both<'_>) -> Result<Option<Declarations>, Verdict> {
        if self.scenario.has_dispatch() {
            return Ok(None);
        }
        both.deployed.declared(&self.scenario.attached(cast), both.now.reads()).map_err(Verdict::Broken)
    }
}

fn compared(now: Ran, new: Ran, secrets: &Secrets) -> (Verdict, Vec<String>) {
    let ((now, before), (new, after)) = match (now, new) {
        (Ok(now), Ok(new)) => (now, new),
        (Err(error), _) | (_, Err(error)) => return (scenarios::verdict(Err(error)), Vec::new()),
    };
    let changes = new.changes(&now, secrets);
    let notes = match changes.as_str() {
        "" => Vec::new(),
        changes => {
            vec!["changed: - with the deployed outbound worker, + with the new one".to_owned(), changes.to_owned()]
        }
    };
    let told = |differences: Vec<Mismatch>| differences.into_iter().map(|one| one.redacted().to_string()).collect();
    let verdict = match (before.is_empty(), after.is_empty()) {
        (true, true) => Verdict::Passed,
        (true, false) => scenarios::redacted(Ok((new, after)), secrets),
        (false, true) => Verdict::Mended(told(before)),
        (false, false) => Verdict::Idle(told(before)),
    };
    (verdict, notes)
}
