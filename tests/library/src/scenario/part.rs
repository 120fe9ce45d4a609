//! A worker as a scenario file names it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tollgate_types::listed;

use super::file::Ceilings;
use crate::secrets::REDACTED;
use crate::{Lab, TestError, Worker};

/// A component's bytes.
pub type Component = Arc<[u8]>;

/// A component as a file or a project has it.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its bytes.
    pub component: Component,
    /// What its project's `wrangler.toml` says of its deploy, as an upload has it; null where it has none.
    pub metadata: Value,
}

/// A worker: its path, or a table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(from = "Written")]
#[schemars(with = "Written")]
pub struct Part {
    path: PathBuf,
    name: Option<String>,
    variables: BTreeMap<String, Value>,
    secrets: BTreeMap<String, SecretText>,
    services: BTreeMap<String, String>,
    limits: Option<Ceilings>,
}

/// The text of a secret, or where it is.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a text, or `{ env = \"NAME\" }`")]
enum SecretText {
    /// Its text, for a test's eyes: no real one.
    Text(String),
    /// From the environment.
    Environment(Environment),
}

/// A secret that is not written down.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Environment {
    /// The environment's variable that has its text.
    env: String,
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str(REDACTED),
            Self::Environment(variable) => variable.fmt(f),
        }
    }
}

/// Gives the text of a variable of the environment. Who runs the scenarios reads it, or nobody does.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

#[derive(JsonSchema)]
#[schemars(untagged)]
enum Written {
    /// A component, or a folder with a `wrangler.toml`: its path, from the file's own folder.
    Path(PathBuf),
    /// With what a deploy says.
    Table(Table),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Table {
    /// A component, or a folder with a `wrangler.toml`: its path, from the file's own folder.
    worker: PathBuf,
    /// The name of a customer's worker; `user` if not said.
    name: Option<String>,
    /// Variables: text as it is, anything else as JSON.
    #[serde(default)]
    variables: BTreeMap<String, Value>,
    /// Secrets: each a text, for a test's eyes and no real one, or `{ env = "NAME" }`, of the environment.
    #[serde(default)]
    secrets: BTreeMap<String, SecretText>,
    /// Service bindings of a customer's worker: the names of other workers in `more`, by the bindings' names.
    #[serde(default)]
    services: BTreeMap<String, String>,
    /// Limits of the worker's own.
    limits: Option<Ceilings>,
}

/// By what it is, so that an error within a table is told as it is.
impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PathOrTable)
    }
}

struct PathOrTable;

impl<'de> Visitor<'de> for PathOrTable {
    type Value = Written;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a path, or a table of `worker`, `name`, `variables`, `secrets`, `services` and `limits`")
    }

    fn visit_str<E>(self, path: &str) -> Result<Written, E> {
        Ok(Written::Path(path.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Written, A::Error> {
        Table::deserialize(MapAccessDeserializer::new(table)).map(Written::Table)
    }
}

impl From<Written> for Part {
    fn from(written: Written) -> Self {
        match written {
            Written::Path(path) => {
                let (variables, secrets, services) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
                Self { path, name: None, variables, secrets, services, limits: None }
            }
            Written::Table(Table { worker, name, variables, secrets, services, limits }) => {
                Self { path: worker, name, variables, secrets, services, limits }
            }
        }
    }
}

impl Part {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name of a customer's worker.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("user")
    }

    /// Its variables.
    pub fn variables(&self) -> &BTreeMap<String, Value> {
        &self.variables
    }

    /// The texts of its secrets.
    pub(super) fn secrets(&self) -> impl Iterator<Item = (&str, &str)> {
        self.secrets.iter().filter_map(|(name, text)| match text {
            SecretText::Text(text) => Some((name.as_str(), text.as_str())),
            SecretText::Environment(_) => None,
        })
    }

    /// With its secrets from the environment. What is not there is told: the secret's name, and the variable's.
    pub(super) fn resolved(&mut self, env: Env<'_>) -> Result<(), (String, String)> {
        for (name, text) in &mut self.secrets {
            if let SecretText::Environment(Environment { env: variable }) = text {
                // An empty one is what a CI gives for a secret that it does not have.
                let found = env(variable).filter(|text| !text.is_empty());
                let found = found.ok_or_else(|| (name.clone(), variable.clone()))?;
                *text = SecretText::Text(found);
            }
        }
        Ok(())
    }

    /// The first key of a customer's worker that is said of it.
    pub(super) fn customers_key(&self) -> Option<&'static str> {
        let said = [("name", self.name.is_some()), ("services", !self.services.is_empty())];
        said.into_iter().find(|(_, said)| *said).map(|(key, _)| key)
    }

    /// From the folder that the file is in.
    pub(super) fn in_folder(&mut self, folder: &Path) {
        self.path = folder.join(&self.path);
    }

    /// The customer's worker that was found for it; where it can be none, its path is told.
    pub(super) fn customers(&self, found: Found, lab: &Lab) -> Result<Worker, TestError> {
        let worker = lab.user(found.component).and_then(|worker| {
            self.bound(&found.metadata)?;
            self.deployed(worker, &found.metadata)
        });
        worker.map_err(|error| self.refused(&error))
    }

    /// The operator's worker that was found for it. What its project binds is not here, and nothing in a file could stand for
    /// it: a request that goes there fails.
    pub(super) fn operators(&self, found: Found, lab: &Lab) -> Result<Worker, TestError> {
        let worker = lab.operators(found.component).and_then(|worker| self.deployed(worker, &found.metadata));
        worker.map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &TestError) -> TestError {
        TestError::Refused(format!("{}: {error}", self.path.display()))
    }

    /// With what its project says of its deploy, and in front of it what the file says.
    pub(super) fn deployed(&self, worker: Worker, metadata: &Value) -> Result<Worker, TestError> {
        let worker = worker.configured(metadata)?;
        let worker = match self.limits {
            Some(limits) => worker.limits(limits.into()),
            None => worker,
        };
        let worker =
            self.variables.iter().try_fold(worker, |worker, (name, value)| worker.variable(name, value.clone()))?;
        let worker = self.secrets().try_fold(worker, |worker, (name, text)| worker.secret(name, text))?;
        self.services.iter().try_fold(worker, |worker, (name, service)| worker.service(name, service))
    }

    /// That each service binding of its project leads to somebody here.
    fn bound(&self, metadata: &Value) -> Result<(), TestError> {
        let services = listed(metadata).filter(|one| one.get("type").is_some_and(|kind| kind == "service"));
        let names = services.filter_map(|one| one.get("name").and_then(Value::as_str));
        match names.into_iter().find(|name| !self.services.contains_key(*name)) {
            None => Ok(()),
            Some(name) => Err(TestError::Refused(format!(
                "its binding {name} leads to a service: say which worker of `more` it is, with `services = {{ {name} = \"…\" }}`"
            ))),
        }
    }
}
