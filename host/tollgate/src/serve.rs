//! `serve`: wires the crates together, and owns the signals.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use clap::Args;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tollgate_control::{Control, Token};
use tollgate_dispatch::{Chain, CodeConfig, PlatformLimits};
use tollgate_egress::{EgressConfig, Network};
use tollgate_engine::{Engine, EngineConfig};
use tollgate_gateway::{BuiltinDispatch, Gateway};

use crate::token;

/// How long control requests in flight may take once the host was asked to stop: as long as those of the front door.
const DRAIN: Duration = Duration::from_secs(30);

#[derive(Args)]
pub(crate) struct Options {
    /// Address of the front door.
    #[arg(long, env = "TOLLGATE_LISTEN", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,
    /// Address of the control listener.
    #[arg(long, env = "TOLLGATE_CONTROL", default_value = "127.0.0.1:8788")]
    control: SocketAddr,
    /// Where everything is kept.
    #[arg(long, env = "TOLLGATE_DATA", default_value = ".tollgate")]
    data: PathBuf,
    /// Where compiled code is kept, if not in the data folder: hosts of one user may share it.
    #[arg(long, env = "TOLLGATE_COMPILED")]
    compiled: Option<PathBuf>,
    /// A configuration file (TOML): `local_names`, `[egress]`, `[code]` and `[[dispatch]]`.
    #[arg(long, env = "TOLLGATE_CONFIG")]
    config: Option<PathBuf>,
}

/// What the configuration file may say.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    egress: EgressConfig,
    /// How much compiled code is kept in memory.
    #[serde(default)]
    code: CodeConfig,
    /// Whether the operator's workers answer to `<worker>.localhost` too. If not said: where the front door is on loopback.
    local_names: Option<bool>,
    /// Built-in dispatches.
    #[serde(default)]
    dispatch: Vec<BuiltinDispatch>,
}

pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("TOLLGATE_LOG").unwrap_or_else(|_| "info".into());
    let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colour).with_writer(std::io::stderr).init();
    raise_descriptors();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(options))
}

/// As many open files as the system lets this process have: each connection is one.
fn raise_descriptors() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the number of open files could not be raised");
    }
}

async fn serve(options: Options) -> anyhow::Result<()> {
    let file = configuration(options.config.as_deref())?;
    let data = &options.data;
    fs::create_dir_all(data).with_context(|| format!("the data folder {} could not be made", data.display()))?;
    let dir = Dir::open_ambient_dir(data, ambient_authority())?;
    let compiled = options.compiled.unwrap_or_else(|| data.join("compiled"));
    fs::create_dir_all(&compiled).with_context(|| format!("{} could not be made", compiled.display()))?;
    let compiled = Dir::open_ambient_dir(&compiled, ambient_authority())?;
    let engine = Engine::new(EngineConfig::default(), &compiled)?;
    let (reader, writer) = tollgate_store::open(dir, data)?;
    let direct = file.egress.direct;
    let network = Network::new(file.egress)?;
    let chain = Chain::new(engine, reader.clone(), network, PlatformLimits::default(), file.code, direct)?;
    let local_names = file.local_names.unwrap_or(options.listen.ip().is_loopback());
    let gateway = Gateway::new(chain.clone(), reader.clone(), file.dispatch, local_names);
    let listen = bind(options.listen).await?;
    let listen_control = bind(options.control).await?;
    // Last of what may fail: a token is shown at the start that makes it, and at no other.
    let (token, fresh) = token::load_or_make(data)?;
    let control = Control { chain, reader, writer, token: Token::new(&token) };
    announce(&listen, &listen_control, fresh.then_some(token.as_str()))?;
    let (stop, stopping) = watch::channel(false);
    let stopped = |mut stopping: watch::Receiver<bool>| async move {
        let _ = stopping.wait_for(|stop| *stop).await;
    };
    let serving = tokio::spawn(tollgate_gateway::serve(gateway, listen, stopped(stopping.clone())));
    let controlling = tokio::spawn(tollgate_control::serve(control, listen_control, stopped(stopping)));
    asked_to_stop().await?;
    tracing::info!("stopping: requests in flight may finish");
    stop.send_replace(true);
    let (served, controlled) = tokio::join!(serving, tokio::time::timeout(DRAIN, controlling));
    served?;
    match controlled {
        Ok(ended) => ended?,
        Err(_) => tracing::warn!("control requests in flight did not finish in time"),
    }
    Ok(())
}

fn configuration(path: Option<&Path>) -> anyhow::Result<File> {
    let Some(path) = path else { return Ok(File::default()) };
    let text = fs::read_to_string(path).with_context(|| format!("{} could not be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not a configuration", path.display()))
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("{address} could not be listened on"))
}

/// What a person, or a program that started the host on free ports, needs to know.
fn announce(listen: &TcpListener, control: &TcpListener, token: Option<&str>) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if let Some(token) = token {
        writeln!(out, "token    {token}  (shown once; kept in the data folder)")?;
    }
    writeln!(out, "control  http://{}", control.local_addr()?)?;
    writeln!(out, "listen   http://{}", listen.local_addr()?)?;
    out.flush()?;
    Ok(())
}

async fn asked_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        asked = tokio::signal::ctrl_c() => Ok(asked?),
    }
}
