//! `serve`: wires the crates together, and owns the signals.

mod compiled;
mod descriptors;
mod log;
mod memory;
mod reload;

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tollgate_control::{Control, ControlConfig, LogQueue, Token};
use tollgate_dispatch::Chain;
use tollgate_egress::{EgressConfig, Network};
use tollgate_engine::Engine;
use tollgate_gateway::{BuiltinDispatch, BuiltinOutbound, DISPATCH, FrontDoorConfig, Gateway, PROXY};
use tollgate_store::{Configured, Setup};
use tollgate_types::DispatchNamespace;
use tollgate_types::config::Config;

use crate::config::{self, File, Options, Place};
use log::Log;
use reload::Hangup;

pub(crate) fn run(options: Options) -> anyhow::Result<()> {
    let path = options.config;
    let file = config::load(path.as_deref())?;
    let log = Log::start(&file.config.log)?;
    runtime()?.block_on(async {
        // A supervisor may ask for a reload while the host starts: it must not end the host.
        let hangup = Hangup::new(path)?;
        let mut running = Running::start(options.place, file, log.queue()).await?;
        // A reader of the announcement may send a signal at once.
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        announce(&running)?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = hangup.reload_each_time(&mut running, &log) => {}
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
    /// The configuration in force: that of the start, with what reloads have changed.
    in_force: Config,
    chain: Chain,
    network: Network,
    front_door: watch::Sender<FrontDoorConfig>,
    control_config: watch::Sender<ControlConfig>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    controlling: JoinHandle<()>,
}

impl Running {
    /// Wires a host together, and lets it serve. `log` is the queue of its log.
    pub(crate) async fn start(place: Place, file: File, log: Arc<LogQueue>) -> anyhow::Result<Self> {
        let data = &place.data;
        fs::create_dir_all(data).with_context(|| format!("the data folder {} could not be made", data.display()))?;
        let dir = Dir::open_ambient_dir(data, ambient_authority())?;
        let config = file.config;
        let engine = Engine::new(config.instances, config.code, &compiled::open(&place)?)?;
        let engine = engine.compiling_apart(compiled::apart(&place, &config)?);
        let grace = Duration::from_secs(config.store.grace_seconds.into());
        let configured = configured(&file.dispatch, file.proxy.as_ref());
        let setup = Setup { config: config.store, key_file: place.key_file.clone(), configured: configured.clone() };
        let (reader, writer) = tollgate_store::open(setup, dir.try_clone()?, data)?;
        // The configuration in force stays as it was written, so that a reload compares it with the file.
        let fitting = descriptors::fitting(&config);
        let network = Network::new(fitting.egress)?;
        let direct = config.egress.direct;
        let chain = Chain::new(engine.clone(), reader.clone(), network.clone(), config.limits, config.code, direct)?;
        chain.share(config.shares);
        let local_names = config.local_names.unwrap_or(false);
        let gateway = Gateway::new(chain.clone(), reader.clone(), file.dispatch, local_names).with_proxy(file.proxy);
        let (listen, control) = (bind(place.listen).await?, bind(place.control).await?);
        let (listen_address, control_address) = (listen.local_addr()?, control.local_addr()?);
        // Last of what may fail: a token is shown at the start that makes it, and at no other.
        let (token, fresh) = writer.token().await?;
        let token_of_api = Token::new(&token);
        let (front_door, front_door_config) = watch::channel(fitting.front_door);
        let (control_config, api_config) = watch::channel(fitting.control);
        let (stop, stopping) = watch::channel(false);
        let stopped = |mut stopping: watch::Receiver<bool>| async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        };
        compiled::tidy(
            &place,
            &dir,
            engine,
            compiled::Collection { reader: reader.clone(), grace, stopping: stopping.clone() },
        );
        tokio::spawn(memory::give_back(stopping.clone()));
        let upload_bytes = config.control.upload_bytes;
        let api = Control { chain: chain.clone(), reader, writer, token: token_of_api, configured, upload_bytes, log };
        let serving =
            tokio::spawn(tollgate_gateway::serve(gateway, listen, front_door_config, stopped(stopping.clone())));
        let controlling = tokio::spawn(tollgate_control::serve(api, control, api_config, stopped(stopping)));
        let (listen, control) = (listen_address, control_address);
        let in_force = config;
        Ok(Self {
            listen,
            control,
            token,
            fresh,
            in_force,
            chain,
            network,
            front_door,
            control_config,
            stop,
            serving,
            controlling,
        })
    }

    /// Puts another configuration into force, as far as it differs in what a reload applies. Nothing here can fail.
    fn reconfigure(&mut self, config: Config) {
        self.chain.reconfigure(config.limits, config.egress.direct);
        self.chain.share(config.shares);
        if policy(&config.egress) != policy(&self.in_force.egress) {
            self.network.reconfigure(&config.egress);
        }
        let fitting = descriptors::fitting(&config);
        self.front_door.send_replace(fitting.front_door);
        self.control_config.send_replace(fitting.control);
        self.in_force = config;
    }

    /// Lets requests in flight finish.
    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        tracing::info!("stopping: requests in flight may finish");
        self.stop.send_replace(true);
        let (served, controlled) = tokio::join!(self.serving, self.controlling);
        self.chain.close();
        served?;
        Ok(controlled?)
    }
}

/// What of the egress a reload applies.
fn policy(egress: &EgressConfig) -> impl PartialEq {
    (&egress.allow, &egress.hosts, &egress.deny, &egress.only)
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
