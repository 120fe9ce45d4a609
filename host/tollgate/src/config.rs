//! The configuration of a host: reads its file, and the verbs that check, show and document it.
//!
//! The keys are declared in `tollgate_types::config`. This file adds what only the binary knows: the file itself, and the
//! checks of the crates that use the values.

mod filter;
mod options;
mod reference;
mod show;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{ArgMatches, Subcommand};
use serde::Deserialize;
use tollgate_egress::Network;
use tollgate_gateway::{BuiltinDispatch, BuiltinOutbound};
use tollgate_types::config::{Config, ConfigError, Problem, Read, read};
use tracing_subscriber::EnvFilter;

pub(crate) use filter::{FilterSource, filter_in_force};
pub(crate) use options::{LOG_VARIABLE, Options, Place};

use crate::out::say;
use crate::report::Hinted;

/// The exit code of `config check` for a file that can be read and is invalid.
const INVALID: u8 = 1;

#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Check a configuration file. Exits with 0 if it is valid, 1 if it is not, 2 if it cannot be read.
    Check {
        /// The file.
        #[arg(env = "TOLLGATE_CONFIG")]
        file: PathBuf,
    },
    /// Print the value of every key that `serve` would use, and where it comes from, as a configuration file.
    Show(Box<Options>),
    /// Print the reference of all keys as Markdown.
    Reference,
}

/// A configuration, and what belongs to it.
#[derive(Default)]
pub(crate) struct File {
    /// The values.
    pub(crate) config: Config,
    /// Its built-in dispatches, read.
    pub(crate) dispatch: Vec<BuiltinDispatch>,
    /// The outbound worker that receives every request that leads nowhere else. `dev` sets it; a file cannot.
    pub(crate) proxy: Option<BuiltinOutbound>,
    /// The keys that the file sets.
    set: BTreeMap<String, usize>,
}

/// The part of a file that the gateway reads.
#[derive(Deserialize)]
struct Dispatches {
    #[serde(default)]
    dispatch: Vec<BuiltinDispatch>,
}

impl File {
    /// Whether the file sets a key, which has its section.
    pub(crate) fn sets(&self, key: &str) -> bool {
        self.set.contains_key(key)
    }
}

pub(crate) fn run(verb: Verb, matches: &ArgMatches) -> anyhow::Result<()> {
    match verb {
        Verb::Check { file } => check(&file)?,
        Verb::Show(options) => show::print(*options, matches)?,
        Verb::Reference => say!("{}", reference::markdown().trim_end()),
    }
    Ok(())
}

fn check(file: &Path) -> anyhow::Result<()> {
    let File { set, .. } = load(Some(file)).map_err(|error| match error.downcast::<Hinted>() {
        Ok(invalid) => Hinted { code: INVALID, ..invalid }.into(),
        Err(unreadable) => unreadable,
    })?;
    say!("{}: valid, {} keys set", file.display(), set.len());
    Ok(())
}

/// Reads a configuration file as a whole, and checks it; without one, every key has its default.
pub(crate) fn load(path: Option<&Path>) -> anyhow::Result<File> {
    let Some(path) = path else { return Ok(File::default()) };
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read the configuration {}", path.display()))?;
    parse(&text).map_err(|error| {
        let told = format!("{} is not a valid configuration\n{error}", path.display());
        Hinted::usage(told, "`tollgate config reference` lists every key")
    })
}

fn parse(text: &str) -> Result<File, ConfigError> {
    let mut dispatch = Vec::new();
    let Read { config, set } = read(text, |config| {
        let mut problems = unusable(config);
        // What is no list of tables is reported as such, and is not here.
        if !config.dispatch.is_empty() {
            match toml::from_str::<Dispatches>(text) {
                Ok(read) => dispatch = read.dispatch,
                Err(error) => problems.push(Problem::of_part(text, &error)),
            }
        }
        problems
    })?;
    Ok(File { config, dispatch, proxy: None, set })
}

/// The values that the crates which use them do not take.
fn unusable(config: &Config) -> Vec<Problem> {
    let filter = &config.log.filter;
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Problem::of_value("log.filter", format!("{filter:?} is not a log filter: {error}")));
    let egress =
        Network::new(config.egress.clone()).map_err(|error| Problem::of_value("egress.ca_pem", error.to_string()));
    [filter.err(), egress.err()].into_iter().flatten().collect()
}
