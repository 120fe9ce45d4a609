//! The command line: `serve` wires the host together; every other verb speaks HTTP to a running one, or needs none.

#![deny(clippy::print_stdout, clippy::print_stderr, reason = "they panic where nobody reads: see `out` and `err`")]

mod author;
mod certificate;
mod client;
mod compose;
mod config;
mod deploy;
mod dev;
mod ending;
mod err;
mod inspect;
mod manage;
mod out;
mod report;
mod secret;
mod serve;
mod store;
mod test;
mod token;
mod typed;
mod watch;
mod wit;
mod wrangler;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The verb by which `serve` starts a process that compiles one script.
const COMPILE_SCRIPT: &str = "compile-script";

/// Runs customers' code, and lets the operator's outbound worker receive whatever it sends out.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Run the host.
    Serve(config::Options),
    /// Check, show or document the configuration of a host.
    #[command(subcommand)]
    Config(config::Verb),
    /// Begin a worker from an example.
    New(author::New),
    /// Build a worker as its wrangler.toml says.
    Build(author::Build),
    /// Run projects on a host of their own; build and deploy them again when they change.
    Dev(dev::Options),
    /// Show a component's world, and which roles it can play.
    Inspect(inspect::Options),
    /// Run scenarios: workers composed in this process, with a scripted origin.
    Test(Box<test::Options>),
    /// Make one component of a customer's worker and an outbound worker, both of WASI 0.3.
    Compose(compose::Options),
    /// Install what a language needs to be built.
    Tools(author::Tools),
    /// Write wit-bindgen's bindings: for the kits of languages that need them.
    #[command(hide = true)]
    Bindings(author::WriteBindings),
    /// Compile a script for the host that starts this.
    #[command(name = COMPILE_SCRIPT, hide = true)]
    CompileScript,
    /// Deploy a worker as its wrangler.toml says.
    Deploy(deploy::Options),
    /// Create, list or delete namespaces.
    #[command(subcommand)]
    Namespace(manage::Namespace),
    /// Print the parameters of a dispatch binding as WIT.
    Wit(wit::Options),
    /// Write, list or delete a worker's secrets.
    #[command(subcommand)]
    Secret(secret::Secret),
    /// Upload, list or delete the client certificates that workers present.
    #[command(subcommand)]
    MtlsCertificate(certificate::Certificate),
    /// Check, repair, back up or restore what a host keeps.
    #[command(subcommand)]
    Store(store::Store),
    /// List or delete workers.
    #[command(subcommand)]
    Worker(manage::Worker),
}

/// Where a running host is found.
#[derive(Args, Clone)]
struct Host {
    /// Address of the host's control listener.
    #[arg(long, env = "TOLLGATE_CONTROL", default_value = "127.0.0.1:8788")]
    control: String,
    /// Bearer token; without it, the one in the data folder.
    #[arg(long, env = "TOLLGATE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The host's data folder.
    #[arg(long, env = "TOLLGATE_DATA", default_value = ".tollgate")]
    data: PathBuf,
    /// The host's key file, if not `key` in the data folder: the token there is sealed with it.
    #[arg(long, env = "TOLLGATE_KEY_FILE")]
    key_file: Option<PathBuf>,
}

fn main() -> ExitCode {
    // Two of our crates use rustls; it wants to be told once which cryptography.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let matches = Cli::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let done = match cli.verb {
        Verb::Serve(options) => serve::run(options),
        Verb::Config(verb) => config::run(verb, &matches),
        Verb::New(options) => author::new(options),
        Verb::Build(options) => author::run_build(options),
        Verb::Dev(options) => dev::run(options),
        Verb::Inspect(options) => inspect::run(options),
        Verb::Test(options) => test::run(*options),
        Verb::Compose(options) => compose::run(options),
        Verb::Tools(options) => author::tools(options),
        Verb::Bindings(options) => author::bindings(options),
        Verb::CompileScript => tollgate_engine::compile_script().map_err(Into::into),
        Verb::Deploy(options) => block_on(deploy::run(options)),
        Verb::Namespace(verb) => block_on(manage::namespace(verb)),
        Verb::Wit(options) => block_on(wit::run(options)),
        Verb::Secret(verb) => block_on(secret::run(verb)),
        Verb::MtlsCertificate(verb) => block_on(certificate::run(verb)),
        Verb::Store(verb) => store::run(verb),
        Verb::Worker(verb) => block_on(manage::worker(verb)),
    };
    report::exit(done.and_then(|()| out::check()))
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
