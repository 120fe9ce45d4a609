//! `test`: runs scenario files in this process, side by side; a matrix of a namespace's workers against a new outbound worker;
//! or the contract of a role. Whatever it runs, it tells in the same four ways.

mod components;
mod contract;
mod elsewhere;
mod matrix;
mod report;
mod scenarios;
mod telling;
mod watching;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use tollgate_test::scenario::Found;
use tollgate_test::{Lab, Plain, Secrets};
use tollgate_types::NamespaceName;

use crate::Host;
use crate::author::KitOptions;
use crate::ending::Ending;
use crate::out::say;
use crate::report::Hinted;
use crate::typed;
use components::Components;
use report::Output;
use telling::Telling;

#[derive(Args)]
pub(crate) struct Options {
    /// Scenario files, or folders in which files named `*.test.toml` are looked for. With --contract: projects or components.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// Only scenarios whose names contain this.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How many scenarios run at once; as many as there are cores if not said.
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    #[command(flatten)]
    output: Output,
    /// Run again whenever a scenario, a component or a project changes.
    #[arg(long, conflicts_with_all = ["record", "namespace", "contract"])]
    watch: bool,
    /// Ask the real network for what no rule of the origin answers, and keep what it says beside the scenarios.
    #[arg(long, conflicts_with_all = ["namespace", "contract", "outbound", "jobs"])]
    record: bool,
    /// Run the scenarios with each worker of this namespace of a running host, with the outbound worker that is deployed and
    /// with another, and tell what changes.
    #[arg(long, value_name = "NS", requires = "outbound", conflicts_with = "contract")]
    namespace: Option<NamespaceName>,
    /// The other outbound worker: a component or a project, with `NAME=` before it where several are deployed. Without
    /// --namespace: in the place of the files' own, which each file then has to have.
    #[arg(long, value_name = "[NAME=]PATH", conflicts_with = "contract")]
    outbound: Option<String>,
    /// Try a worker against the conformance statements of its role.
    #[arg(long)]
    contract: bool,
    /// With --contract: what the worker is for, where no wrangler.toml says it.
    #[arg(long, requires = "contract")]
    role: Option<contract::Part>,
    /// With --contract: a parameter that the outbound worker needs: as it is where the worker reads a string; elsewhere as
    /// JSON, or else as text.
    #[arg(long, value_name = "NAME=VALUE", value_parser = typed::pair, requires = "contract")]
    parameter: Vec<(String, String)>,
    /// With --contract: the dispatch worker's binding, where no wrangler.toml says it. It takes any parameters.
    #[arg(long, value_name = "NAME", requires = "contract")]
    binding: Option<String>,
    /// With --contract: a URL by which the dispatch worker picks the worker {worker}.
    #[arg(long, value_name = "URL", default_value = "http://{worker}.localhost/")]
    url: String,
    /// Print the JSON schema of scenario files, for editors.
    #[arg(long)]
    schema: bool,
    /// Where compiled code is kept; if not said, in the user's cache folder.
    #[arg(long, env = "TOLLGATE_COMPILED", value_name = "FOLDER")]
    compiled: Option<PathBuf>,
    #[command(flatten)]
    kits: KitOptions,
    #[command(flatten)]
    host: Host,
}

/// What came of one scenario or statement.
#[derive(Debug, Clone)]
struct Outcome {
    /// What it belongs to: a file, mostly.
    suite: String,
    name: String,
    took: Duration,
    verdict: Verdict,
    /// What is worth saying although it is no failure.
    notes: Vec<String>,
}

#[derive(Debug, Clone)]
enum Verdict {
    Passed,
    /// It is not as expected.
    Failed {
        differences: Vec<String>,
        run: String,
    },
    /// It could not be tried.
    Broken(String),
    /// It is as expected from now on, and was not before, for these differences.
    Mended(Vec<String>),
    /// It says nothing: what it expects does not hold today either, for these differences.
    Idle(Vec<String>),
    /// It says nothing: it is not tried, for this reason.
    Untried(String),
}

impl Outcome {
    /// Without the texts of secrets.
    fn redacted(self, secrets: &Secrets) -> Self {
        let notes = self.notes.iter().map(|note| secrets.redacted(note)).collect();
        Self { verdict: self.verdict.redacted(secrets), notes, ..self }
    }

