//! The contenders, all started before the first round: each at an address, with a process whose CPU time is its own.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use anyhow::Context as _;
use tokio::process::Command;

use crate::process::Process;
use crate::tollgate::Tollgate;

/// Everything that runs.
pub(crate) struct Stage {
    /// Bare hyper: the origin of all fetches, and the floor of hello and echo.
    pub(crate) origin: Contender,
    /// hyper's reverse proxy.
    pub(crate) proxy: Contender,
    /// `wasmtime serve` with workers of 0.2 and 0.3.
    pub(crate) serve: [Contender; 2],
    /// workerd: a worker with no outbound worker, and the same with one.
    pub(crate) workerd: [Contender; 2],
    /// Tollgate.
    pub(crate) tollgate: Tollgate,
    _configuration: tempfile::TempDir,
}

/// One contender at one address.
pub(crate) struct Contender {
    process: std::sync::Arc<Process>,
    /// Where it listens.
    pub(crate) address: SocketAddr,
}

impl Contender {
    /// The number of its process.
    pub(crate) fn pid(&self) -> anyhow::Result<u32> {
        self.process.pid()
    }

    async fn peer(arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let (process, address) = Process::announced(command.arg("peer").args(arguments)).await?;
        Ok(Self { process: process.into(), address })
    }

    async fn serve(tools: &Path, guest: &str) -> anyhow::Result<Self> {
        let mut command = Command::new(tools.join("bin/wasmtime"));
        command.args(["serve", "--addr", "127.0.0.1:0"]).args(["-S", "cli,p3", "-W", "component-model-async"]);
        command.arg(tollgate_tests::guest_path(guest)?);
        let (process, address) = Process::announced_in_errors(&mut command).await?;
        Ok(Self { process: process.into(), address })
    }
}

impl Stage {
    /// Starts everything.
    pub(crate) async fn start(tools: &Path) -> anyhow::Result<Self> {
        let origin = Contender::peer(&["origin"]).await?;
        let configuration = tempfile::tempdir()?;
        Ok(Self {
            proxy: Contender::peer(&["proxy", &origin.address.to_string()]).await?,
            serve: [Contender::serve(tools, "hello-2").await?, Contender::serve(tools, "hello-3").await?],
            workerd: workerd(tools, configuration.path()).await?,
            tollgate: Tollgate::start().await?,
            origin,
            _configuration: configuration,
        })
    }
}

/// One process of workerd, with two sockets.
async fn workerd(tools: &Path, folder: &Path) -> anyhow::Result<[Contender; 2]> {
    let files = [
        ("workerd.capnp", include_str!("../workerd/workerd.capnp")),
        ("user.js", include_str!("../workerd/user.js")),
        ("outbound.js", include_str!("../workerd/outbound.js")),
    ];
    for (name, text) in files {
        std::fs::write(folder.join(name), text)?;
    }
    let [direct, through] = [free_address()?, free_address()?];
    let mut command = Command::new(tools.join("node_modules/workerd/bin/workerd"));
    command.arg("serve").arg(folder.join("workerd.capnp"));
    for (name, address) in [("direct", direct), ("through", through)] {
        command.arg(format!("--socket-addr={name}={address}"));
    }
    let process = std::sync::Arc::new(Process::listening(&mut command, through).await.context("workerd")?);
    Ok([Contender { process: process.clone(), address: direct }, Contender { process, address: through }])
}

fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}
