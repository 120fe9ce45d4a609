//! Which packages use types of which. WIT puts them in an order, so that none of them may need itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{Indescribable, Scope};
use crate::excerpt;

/// Packages, by name and version, each with those whose types it uses.
#[derive(Default)]
pub(super) struct Packages(BTreeMap<String, BTreeSet<String>>);

impl Packages {
    /// Notes the package of an interface.
    pub(super) fn add(&mut self, interface: &str) {
        self.0.entry(package(interface)).or_default();
    }

    /// Notes that a scope uses a type of another.
    pub(super) fn uses(&mut self, scope: &Scope, owner: Option<&Scope>) -> Result<(), Indescribable> {
        let Scope::Interface(user) = scope else { return Ok(()) };
        match owner {
            None => {}
            Some(Scope::Interface(used)) if package(used) == package(user) => {}
            Some(Scope::Interface(used)) => {
                self.0.entry(package(user)).or_default().insert(package(used));
            }
            Some(Scope::World | Scope::Plain { .. }) => return Err(Indescribable::Unpackaged(excerpt(user))),
        }
        Ok(())
    }

    /// Whether they have an order. Takes away, again and again, the packages that need no other. The error names one of the rest.
    pub(super) fn acyclic(mut self) -> Result<(), String> {
        loop {
            let free: BTreeSet<_> =
                self.0.iter().filter(|(_, uses)| uses.is_empty()).map(|(one, _)| one.clone()).collect();
            if free.is_empty() {
                return self.0.into_keys().next().map_or(Ok(()), |one| Err(excerpt(&one)));
            }
            self.0.retain(|one, _| !free.contains(one));
            self.0.values_mut().for_each(|uses| uses.retain(|one| !free.contains(one)));
        }
    }
}

/// `a:b@1.0.0` of `a:b/c@1.0.0`.
fn package(interface: &str) -> String {
    let (package, rest) = interface.split_once('/').unwrap_or((interface, ""));
    match rest.split_once('@') {
        None => package.to_owned(),
        Some((_, version)) => format!("{package}@{version}"),
    }
}
