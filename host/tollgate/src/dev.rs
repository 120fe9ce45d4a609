//! `dev`: a host of one's own for the projects of a composition. Each is built and deployed, and again whenever its files
//! change, without a restart. What workers print is shown as it happens, and so is every request at the front door, and every
//! one that leaves a worker by its way out, once it is answered or given up.
//!
//! The projects play the parts that they have among each other. A dispatch worker's namespaces are created, and customers'
//! workers go there. Without a dispatch worker, customers' workers are `<name>.localhost` and the outbound worker receives
//! what they send, with the parameters of the command line. An outbound worker that is alone receives what is asked of the
//! front door, as if a customer's worker had sent it.

mod leftover;
mod project;
mod stage;
mod terminal;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use tollgate_build::Kits;

use crate::author::KitOptions;
use crate::client::Client;
use crate::config::{self, Place};
use crate::ending::Asked;
use crate::out;
use crate::report::Hinted;
use crate::serve::{self, Running};
use project::Project;
use stage::Stage;

/// How often files are looked at.
const LOOK: Duration = Duration::from_millis(100);

/// How long requests in flight may take once `dev` was asked to stop.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Args)]
pub(crate) struct Options {
    /// The projects: folders with a wrangler.toml, or such files.
    #[arg(default_value = ".")]
    projects: Vec<PathBuf>,
    /// A parameter for the outbound worker where no dispatch worker gives any: a text in which {worker} and {url} stand for
    /// the worker's name and the request's URL.
    #[arg(long, value_name = "NAME=TEXT", value_parser = stage::parameter)]
    parameter: Vec<(String, String)>,
    /// Address of the front door.
    #[arg(long, env = "TOLLGATE_LISTEN", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    /// Address of the control listener.
    #[arg(long, env = "TOLLGATE_CONTROL", default_value = "127.0.0.1:8788")]
    control: SocketAddr,
    /// The host's data folder; without it, `.tollgate/dev` in the first project's. Where `dev` made it, workers that no
    /// project names are deleted from it at the start.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where compiled code is kept, if not in the data folder.
    #[arg(long, env = "TOLLGATE_COMPILED")]
    compiled: Option<PathBuf>,
    /// A configuration file of the host (TOML), as `serve` takes it.
    #[arg(long = "host-config", value_name = "FILE")]
    host_config: Option<PathBuf>,
    #[command(flatten)]
    kits: KitOptions,
}

pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    terminal::listen();
    let runtime = serve::runtime()?;
    let done = runtime.block_on(develop(options));
    // A build that is under way is ended, and nothing to wait for.
    runtime.shutdown_background();
    done
}

async fn develop(options: Options) -> anyhow::Result<()> {
    let kits = options.kits.kits()?;
    let mut projects = options.projects.into_iter().map(Project::read).collect::<anyhow::Result<Vec<_>>>()?;
    let Some(first) = projects.first() else {
        return Err(Hinted::usage("no project".to_owned(), "name a folder with a wrangler.toml"));
    };
    let own = first.folder().join(".tollgate");
    let usual = options.data.is_none();
    let data = options.data.unwrap_or_else(|| own.join("dev"));
    let tidied = leftover::is_own(&data, usual);
    let stage = Stage::of(&projects, options.parameter)?;
    let said = options.host_config.is_some().then(|| config::load(options.host_config.as_deref()));
    let file = stage.configuration(said.transpose()?, options.listen)?;
    let place = Place {
        listen: options.listen,
        control: options.control,
        data: data.clone(),
        key_file: None,
        compiled: options.compiled,
    };
    let running = Running::start(place, file, Arc::default()).await.map_err(not_started)?;
    if tidied {
        leftover::mark(&data)?;
        tollgate_build::keep_to_oneself(&data)?;
    }
    tollgate_build::keep_to_oneself(&own)?;
    let client = Client::of(format!("http://{}", running.control), running.token.clone())?;
    // Who is named by others comes first.
    projects.sort_by_key(|project| stage::order(project.role()));
    let host = Host { stage: &stage, client: &client, kits: &kits, listen: running.listen };
    let worked = async {
        leftover::clear(&projects, &host, tidied).await?;
        work(&mut projects, &host).await
    };
    let mut asked = Asked::new()?;
    let done = tokio::select! {
        never = worked => never,
        () = asked.wait() => Ok(()),
    };
    // Nobody waits for a build now: `worked` is gone.
    kits.children.end();
    // Streams that somebody left open end with the terminal's patience, and at the second Ctrl-C.
    tokio::select! {
        stopped = tokio::time::timeout(PATIENCE, running.stop()) => stopped.unwrap_or(Ok(()))?,
        () = asked.wait() => {}
    }
    done
}

fn not_started(error: anyhow::Error) -> anyhow::Error {
    let hint = "where another host is there: say --listen 127.0.0.1:0 --control 127.0.0.1:0, and --data FOLDER";
    Hinted::usage(format!("{error:#}"), hint)
}

/// What projects are deployed to.
struct Host<'a> {
    stage: &'a Stage,
    client: &'a Client,
    kits: &'a Kits,
    listen: SocketAddr,
}

/// Builds and deploys what has changed, for ever. At first, everything has.
async fn work(projects: &mut [Project], host: &Host<'_>) -> anyhow::Result<()> {
    loop {
        let since = Instant::now();
        let mut worked = false;
        for project in projects.iter_mut() {
            worked |= project.look().await;
        }
        let looked = since.elapsed();
        if worked {
            deploy(projects, host).await;
            terminal::waiting();
        }
        if out::is_closed() {
            return Ok(());
        }
        // A large folder is looked at less often.
        tokio::time::sleep(LOOK.max(looked * 20)).await;
    }
}

/// Deploys what waits for it. A host refuses a worker for what another is or is not: whom it refused is tried again after
/// each that it took. What cannot be built is not: it waits for its next change.
async fn deploy(projects: &mut [Project], host: &Host<'_>) {
    // What is wrong with one project is its author's to mend, while the others serve.
    let mut failed = BTreeMap::new();
    loop {
        let mut taken = false;
        for (place, project) in projects.iter_mut().enumerate().filter(|(_, project)| project.waits()) {
            match project.deploy(host).await {
                Ok(()) => {
                    taken = true;
                    failed.remove(&place);
                }
                Err(error) => {
                    failed.insert(place, (project.name().clone(), error));
                }
            }
        }
        if !taken || !projects.iter().any(Project::waits) {
            break;
        }
    }
    for (name, error) in failed.values() {
        terminal::failed(name, error);
    }
}
