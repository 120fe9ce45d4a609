//! Scenario files: compositions and what is expected of them, as TOML, with the powers of the library.
//!
//! A file names workers, parameters and an origin for all of its scenarios; each scenario sends one request and may say more.
//! `{origin}` stands for the scripted origin's scheme and authority, so that the same file is good for an origin on a socket.
//!
//! ```
//! use tollgate_test::Lab;
//! use tollgate_test::scenario::{Cast, Found, ORIGIN, Scenario};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("user.test.toml");
//! # let guests = std::fs::canonicalize("../../target/guests/wasm32-wasip2/release")?;
//! # let user = guests.join("test_user.wasm");
//! # let lab = Lab::in_folder("../../target/compiled-for-tests")?;
//! let text = format!(
//!     r#"
//!     workers.user = {user:?}
//!     [[scenario]]
//!     name = "it greets"
//!     request.url = "http://user.test/hello"
//!     expect = {{ body = "hello", origin = [] }}
//!     "#
//! );
//! std::fs::write(&path, text)?;
//! for scenario in Scenario::read(&path, ORIGIN)? {
//!     // Who has projects builds them here.
//!     let find = |part: &tollgate_test::scenario::Part| {
//!         let component = std::fs::read(part.path()).unwrap().into();
//!         Ok(Found { component, metadata: serde_json::Value::Null })
//!     };
//!     let (_run, differences) = scenario.run(&lab, &find, &Cast::default())?;
//!     assert_eq!(differences, []);
//! }
//! # Ok(())
//! # }
//! ```

mod file;
mod part;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tollgate_types::Declarations;

use crate::secrets::{suspected, suspected_variables};
use crate::{Cassette, Composition, Expect, Lab, Mismatch, Origin, Recorder, Request, Run, Secrets, TestError, Worker};
use file::File;
pub use file::{ScenarioError, schema};
pub use part::{Component, Env, Found, Part};

/// What `{origin}` stands for in this process.
pub const ORIGIN: &str = "http://origin.test";

/// One scenario of a file.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// The file that it is in.
    pub path: PathBuf,
    /// What is expected.
    pub expect: Expect,
    own: Arc<file::Scenario>,
    file: Arc<File>,
    cassette: Arc<Cassette>,
}

impl Scenario {
    /// The scenarios of a file that takes nothing from the environment. `origin` is put in the place of `{origin}`.
    pub fn read(path: &Path, origin: &str) -> Result<Vec<Self>, ScenarioError> {
        Self::read_with(path, origin, &|_| None)
    }

    /// The scenarios of a file, with secrets from an environment.
    pub fn read_with(path: &Path, origin: &str, env: Env<'_>) -> Result<Vec<Self>, ScenarioError> {
        let file = Arc::new(File::read(path, origin, env)?);
        let cassette = Arc::new(
            Cassette::read(&Self::cassette(path))
                .map_err(|error| ScenarioError::cassette(Self::cassette(path), error))?,
        );
        let one = |own: &file::Scenario| Self {
            name: own.name.clone(),
            path: path.to_owned(),
            expect: own.expect.clone(),
            own: Arc::new(own.clone()),
            file: file.clone(),
            cassette: cassette.clone(),
        };
        Ok(file.scenario.iter().map(one).collect())
    }

    /// All workers that the file names.
    pub fn parts(&self) -> Vec<&Part> {
        let workers = &self.file.workers;
        let dispatch = workers.dispatch.as_ref().map(|dispatch| &dispatch.worker);
        workers.user.iter().chain(&workers.more).chain(&workers.outbound).chain(dispatch).collect()
    }

    /// The operator's workers: the part of each, what its project says of its deploy, and the binding behind which customers'
    /// workers are here. Whatever else it is bound to is not.
    pub fn operators(&self, find: Find<'_>, cast: &Cast) -> Vec<(&'static str, Value, Option<&str>)> {
        let workers = &self.file.workers;
        let metadata = |part: &Part| find(part).map(|found| found.metadata).unwrap_or_default();
        let outbound = match &cast.outbound {
            Some(Stand::Component(found)) => Some(found.metadata.clone()),
            Some(Stand::Worker(_)) => None,
            None => workers.outbound.as_ref().map(metadata),
        };
        let outbound = outbound.map(|metadata| ("outbound", metadata, None));
        let dispatch = workers.dispatch.as_ref();
        let dispatch = dispatch.map(|one| ("dispatch", metadata(&one.worker), Some(one.binding.as_str())));
        outbound.into_iter().chain(dispatch).collect()
    }

