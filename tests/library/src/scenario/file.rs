//! The shape of a scenario file. Its JSON schema, for editors, comes from these types.

mod fault;
mod message;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use fault::Planned;
use message::{Message, Rule};

use super::part::{Env, Part};
use crate::secrets::FEWEST;
use crate::{Expect, Limits, TestError};

/// Why a scenario file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// It cannot be read.
    #[error("{} could not be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It is no scenario file. The text says where, and what was expected.
    #[error("{} is not a scenario file: {reason}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A secret is not in the environment.
    #[error("{}: {at}: expected its text in the environment variable {variable}, found none", path.display())]
    Environment {
        /// The file.
        path: PathBuf,
        /// The secret's key.
        at: String,
        /// The variable.
        variable: String,
    },
    /// What was recorded for it cannot be used.
    #[error("{} is not a cassette, and may be recorded anew once it is gone: {reason}", path.display())]
    Cassette {
        /// The cassette.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl ScenarioError {
    pub(super) fn cassette(path: PathBuf, error: TestError) -> Self {
        let reason = match error {
            TestError::Setup { reason, .. } => reason,
            other => other.to_string(),
        };
        Self::Cassette { path, reason }
    }
}

/// A scenario file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Tollgate scenarios")]
pub(super) struct File {
    /// The workers.
    #[serde(default)]
    pub(super) workers: Workers,
    /// Parameters for the outbound worker, where no dispatch worker gives them.
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, Value>,
    /// Props for the customer's worker, where no dispatch worker gives them.
    pub(super) props: Option<Value>,
    /// What the origin replies: the first rule that fits.
    #[serde(default)]
    pub(super) origin: Vec<Rule>,
    /// The scenarios.
    pub(super) scenario: Vec<Scenario>,
}

/// Who plays which part.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Workers {
    /// The customer's worker. Without one, requests go to the outbound worker, as if a customer's worker had sent them.
    pub(super) user: Option<Part>,
    /// Customers' workers beside it.
    #[serde(default)]
    pub(super) more: Vec<Part>,
    /// The outbound worker.
    #[schemars(extend("not" = { "type": "object", "anyOf": [{ "required": ["name"] }, { "required": ["services"] }] }))]
    pub(super) outbound: Option<Part>,
    /// The dispatch worker.
    pub(super) dispatch: Option<Dispatch>,
}

/// A dispatch worker, and its binding to the customers' workers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Dispatch {
    /// The worker.
    #[schemars(extend("not" = { "type": "object", "anyOf": [{ "required": ["name"] }, { "required": ["services"] }] }))]
    pub(super) worker: Part,
    /// The name of the binding.
    pub(super) binding: String,
    /// What the binding declares, as in `wrangler.toml`: names, or names with types.
    #[serde(default = "none")]
    pub(super) parameters: Value,
}

fn none() -> Value {
    Value::Array(Vec::new())
}

/// One request, and what is expected of it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    /// Its name.
    pub(super) name: String,
    /// The request.
    pub(super) request: Message,
    /// Parameters beside the file's, or in their place.
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, Value>,
    /// Props in place of the file's.
    pub(super) props: Option<Value>,
    /// Limits for the dispatch.
    #[schemars(with = "Option<Ceilings>")]
    pub(super) limits: Option<Limits>,
    /// Rules of the origin, before the file's.
    #[serde(default)]
    pub(super) origin: Vec<Rule>,
    /// What goes wrong.
    #[serde(default)]
    pub(super) fault: Vec<Planned>,
    /// Another seed: other random numbers.
    #[serde(default)]
    pub(super) seed: u64,
    /// The time on the wall when the run begins, in seconds since 1970-01-01T00:00Z.
    pub(super) begins_at_unix_s: Option<u64>,
    /// What is expected.
    pub(super) expect: Expect,
}

/// Ceilings, as in a `wrangler.toml`.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Ceilings {
    /// CPU time, in milliseconds.
    cpu_ms: Option<u64>,
    /// Time on the clock, in milliseconds.
    wall_ms: Option<u64>,
    /// Bytes of all memories and tables.
    memory_bytes: Option<u64>,
    /// Requests that the worker may send.
    subrequests: Option<u64>,
}

impl From<Ceilings> for Limits {
    fn from(Ceilings { cpu_ms, wall_ms, memory_bytes, subrequests }: Ceilings) -> Self {
        Self { cpu_ms, wall_ms, memory_bytes, subrequests, ..Self::default() }
    }
}

/// The JSON schema of a scenario file.
pub fn schema() -> Value {
    schemars::schema_for!(File).to_value()
}

impl Workers {
    /// All of them, each with its place in the file.
    fn parts(&mut self) -> impl Iterator<Item = (String, &mut Part)> {
        let more = self.more.iter_mut().enumerate().map(|(place, part)| (format!("more[{place}]"), part));
        let own = [("user", self.user.as_mut()), ("outbound", self.outbound.as_mut())];
        let own = own.into_iter().filter_map(|(place, part)| Some((place.to_owned(), part?)));
        let dispatch = self.dispatch.iter_mut().map(|one| ("dispatch.worker".to_owned(), &mut one.worker));
        own.chain(more).chain(dispatch)
    }

