//! The verbs of those who write workers: `new`, `build` and `tools`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use tollgate_build::{Bindings, BuildError, Children, Kits, Language, Project, Role, Wasi, write_bindings};
use tollgate_types::WorkerName;

use crate::ending::{Ending, ends_with, leave_to_the_ending};
use crate::out::say;
use crate::report::Hinted;
use crate::wrangler::{Build as Custom, Wrangler};

/// Where kits and their tools are.
#[derive(Args, Clone)]
pub(crate) struct KitOptions {
    /// Where kits are unpacked and tools installed; without it, the folder `tollgate` in the user's cache folder.
    #[arg(long, env = "TOLLGATE_CACHE", hide_short_help = true)]
    cache: Option<PathBuf>,
    /// The folder `guests` of a checkout, to run kits from while they are being written.
    #[arg(long, env = "TOLLGATE_KITS", hide = true)]
    kits: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Build {
    /// The worker's configuration.
    #[arg(long, short, default_value = "wrangler.toml")]
    config: PathBuf,
    /// The version of WASI, instead of the configuration's.
    #[arg(long)]
    wasi: Option<Wasi>,
    /// Where to put the component; without it, in the project's folder `.tollgate/build`.
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Where the build keeps what it keeps; without it, in the project's folder `.tollgate/build`.
    #[arg(long, value_name = "FOLDER")]
    work: Option<PathBuf>,
    #[command(flatten)]
    kits: KitOptions,
}

#[derive(Args)]
pub(crate) struct Tools {
    /// The language.
    language: Language,
    #[command(flatten)]
    kits: KitOptions,
}

#[derive(Args)]
pub(crate) struct New {
    /// The worker's name, and the folder's.
    name: WorkerName,
    /// The language.
    #[arg(long, default_value = "js")]
    lang: Language,
    /// What the worker is for.
    #[arg(long, default_value = "user")]
    role: RoleName,
    /// The version of WASI: 0.2 or 0.3.
    #[arg(long, default_value = "0.2")]
    wasi: Wasi,
}

#[derive(Args)]
pub(crate) struct WriteBindings {
    /// c or go.
    language: Bindings,
    /// The WIT folder.
    #[arg(long)]
    wit: PathBuf,
    /// The world.
    #[arg(long)]
    world: String,
    /// Where to write them.
    #[arg(long)]
    out: PathBuf,
}

/// A role, as the command line has it.
#[derive(Clone, Copy, ValueEnum)]
enum RoleName {
    /// A customer's worker.
    User,
    /// Receives what customers' workers send out.
    Outbound,
    /// Picks a customer's worker for each request.
    Dispatch,
}

impl KitOptions {
    /// Kits whose builds end with this process.
    pub(crate) fn resolve(&self) -> anyhow::Result<Kits> {
        self.resolve_ending(Ending::Interrupted)
    }

    /// The same, and how that is for the verb.
    pub(crate) fn resolve_ending(&self, ending: Ending) -> anyhow::Result<Kits> {
        let kits = self.kits()?;
        ends_with(kits.children.clone(), ending)?;
        Ok(kits)
    }

    /// Kits whose builds somebody else ends.
    pub(crate) fn kits(&self) -> anyhow::Result<Kits> {
        let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
        let found = self.cache.clone().or_else(|| folder("XDG_CACHE_HOME").map(|cache| cache.join("tollgate")));
        let cache = found.or_else(|| folder("HOME").map(|home| home.join(".cache/tollgate")));
        let cache = cache.ok_or_else(|| Hinted::usage("there is no cache folder".to_owned(), "say --cache FOLDER"))?;
        Ok(Kits {
            cache: std::path::absolute(cache)?,
            checkout: self.kits.clone().map(std::path::absolute).transpose()?,
            tollgate: std::env::current_exe().context("this program does not know where it is")?,
            children: Children::default(),
        })
    }
}

pub(crate) fn run_build(options: Build) -> anyhow::Result<()> {
    let work = options.work.map(std::path::absolute).transpose()?;
    let mut project = project(&options.config, &Wrangler::read(&options.config)?, work)?;
    project.wasi = options.wasi.unwrap_or(project.wasi);
    let component = project.build(&options.kits.resolve()?).map_err(refused)?;
    let component = match options.out {
        None => component,
        Some(out) => {
            if let Some(folder) = out.parent() {
                std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
            }
            std::fs::copy(&component, &out).with_context(|| format!("cannot write {}", out.display()))?;
            out
        }
    };
    say!("built {}", component.display());
    Ok(())
}

/// Builds the project of a configuration, and gives the component's path.
pub(crate) fn build(config: &Path, wrangler: &Wrangler, kits: &KitOptions) -> anyhow::Result<PathBuf> {
    project(config, wrangler, None)?.build(&kits.resolve()?).map_err(refused)
}

/// The project of a configuration.
pub(crate) fn project(config: &Path, wrangler: &Wrangler, work: Option<PathBuf>) -> anyhow::Result<Project> {
    let main = wrangler.main.clone().ok_or_else(|| {
        let error = format!("{}: main: expected the path of a source or a component, found nothing", config.display());
        Hinted::usage(error, "say `main = \"…\"`, or name the source on the command line")
    })?;
    let folder = config.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(".".as_ref()).to_owned();
    let Custom { command, cwd, .. } = wrangler.build.clone();
    let cwd = cwd.map(PathBuf::from);
    Ok(Project { folder, main, role: wrangler.role(), wasi: wrangler.kind.wasi, command, cwd, work })
}

/// `bindings`: what kits ask for, so that no other tool needs to be installed.
pub(crate) fn bindings(options: WriteBindings) -> anyhow::Result<()> {
    let WriteBindings { language, wit, world, out } = options;
    write_bindings(language, &wit, &world, &out).map_err(refused)
}

pub(crate) fn tools(options: Tools) -> anyhow::Result<()> {
    let kits = options.kits.resolve()?;
    kits.install(options.language).map_err(refused)?;
    say!("the tools of {} are in {}", options.language, kits.tools(options.language).display());
    Ok(())
}

pub(crate) fn new(options: New) -> anyhow::Result<()> {
    let New { name, lang, role, wasi } = options;
    let role = match role {
        RoleName::User => Role::User,
        RoleName::Outbound => Role::Outbound,
        RoleName::Dispatch => Role::Dispatch,
    };
    lang.create(role, wasi, &name, Path::new(name.as_str())).map_err(refused)?;
    say!("created {name}: the {} worker of the example, in {lang}", role.name());
    say!("next: cd {name}, then `tollgate tools {lang}` once, and `tollgate dev{}`", more(role));
    Ok(())
}

/// What the example for a role needs beside its own project.
fn more(role: Role) -> &'static str {
    match role {
        Role::User => "",
        Role::Outbound => " --parameter paramCustomerName=alice",
        Role::Dispatch => " . ../outbound`, with the project of an outbound worker named `outbound",
    }
}

/// What the project, or its language's tools, are to blame for. Does not return for a build that was ended.
pub(crate) fn refused(error: BuildError) -> anyhow::Error {
    match error {
        BuildError::Io { .. } => error.into(),
        BuildError::Ended { .. } => leave_to_the_ending(),
        BuildError::AtTerminal { .. } => {
            let hint = "let an agent or a token answer; with GIT_TERMINAL_PROMPT=0 git says what it asks for";
            Hinted::refused(error.to_string(), hint)
        }
        error => Hinted::refused(error.to_string(), ""),
    }
}
