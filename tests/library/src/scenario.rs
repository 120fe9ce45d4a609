//! Scenario files: compositions and what is expected of them, as TOML, with the powers of the library.
//!
//! A file names workers, parameters and an origin for all of its scenarios; each scenario sends one request and may say more.
//! `{origin}` stands for the scripted origin's scheme and authority, so that the same file is good for an origin on a socket.

mod file;
mod part;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::{Composition, Expect, Hop, Lab, Mismatch, Origin, Request, Run, TestError, Worker};
use file::File;
pub use file::{ScenarioError, schema};
pub use part::{Component, Part};

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
}

impl Scenario {
    /// The scenarios of a file. `origin` is put in the place of `{origin}`.
    pub fn read(path: &Path, origin: &str) -> Result<Vec<Self>, ScenarioError> {
        let file = Arc::new(File::read(path, origin)?);
        let one = |own: &file::Scenario| Self {
            name: own.name.clone(),
            path: path.to_owned(),
            expect: own.expect.clone(),
            own: Arc::new(own.clone()),
            file: file.clone(),
        };
        Ok(file.scenario.iter().map(one).collect())
    }

    /// The customer's worker, the outbound worker and the dispatch worker, as far as the file names them.
    pub fn parts(&self) -> [Option<&Part>; 3] {
        let workers = &self.file.workers;
        [workers.user.as_ref(), workers.outbound.as_ref(), workers.dispatch.as_ref().map(|dispatch| &dispatch.worker)]
    }

    /// The origin: the scenario's own rules first, then its file's.
    pub fn origin(&self) -> Result<Origin, TestError> {
        let mut rules = self.own.origin.iter().chain(&self.file.origin);
        rules.try_fold(Origin::new(), |origin, rule| rule.add_to(origin))
    }

    /// The request.
    pub fn request(&self) -> Result<Request, TestError> {
        self.own.request.build()
    }

    /// The parameters: the scenario's own, and its file's.
    pub fn parameters(&self) -> impl Iterator<Item = (&String, &serde_json::Value)> {
        let own = &self.own.parameters;
        self.file.parameters.iter().filter(|(name, _)| !own.contains_key(*name)).chain(own)
    }

    /// The composition, of components that `find` knows by their paths.
    pub fn compose(
        &self,
        lab: &Lab,
        find: &dyn Fn(&Part) -> Result<Component, TestError>,
    ) -> Result<Composition, TestError> {
        let File { workers, props, .. } = &*self.file;
        let mut composition = lab.compose().origin(self.origin()?);
        if let Some(part) = &workers.user {
            let worker = part.deployed(lab.user(find(part)?)?)?;
            composition = composition.user(part.name(), &worker)?;
        }
        for part in &workers.more {
            composition = composition.user(part.name(), &part.deployed(lab.user(find(part)?)?)?)?;
        }
        if let Some(part) = &workers.outbound {
            composition = composition.outbound(&self.operators(lab, part, find)?);
        }
        if let Some(dispatch) = &workers.dispatch {
            let worker = self.operators(lab, &dispatch.worker, find)?;
            composition = composition.dispatch(&worker, &dispatch.binding, &dispatch.parameters)?;
        }
        for (name, value) in self.parameters() {
            composition = composition.parameter(name, value.clone());
        }
        if let Some(props) = self.own.props.as_ref().or(props.as_ref()) {
            composition = composition.props(props.clone());
        }
        if let Some(limits) = self.own.limits {
            composition = composition.limits(limits);
        }
        composition = composition.seed(self.own.seed);
        if let Some(unix_s) = self.own.begins_at_unix_s {
            composition = composition.begins_at(Duration::from_secs(unix_s));
        }
        self.own.fault.iter().try_fold(composition, |composition, fault| fault.add_to(composition))
    }

    fn operators(
        &self,
        lab: &Lab,
        part: &Part,
        find: &dyn Fn(&Part) -> Result<Component, TestError>,
    ) -> Result<Worker, TestError> {
        part.deployed(lab.operators(find(part)?)?)
    }

    /// Runs it in this process, and says what is not as expected.
    pub fn run(
        &self,
        lab: &Lab,
        find: &dyn Fn(&Part) -> Result<Component, TestError>,
    ) -> Result<(Run, Vec<Mismatch>), TestError> {
        let run = self.compose(lab, find)?.send(self.request()?)?;
        let differences = run.differs(&self.expect);
        Ok((run, differences))
    }
}

/// The hop that a file means by the part that receives.
fn hop(name: &str) -> Option<Hop> {
    Some(match name {
        "entrance" => Hop::Entrance,
        "dispatch" => Hop::Dispatch,
        "outbound" => Hop::Outbound,
        "service" => Hop::Service,
        "origin" => Hop::Network,
        _ => return None,
    })
}