    /// What there is to say beside the verdict, line by line, and nothing in it that a terminal would obey.
    pub(super) fn details(&self) -> Vec<String> {
        let plain = |line: &str| Plain(line).to_string();
        let lines = |text: &String| text.lines().map(plain).collect::<Vec<_>>();
        let mut all: Vec<String> = self.notes.iter().flat_map(lines).collect();
        match &self.verdict {
            Verdict::Passed => {}
            Verdict::Mended(differences) => {
                all.push("it is as expected from now on; today it is not:".to_owned());
                all.extend(differences.iter().flat_map(lines));
            }
            Verdict::Idle(differences) => {
                all.push("it is not as expected today either".to_owned());
                all.extend(differences.iter().flat_map(lines));
            }
            Verdict::Untried(reason) => all.push(plain(&format!("it is not tried: {reason}"))),
            Verdict::Broken(reason) => all.extend(lines(reason)),
            Verdict::Failed { differences, run } => {
                all.extend(differences.iter().flat_map(lines));
                all.push("the run:".to_owned());
                all.extend(run.lines().map(|line| format!("  {}", Plain(line))));
            }
        }
        all
    }
}

impl Verdict {
    /// Without the texts of secrets: outcomes are printed, and kept in files.
    fn redacted(self, secrets: &Secrets) -> Self {
        let all = |texts: Vec<String>| texts.iter().map(|text| secrets.redacted(text)).collect();
        match self {
            Self::Passed => Self::Passed,
            Self::Failed { differences, run } => {
                Self::Failed { differences: all(differences), run: secrets.redacted(&run) }
            }
            Self::Broken(reason) => Self::Broken(secrets.redacted(&reason)),
            Self::Mended(differences) => Self::Mended(all(differences)),
            Self::Idle(differences) => Self::Idle(all(differences)),
            Self::Untried(reason) => Self::Untried(secrets.redacted(&reason)),
        }
    }

    /// Whether it says nothing, good or bad.
    fn is_idle(&self) -> bool {
        matches!(self, Self::Idle(_) | Self::Untried(_))
    }
}

pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    if options.schema {
        say!("{}", serde_json::to_string_pretty(&tollgate_test::scenario::schema())?);
        return Ok(());
    }
    options.output.begin()?;
    let ending = if options.watch { Ending::Stopped } else { Ending::Interrupted };
    let components = Components::new(options.kits.resolve_ending(ending)?);
    let compiled = options.compiled.clone().unwrap_or_else(|| components.cache().join("compiled"));
    let lab = Lab::in_folder(compiled)?;
    if options.watch {
        return watching::run(&options, &lab, &components);
    }
    once(&options, &lab, &components)
}

/// What every way to test works with.
struct Session<'a> {
    options: &'a Options,
    lab: &'a Lab,
    components: &'a Components,
    told: Telling,
}

fn once(options: &Options, lab: &Lab, components: &Components) -> anyhow::Result<()> {
    let session = Session { options, lab, components, told: options.output.telling() };
    let (outcomes, summary) = match (&options.namespace, &options.outbound) {
        _ if options.contract => contract::run(&session)?,
        (Some(namespace), Some(outbound)) => matrix::run(&session, namespace, outbound)?,
        _ => (scenarios::run(&session)?, Vec::new()),
    };
    options.output.write(&outcomes, &summary)?;
    verdict(&outcomes)
}

/// All passed, or an error that says how many did not, with its exit code.
fn verdict(outcomes: &[Outcome]) -> anyhow::Result<()> {
    let count = |wanted: fn(&Verdict) -> bool| outcomes.iter().filter(|one| wanted(&one.verdict)).count();
    let (failed, broken) =
        (count(|one| matches!(one, Verdict::Failed { .. })), count(|one| matches!(one, Verdict::Broken(_))));
    let all = outcomes.len();
    if all > 0 && count(Verdict::is_idle) == all {
        let error = match count(|one| matches!(one, Verdict::Untried(_))) == all {
            true => "no worker could be tried: nothing was compared",
            false => "no scenario is as expected with what is deployed: nothing was compared",
        };
        let hint = "secrets are not read back; look whether a scenario passes without --namespace";
        return Err(Hinted::refused(error.to_owned(), hint));
    }
    match (failed, broken) {
        (0, 0) => Ok(()),
        (_, 0) => Err(Hinted::refused(format!("{failed} of {all} failed"), "")),
        _ => Err(Hinted::usage(format!("{broken} of {all} could not be run, {failed} failed"), "")),
    }
}

fn component(components: &Components, path: &Path) -> anyhow::Result<Found> {
    components.at(path).map_err(anyhow::Error::msg).with_context(|| path.display().to_string())
}