    /// What its file names as secrets, and what is called like one: of variables, the file's and those of workers' projects,
    /// of parameters and props, and of the request's headers.
    pub fn secrets(&self, find: Find<'_>, cast: &Cast) -> Result<Secrets, TestError> {
        let parts = self.parts();
        let known = parts.iter().flat_map(|part| part.secrets()).map(|(_, text)| text.to_owned()).collect();
        // One that is not found keeps the scenario from being run, and has no secrets.
        let mut found: Vec<_> = parts.iter().filter_map(|part| find(part).ok()).collect();
        if let Some(Stand::Component(outbound)) = &cast.outbound {
            found.push(outbound.clone());
        }
        let deployed = found.iter().flat_map(|found| suspected_variables(&found.metadata));
        let variables = parts.iter().flat_map(|part| part.variables()).flat_map(|(name, value)| suspected(name, value));
        let attached = self.attached(cast).into_iter().flat_map(|(name, value)| suspected(&name, &value));
        let props = self.props().into_iter().flat_map(|props| suspected("props", props));
        let written = variables.chain(attached).chain(props).chain(self.own.request.secrets());
        Secrets::new(known, cast.secrets.iter().cloned().chain(deployed).chain(written).collect())
    }

    fn user_name(&self) -> &str {
        self.file.workers.user.as_ref().map_or("user", Part::name)
    }

    /// The names that the file gives to customers' workers, the first to the one that a [`Cast`] may take the place of.
    pub fn names(&self) -> Vec<String> {
        let workers = &self.file.workers;
        workers.user.iter().chain(&workers.more).map(|part| part.name().to_owned()).collect()
    }

    /// Whether a customer's worker has a part.
    pub fn has_user(&self) -> bool {
        self.file.workers.user.is_some()
    }

    /// Whether a dispatch worker has a part: it attaches what is attached.
    pub fn has_dispatch(&self) -> bool {
        self.file.workers.dispatch.is_some()
    }

    /// Whether an outbound worker has a part.
    pub fn has_outbound(&self) -> bool {
        self.file.workers.outbound.is_some()
    }

    /// Where what was recorded for a file is kept: `a.test.toml` has `a.test.cassette.json`.
    pub fn cassette(path: &Path) -> PathBuf {
        path.with_extension("cassette.json")
    }

    /// The origin: the scenario's own rules first, then its file's, then what was recorded.
    pub fn origin(&self) -> Result<Origin, TestError> {
        self.cassette.replayed(&self.name, self.scripted()?)
    }

    fn scripted(&self) -> Result<Origin, TestError> {
        let own = self.own.origin.iter().enumerate().map(|(place, rule)| (format!("scenario.origin[{place}]"), rule));
        let files = self.file.origin.iter().enumerate().map(|(place, rule)| (format!("origin[{place}]"), rule));
        own.chain(files).try_fold(Origin::new(), |origin, (at, rule)| rule.add_to(origin, &at))
    }

    /// The request.
    pub fn request(&self) -> Result<Request, TestError> {
        self.own.request.build()
    }

    /// The parameters: the scenario's own, and its file's.
    pub fn parameters(&self) -> impl Iterator<Item = (&String, &Value)> {
        let own = &self.own.parameters;
        self.file.parameters.iter().filter(|(name, _)| !own.contains_key(*name)).chain(own)
    }

    /// The parameters, as they are attached.
    pub fn attached(&self, cast: &Cast) -> BTreeMap<String, Value> {
        let worker = cast.name.as_deref().unwrap_or(self.user_name());
        self.parameters().map(|(name, value)| (name.clone(), named(value, worker))).collect()
    }

    /// The props: the scenario's own, or its file's.
    fn props(&self) -> Option<&Value> {
        self.own.props.as_ref().or(self.file.props.as_ref())
    }

