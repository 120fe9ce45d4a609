//! A customer's worker as a composition has it: with the workers of its namespace that it calls, each by a name of its own.

use std::collections::BTreeMap;

use serde_json::Value;
use tollgate_test::{Lab, Worker};
use tollgate_types::{BindingName, Service, listed};

use super::super::Verdict;
use super::deployed::{Deployed, Deployment};

/// A customer's worker, and those that it calls.
pub(super) struct Company {
    pub(super) user: Worker,
    pub(super) others: Vec<(String, Worker)>,
}

impl Company {
    /// As far as it can be had here. `taken` are names that a scenario gives, the first to the customer's worker itself.
    ///
    /// A worker that is bound to what is not here is not tried: it would fail alike with either outbound worker, and seem
    /// unchanged.
    pub(super) fn of(customer: &Deployment, deployed: &Deployed, lab: &Lab, taken: &[String]) -> Result<Self, Verdict> {
        let own = taken.first().cloned().unwrap_or_else(|| customer.name.clone());
        let mut names = BTreeMap::from([(customer.name.as_str(), own)]);
        let (mut wanted, mut members) = (vec![customer], Vec::new());
        while let Some(one) = wanted.pop() {
            let calls = calls(one, deployed)?;
            for (_, callee) in &calls {
                if !names.contains_key(callee.name.as_str()) {
                    names.insert(&callee.name, free(&callee.name, taken, &names));
                    wanted.push(callee);
                }
            }
            members.push((one, calls));
        }
        let worker = |(one, calls): &(&Deployment, Vec<(BindingName, &Deployment)>)| {
            let worker = lab.user(one.component()?).and_then(|worker| worker.configured(&one.metadata));
            let bound = calls.iter().try_fold(worker.map_err(text)?, |worker, (binding, callee)| {
                let name = names.get(callee.name.as_str()).unwrap_or(&callee.name);
                worker.service(binding.as_str(), name).map_err(text)
            })?;
            Ok((names.get(one.name.as_str()).unwrap_or(&one.name).clone(), bound))
        };
        let all = members.iter().map(worker).collect::<Result<Vec<_>, String>>().map_err(Verdict::Broken)?;
        let mut all = all.into_iter();
        let (_, user) = all.next().ok_or_else(|| Verdict::Broken("no worker".to_owned()))?;
        Ok(Self { user, others: all.collect() })
    }
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

/// A name that nobody has.
fn free(name: &str, taken: &[String], names: &BTreeMap<&str, String>) -> String {
    let mut name = name.to_owned();
    while taken.contains(&name) || names.values().any(|other| *other == name) {
        name.push('_');
    }
    name
}

/// The workers of its namespace that a worker is bound to.
fn calls<'a>(one: &Deployment, deployed: &'a Deployed) -> Result<Vec<(BindingName, &'a Deployment)>, Verdict> {
    let mut found = Vec::new();
    for binding in listed(&one.metadata) {
        match binding.get("type").and_then(Value::as_str) {
            Some("service") => found.push(called(binding, deployed).ok_or_else(|| untried(one, binding))?),
            Some("mtls_certificate" | "dispatch_namespace") => return Err(untried(one, binding)),
            _ => {}
        }
    }
    Ok(found)
}

fn called<'a>(binding: &Value, deployed: &'a Deployed) -> Option<(BindingName, &'a Deployment)> {
    let (name, Service { service, dispatch_namespace }) = Service::from_wire("binding", binding).ok()?;
    let here = dispatch_namespace? == deployed.namespace;
    let callee = deployed.customers.iter().find(|one| here && one.name == service.as_str());
    callee.map(|callee| (name, callee))
}

fn untried(one: &Deployment, binding: &Value) -> Verdict {
    let text = |key: &str| binding.get(key).and_then(Value::as_str).unwrap_or_default();
    let (kind, name) = (text("type"), text("name"));
    Verdict::Untried(format!("the binding {name:?} ({kind}) of {} leads to what is not here", one.name))
}