    fn named_alike(&self) -> Option<&str> {
        let names: Vec<_> = self.user.iter().chain(&self.more).map(Part::name).collect();
        twice(&names)
    }
}

/// What stands in a list for the second time.
fn twice<'a>(names: &[&'a str]) -> Option<&'a str> {
    let again = |place: &usize, name: &&str| names.iter().take(*place).any(|other| other == name);
    names.iter().enumerate().find(|(place, name)| again(place, name)).map(|(_, name)| *name)
}

impl File {
    pub(super) fn read(path: &Path, origin: &str, env: Env<'_>) -> Result<Self, ScenarioError> {
        let unreadable = |source| ScenarioError::Unreadable { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(unreadable)?.replace("{origin}", origin);
        let shape = |reason: String| ScenarioError::Shape { path: path.to_owned(), reason };
        let mut file: Self = toml::from_str(&text).map_err(|error| shape(mistake(&text, &error)))?;
        // Where there is a value of any type, what JSON does not have comes through as what nobody wrote.
        let table: toml::Table = toml::from_str(&text).map_err(|error| shape(mistake(&text, &error)))?;
        if let Some((at, reason)) = no_json(&toml::Value::Table(table)) {
            return Err(shape(format!("{at}: {reason}")));
        }
        if let Some(reason) = file.wrong() {
            return Err(shape(reason));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        for (place, part) in file.workers.parts() {
            part.in_folder(folder);
            part.resolved(env).map_err(|(name, variable)| {
                let at = format!("workers.{place}.secrets.{name}");
                ScenarioError::Environment { path: path.to_owned(), at, variable }
            })?;
            if let Some((name, text)) = part.secrets().find(|(_, text)| text.len() < FEWEST) {
                let found = text.len();
                return Err(shape(format!(
                    "workers.{place}.secrets.{name}: expected {FEWEST} bytes or more, which can be told from other text, found {found}"
                )));
            }
        }
        Ok(file)
    }

    /// What is wrong with it although its shape is right.
    fn wrong(&self) -> Option<String> {
        let Workers { user, more, outbound, dispatch } = &self.workers;
        if let Some(name) = self.twice() {
            return Some(format!("two scenarios are named {name:?}"));
        }
        if let Some(idle) = self.scenario.iter().find(|one| one.expect.is_empty()) {
            return Some(format!("scenario {:?} expects nothing: say `expect = {{ … }}`", idle.name));
        }
        let strange = |one: &Scenario| {
            let (at, expected, found) = one.expect.wrong()?;
            Some(format!("scenario {:?}: expect{at}: expected {expected}, found {found:?}", one.name))
        };
        if let Some(reason) = self.scenario.iter().find_map(strange) {
            return Some(reason);
        }
        if let Some(name) = self.workers.named_alike() {
            return Some(format!("workers: two customers' workers are named {name:?}: give each a `name`"));
        }
        if dispatch.is_none() && !more.is_empty() && user.is_none() {
            return Some("workers.more: expected a worker `user` beside them".to_owned());
        }
        let operators = [("outbound", outbound.as_ref()), ("dispatch", dispatch.as_ref().map(|one| &one.worker))];
        operators.into_iter().find_map(|(place, part)| {
            let key = part?.customers_key()?;
            Some(format!("workers.{place}.{key}: only a customer's worker has it here, `user` or one of `more`"))
        })
    }

    fn twice(&self) -> Option<&str> {
        let names: Vec<_> = self.scenario.iter().map(|one| one.name.as_str()).collect();
        twice(&names)
    }
}

/// What is wrong with a text that is none of the right shape, and where. Neither its line nor a value is shown: there may be a
/// secret in both.
fn mistake(text: &str, error: &toml::de::Error) -> String {
    let reason = without_found(error.message());
    let Some(before) = error.span().and_then(|span| text.get(..span.start)) else { return reason };
    let (line, column) =
        (before.split('\n').count(), before.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
    format!("line {line}, column {column}: {reason}")
}

/// A message of serde's without the value that it quotes: ``invalid type: string "…", expected a map``.
fn without_found(message: &str) -> String {
    let parts = message.rsplit_once(", expected ").filter(|_| message.starts_with("invalid "));
    let Some((found, expected)) = parts else { return message.to_owned() };
    let kind = found.split(['"', '`']).next().unwrap_or_default().trim_end();
    format!("{kind}, expected {expected}")
}

/// The first value that JSON does not have: where it is, and what is wrong with it.
fn no_json(value: &toml::Value) -> Option<(String, String)> {
    let within = |key: String, value| {
        no_json(value).map(|(at, reason)| {
            (if at.is_empty() || at.starts_with('[') { key + &at } else { format!("{key}.{at}") }, reason)
        })
    };
    match value {
        toml::Value::Datetime(date) => {
            let reason = format!("expected a text, as JSON has no dates, found the date {date}: put it in quotes");
            Some((String::new(), reason))
        }
        toml::Value::Float(number) if !number.is_finite() => {
            Some((String::new(), format!("expected a finite number, as JSON has no other, found {number}")))
        }
        toml::Value::Array(list) => list.iter().enumerate().find_map(|(at, one)| within(format!("[{at}]"), one)),
        toml::Value::Table(table) => table.iter().find_map(|(key, one)| within(key.clone(), one)),
        _ => None,
    }
}
