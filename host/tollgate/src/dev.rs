//! `dev`: a host of one's own for the projects of a composition. Each is built and deployed, and again whenever its files
//! change, without a restart; what workers print, and every request that one of them sends, is shown as it happens.
//!
//! The projects play the parts that they have among each other. A dispatch worker's namespaces are created, and customers'
//! workers go there. Without a dispatch worker, customers' workers are `<name>.localhost` and the outbound worker receives
//! what they send, with the parameters of the command line. An outbound worker that is alone receives what is asked of the
//! front door, as if a customer's worker had sent it.

mod project;
mod stage;
mod terminal;
mod watch;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tollgate_build::Kits;

use crate::author::KitOptions;
use crate::client::Client;
use crate::report::Hinted;
use crate::serve::{self, Place, Running};
use project::Project;
use stage::Stage;

/// How often files are looked at.
const LOOK: Duration = Duration::from_millis(100);

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
    /// The host's data folder; without it, `.tollgate/dev` in the first project's.
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
    serve::runtime()?.block_on(develop(options))
}

async fn develop(options: Options) -> anyhow::Result<()> {
    let kits = options.kits.resolve()?;
    let mut projects = options.projects.into_iter().map(Project::read).collect::<anyhow::Result<Vec<_>>>()?;
    let Some(first) = projects.first() else {
        return Err(Hinted::usage("no project".to_owned(), "name a folder with a wrangler.toml"));
    };
    let data = options.data.unwrap_or_else(|| first.folder().join(".tollgate/dev"));
    let stage = Stage::of(&projects, options.parameter)?;
    let file = stage.configuration(serve::configuration(options.host_config.as_deref())?)?;
    let place = Place { listen: options.listen, control: options.control, data, compiled: options.compiled };
    let running = Running::start(place, file).await?;
    let client = Client::of(format!("http://{}", running.control), running.token.clone())?;
    stage.create_namespaces(&client).await?;
    // Who is named by others comes first.
    projects.sort_by_key(|project| stage::order(project.role()));
    let working = work(&mut projects, &stage, &client, &kits, running.listen);
    let done = tokio::select! {
        never = working => never,
        asked = serve::asked_to_stop() => asked,
    };
    running.stop().await?;
    done
}

/// Builds and deploys what has changed, for ever. At first, everything has.
async fn work(
    projects: &mut [Project],
    stage: &Stage,
    client: &Client,
    kits: &Kits,
    listen: SocketAddr,
) -> anyhow::Result<()> {
    let mut begun = false;
    loop {
        let mut worked = false;
        for project in projects.iter_mut() {
            if project.changed()? {
                worked = true;
                // What is wrong with one project is its author's to mend, while the others serve.
                if let Err(error) = project.deploy(stage, client, kits, listen).await {
                    terminal::failed(project.name(), &error);
                }
            }
        }
        if worked || !begun {
            begun = true;
            terminal::waiting();
        }
        tokio::time::sleep(LOOK).await;
    }
}