    /// The composition. `find` gives a part's component; who is in `cast` takes the place of the file's worker.
    pub fn compose(&self, lab: &Lab, find: Find<'_>, cast: &Cast) -> Result<Composition, TestError> {
        let File { workers, .. } = &*self.file;
        let mut composition = match &cast.recorder {
            None => lab.compose().origin(self.origin()?),
            Some(recorder) => lab.compose().origin(self.scripted()?).record(recorder),
        };
        if let Some((name, worker)) = self.customers(lab, workers.user.as_ref(), find, cast)? {
            composition = composition.user(&name, &worker)?;
        }
        for part in &workers.more {
            composition = composition.user(part.name(), &part.customers(find(part)?, lab)?)?;
        }
        for (name, worker) in &cast.others {
            composition = composition.user(name, worker)?;
        }
        if let Some(worker) = self.outbound(lab, workers.outbound.as_ref(), find, cast)? {
            composition = composition.outbound(&worker);
        }
        if let Some(dispatch) = &workers.dispatch {
            let part = &dispatch.worker;
            let worker = part.operators(find(part)?, lab)?;
            composition = composition.dispatch(&worker, &dispatch.binding, &dispatch.parameters)?;
        }
        for (name, value) in self.attached(cast) {
            composition = composition.parameter(&name, value);
        }
        if let Some(declared) = &cast.declared {
            composition = composition.declares(declared.clone());
        }
        if let Some(props) = self.props() {
            composition = composition.props(props.clone());
        }
        self.circumstances(composition)
    }

    fn customers(
        &self,
        lab: &Lab,
        part: Option<&Part>,
        find: Find<'_>,
        cast: &Cast,
    ) -> Result<Option<(String, Worker)>, TestError> {
        match (&cast.user, part) {
            (Some(worker), Some(part)) => Ok(Some((part.name().to_owned(), worker.clone()))),
            (None, Some(part)) => Ok(Some((part.name().to_owned(), part.customers(find(part)?, lab)?))),
            (_, None) => Ok(None),
        }
    }

    fn outbound(
        &self,
        lab: &Lab,
        part: Option<&Part>,
        find: Find<'_>,
        cast: &Cast,
    ) -> Result<Option<Worker>, TestError> {
        match (&cast.outbound, part) {
            (Some(Stand::Component(found)), Some(part)) => {
                part.deployed(lab.operators(found.component.clone())?, &found.metadata).map(Some)
            }
            (Some(Stand::Component(found)), None) => {
                lab.operators(found.component.clone())?.configured(&found.metadata).map(Some)
            }
            (Some(Stand::Worker(worker)), _) => Ok(Some(worker.clone())),
            (None, Some(part)) => part.operators(find(part)?, lab).map(Some),
            (None, None) => Ok(None),
        }
    }

    /// Limits, seed, time and faults.
    fn circumstances(&self, mut composition: Composition) -> Result<Composition, TestError> {
        let own = &self.own;
        if let Some(limits) = own.limits {
            composition = composition.limits(limits);
        }
        if let Some(unix_s) = own.begins_at_unix_s {
            composition = composition.begins_at(Duration::from_secs(unix_s));
        }
        own.fault.iter().try_fold(composition.seed(own.seed), |composition, fault| fault.add_to(composition))
    }

    /// Runs it in this process, and says what is not as expected.
    pub fn run(&self, lab: &Lab, find: Find<'_>, cast: &Cast) -> Result<(Run, Vec<Mismatch>), TestError> {
        let run = self.compose(lab, find, cast)?.send(self.request()?)?;
        let differences = run.differs(&self.expect);
        Ok((run, differences))
    }
}

/// A parameter with the customer's name in the place of `{worker}`, in each of its texts.
fn named(value: &Value, worker: &str) -> Value {
    match value {
        Value::String(text) => text.replace("{worker}", worker).into(),
        Value::Array(list) => list.iter().map(|one| named(one, worker)).collect(),
        Value::Object(table) => table.iter().map(|(name, value)| (name.clone(), named(value, worker))).collect(),
        other => other.clone(),
    }
}

/// Gives the component of a part.
pub type Find<'a> = &'a dyn Fn(&Part) -> Result<Found, TestError>;

/// Workers in the place of those that a file names.
#[derive(Clone, Default)]
pub struct Cast {
    /// In the place of the customer's worker.
    pub user: Option<Worker>,
    /// What `{worker}` stands for in texts of parameters; the part's name if not said.
    pub name: Option<String>,
    /// Customers' workers beside it and beside the file's own, by names that none of those has.
    pub others: Vec<(String, Worker)>,
    /// In the place of the outbound worker.
    pub outbound: Option<Stand>,
    /// What those workers have under a secret's name ([`suspected_variables`](crate::suspected_variables)): it is not told.
    pub secrets: Vec<String>,
    /// What the dispatch's binding declares: what the file gives is checked against it. If not said, the file declares what it
    /// gives.
    pub declared: Option<Declarations>,
    /// In the place of what was recorded: the real network, to be recorded anew.
    pub recorder: Option<Recorder>,
}

/// Who stands in for an outbound worker.
#[derive(Debug, Clone)]
pub enum Stand {
    /// Another component, deployed as the file says.
    Component(Found),
    /// Another worker.
    Worker(Worker),
}
