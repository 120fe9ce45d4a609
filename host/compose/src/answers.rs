//! What a generated component answers in a running host's place, function by function.

use std::collections::BTreeMap;

use tollgate_types::{Declaration, ParameterName, is_parameters};
use wit_parser::{Function, Resolve};

use crate::bindings;
use crate::constant::Constant;
use crate::parameters::Given;
use crate::sockets;

/// How a generated function answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// The same to everybody.
    Always(Constant),
    /// What stands under the name that it is asked for.
    ByName { table: Vec<(String, Constant)>, otherwise: Constant, spelling: Spelling },
    /// A new handle of a resource that nothing can be done with.
    Handle,
    /// By a value whose open text the name ends that is asked for. The handle behind the name is dropped.
    Refusal(Constant),
    /// Not at all: it ends the instance.
    Trap,
}

/// Which texts are one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Those that are equal.
    Exact,
    /// Those that are equal with `-` for `_`.
    Dashes,
}

/// What is fixed for one of the two workers.
#[derive(Debug)]
pub(crate) struct Answers<'a> {
    /// JSON text.
    pub(crate) props: String,
    pub(crate) variables: &'a BTreeMap<String, String>,
    pub(crate) parameters: Given,
}

impl Answers<'_> {
    /// None where the function is not known.
    pub(crate) fn answer(&self, resolve: &Resolve, import: &str, function: &Function) -> Option<Answer> {
        let interface = import.split('@').next().unwrap_or_default();
        Some(match (interface, function.name.as_str()) {
            ("tollgate:platform/invocation", "props") => Answer::Always(Constant::text(&self.props)),
            ("tollgate:platform/invocation", "fail") => Answer::Trap,
            ("tollgate:platform/bindings", "all") => Answer::Always(bindings::all(self.variables)),
            ("tollgate:platform/bindings", "kind") => bindings::kind(self.variables),
            ("tollgate:platform/bindings", "fetch") => bindings::fetch(resolve, function)?,
            ("tollgate:platform/parameters", "get") => self.parameter(),
            ("tollgate:platform/parameters", "all") => Answer::Always(self.parameters()),
            ("wasi:config/store", "get") => self.variable(),
            ("wasi:config/store", "get-all") => Answer::Always(Constant::with("ok", self.variables())),
            ("wasi:cli/environment", "get-environment") => Answer::Always(self.variables()),
            ("wasi:cli/environment", "get-arguments") => Answer::Always(Constant::List(Vec::new())),
            // 0.2's name, and 0.3's.
            ("wasi:cli/environment", "initial-cwd" | "get-initial-cwd") => Answer::Always(Constant::option(None)),
            _ if interface.starts_with("wasi:sockets/") => sockets::answer(resolve, function),
            (own, name) if is_parameters(own) => Answer::Always(self.typed(name)?),
            _ => return None,
        })
    }

    fn parameter(&self) -> Answer {
        let some = |json| Constant::option(Some(Constant::generic(json)));
        // What is folded in the table is folded in what is asked for, too.
        let entry = |(name, json): (&ParameterName, _)| (name.as_str().replace('_', "-"), some(json));
        let table = self.parameters.values.iter().map(entry).collect();
        Answer::ByName { table, otherwise: Constant::option(None), spelling: Spelling::Dashes }
    }

    fn parameters(&self) -> Constant {
        let pair = |(name, json): (&ParameterName, _)| pair(name.as_str(), Constant::generic(json));
        Constant::List(self.parameters.values.iter().map(pair).collect())
    }

    fn typed(&self, name: &str) -> Option<Constant> {
        let Declaration { kind, .. } = self.parameters.reads.iter().find(|read| read.name.as_str() == name)?;
        match self.parameters.values.get(name) {
            Some(value) => Constant::typed(kind, value),
            None => kind.optional().then(|| Constant::option(None)),
        }
    }

    fn variable(&self) -> Answer {
        let found = |some| Constant::with("ok", Constant::option(some));
        let table = self.variables.iter().map(|(name, value)| (name.clone(), found(Some(Constant::text(value)))));
        Answer::ByName { table: table.collect(), otherwise: found(None), spelling: Spelling::Exact }
    }

    fn variables(&self) -> Constant {
        Constant::List(self.variables.iter().map(|(name, value)| pair(name, Constant::text(value))).collect())
    }
}

pub(crate) fn pair(name: &str, value: Constant) -> Constant {
    Constant::Fields(vec![Constant::text(name), value])
}
