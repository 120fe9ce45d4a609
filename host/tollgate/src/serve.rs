//! `serve`: wires the crates together, and owns the signals.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use clap::Args;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tollgate_control::{Configured, Control, Token, Turn};
use tollgate_dispatch::{Chain, CodeConfig, PlatformLimits};
use tollgate_egress::{EgressConfig, Network};
use tollgate_engine::{Engine, EngineConfig};
use tollgate_gateway::{BuiltinDispatch, BuiltinOutbound, DISPATCH, Gateway, PROXY};
use tollgate_types::DispatchNamespace;

use crate::token;

/// How long control requests in flight may take once the host was asked to stop: as long as those of the front door.
const DRAIN: Duration = Duration::from_secs(30);

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    place: Place,
    /// A configuration file (TOML): `local_names`, `[egress]`, `[code]` and `[[dispatch]]`.
    #[arg(long, env = "TOLLGATE_CONFIG")]
    config: Option<PathBuf>,
}

/// Where a host listens, and where it keeps what it keeps.
#[derive(Args)]
pub(crate) struct Place {
    /// Address of the front door.
    #[arg(long, env = "TOLLGATE_LISTEN", default_value = "127.0.0.1:8787")]
    pub(crate) listen: SocketAddr,
    /// Address of the control listener.
    #[arg(long, env = "TOLLGATE_CONTROL", default_value = "127.0.0.1:8788")]
    pub(crate) control: SocketAddr,
    /// Where everything is kept.
    #[arg(long, env = "TOLLGATE_DATA", default_value = ".tollgate")]
    pub(crate) data: PathBuf,
    /// Where compiled code is kept, if not in the data folder: hosts of one user may share it.
    #[arg(long, env = "TOLLGATE_COMPILED")]
    pub(crate) compiled: Option<PathBuf>,
}

/// What the configuration file may say.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    #[serde(default)]
    pub(crate) egress: EgressConfig,
    /// How much compiled code is kept in memory.
    #[serde(default)]
    code: CodeConfig,
    /// Whether the operator's workers answer to `<worker>.localhost` too. If not said: where the front door is on loopback.
    local_names: Option<bool>,
    /// Built-in dispatches.
    #[serde(default)]
    pub(crate) dispatch: Vec<BuiltinDispatch>,
    /// Who receives what leads nowhere else: for `dev`, and nothing that a file may say.
    #[serde(skip)]
    pub(crate) proxy: Option<BuiltinOutbound>,
}

pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("TOLLGATE_LOG").unwrap_or_else(|_| "info".into());
    let colour = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colour).with_writer(std::io::stderr);
    // A line that cannot be written would be told on the same stream, by a macro that panics: a host goes on without a log.
    log.log_internal_errors(false).init();
    let file = configuration(options.config.as_deref())?;
    runtime()?.block_on(async {
        let running = Running::start(options.place, file).await?;
        // Who reads where it listens may ask it to stop at once.
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        announce(&running)?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        running.stop().await
    })
}

/// What every host runs on.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    raise_descriptors();
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
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

/// A host that serves.
pub(crate) struct Running {
    /// The address of the front door.
    pub(crate) listen: SocketAddr,
    /// The address of the control listener.
    pub(crate) control: SocketAddr,
    /// The control token.
    pub(crate) token: String,
    /// Whether this start made the token.
    fresh: bool,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    controlling: JoinHandle<()>,
}

impl Running {
    /// Wires a host together, and lets it serve.
    pub(crate) async fn start(place: Place, file: File) -> anyhow::Result<Self> {
        let data = &place.data;
        fs::create_dir_all(data).with_context(|| format!("the data folder {} could not be made", data.display()))?;
        let dir = Dir::open_ambient_dir(data, ambient_authority())?;
        let compiled = place.compiled.unwrap_or_else(|| data.join("compiled"));
        fs::create_dir_all(&compiled).with_context(|| format!("{} could not be made", compiled.display()))?;
        let compiled = Dir::open_ambient_dir(&compiled, ambient_authority())?;
        let engine = Engine::new(EngineConfig::default(), &compiled)?;
        let (reader, writer) = tollgate_store::open(dir, data)?;
        let direct = file.egress.direct;
        let network = Network::new(file.egress)?;
        let chain = Chain::new(engine, reader.clone(), network, PlatformLimits::default(), file.code, direct)?;
        let local_names = file.local_names.unwrap_or(place.listen.ip().is_loopback());
        let configured = configured(&file.dispatch, file.proxy.as_ref());
        let gateway = Gateway::new(chain.clone(), reader.clone(), file.dispatch, local_names).with_proxy(file.proxy);
        let (listen, control) = (bind(place.listen).await?, bind(place.control).await?);
        let (listen_address, control_address) = (listen.local_addr()?, control.local_addr()?);
        // Last of what may fail: a token is shown at the start that makes it, and at no other.
        let (token, fresh) = token::load_or_make(data)?;
        let api = Control { chain, reader, writer, token: Token::new(&token), configured, turn: Turn::default() };
        let (stop, stopping) = watch::channel(false);
        let stopped = |mut stopping: watch::Receiver<bool>| async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        };
        let serving = tokio::spawn(tollgate_gateway::serve(gateway, listen, stopped(stopping.clone())));
        let controlling = tokio::spawn(tollgate_control::serve(api, control, stopped(stopping)));
        Ok(Self { listen: listen_address, control: control_address, token, fresh, stop, serving, controlling })
    }

    /// Lets requests in flight finish.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        tracing::info!("stopping: requests in flight may finish");
        self.stop.send_replace(true);
        let (served, controlled) = tokio::join!(self.serving, tokio::time::timeout(DRAIN, self.controlling));
        served?;
        match controlled {
            Ok(ended) => ended?,
            Err(_) => tracing::warn!("control requests in flight did not finish in time"),
        }
        Ok(())
    }
}

/// What the host itself calls outbound workers with; what is deployed is checked against it.
fn configured(dispatches: &[BuiltinDispatch], proxy: Option<&BuiltinOutbound>) -> Arc<[Configured]> {
    let dispatches =
        dispatches.iter().map(BuiltinDispatch::binding).filter_map(|DispatchNamespace { namespace, outbound }| {
            Some(Configured { at: DISPATCH, namespace: Some(namespace), outbound: outbound? })
        });
    let proxy = proxy.map(|proxy| Configured { at: PROXY, namespace: None, outbound: proxy.binding() });
    dispatches.chain(proxy).collect()
}

pub(crate) fn configuration(path: Option<&Path>) -> anyhow::Result<File> {
    let Some(path) = path else { return Ok(File::default()) };
    let text = fs::read_to_string(path).with_context(|| format!("{} could not be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} is not a configuration", path.display()))
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("{address} could not be listened on"))
}

/// What a person, or a program that started the host on free ports, needs to know.
fn announce(running: &Running) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if running.fresh {
        writeln!(out, "token    {}  (shown once; kept in the data folder)", running.token)?;
    }
    writeln!(out, "control  http://{}", running.control)?;
    writeln!(out, "listen   http://{}", running.listen)?;
    out.flush()?;
    Ok(())
}
