//! A host: the real binary on free ports, with a data folder of its own.

mod control;
mod log;
mod upload;

use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use http::{Request, Response};
use hyper::body::Incoming;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::PATIENCE;
use crate::client::{Answer, Body, Client, client, empty, full};
use crate::guest::root;
use crate::verb::{Ran, binary, ended, verb};
pub use upload::Upload;

/// `code.shared_functions_bytes`, as `tollgate dev` sets it.
const SHARED_FUNCTIONS_BYTES: u64 = 192 << 20;

/// A running host; killed when dropped.
pub struct Host {
    listen: SocketAddr,
    control: SocketAddr,
    token: String,
    data: Arc<TempDir>,
    process: Child,
    client: Client,
    http: reqwest::Client,
    started_in: Duration,
}

impl Host {
    /// The control token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Starts one. It may reach 127.0.0.1, as `origin.test`, and no other address that is not public.
    pub async fn start() -> anyhow::Result<Self> {
        Self::configured("").await
    }

    /// Starts one with more tables in its configuration file.
    pub async fn configured(more: &str) -> anyhow::Result<Self> {
        Self::written("", "", more).await
    }

    /// Starts one with more keys at the top of its configuration file.
    pub async fn with_keys(keys: &str) -> anyhow::Result<Self> {
        Self::written(keys, "", "").await
    }

    /// Starts one with more keys in its table `[egress]`.
    pub async fn with_egress(keys: &str) -> anyhow::Result<Self> {
        Self::written("", keys, "").await
    }

    async fn written(top: &str, egress: &str, tables: &str) -> anyhow::Result<Self> {
        let data = Arc::new(tempfile::tempdir()?);
        let hosts = "[egress.hosts]\n\"origin.test\" = \"127.0.0.1\"\n";
        let text = format!("{top}[egress]\nallow = [\"127.0.0.1/32\"]\n{egress}{hosts}{tables}");
        std::fs::write(data.path().join("tollgate.toml"), sharing_functions(&text))?;
        Self::start_in(data, None).await
    }

    /// The host shows its token at its first start alone.
    async fn start_in(data: Arc<TempDir>, token: Option<String>) -> anyhow::Result<Self> {
        let config = data.path().join("tollgate.toml");
        let since = Instant::now();
        let mut process = Command::new(binary()?)
            .args(["serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data"])
            .arg(data.path())
            .arg("--config")
            .arg(&config)
            .arg("--compiled")
            .arg(root().join("target/compiled-for-tests"))
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(data.path().join("log"))?)
            .kill_on_drop(true)
            .spawn()?;
        let stdout = process.stdout.take().context("no stdout")?;
        let mut lines = BufReader::new(stdout).lines();
        let announced = tokio::time::timeout(Duration::from_secs(60), announced(&mut lines)).await;
        let log = || std::fs::read_to_string(data.path().join("log")).unwrap_or_default();
        let Announced { shown, control, listen } =
            announced.context("the host did not start in time")?.with_context(log)?;
        let (started_in, token) = (since.elapsed(), shown.or(token).context("the host showed no token")?);
        // reqwest wants to be told which cryptography, though nothing here uses it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { listen, control, token, data, process, client: client(), http, started_in })
    }

    /// Stops it, and starts it again on the same data folder.
    pub async fn restart(mut self) -> anyhow::Result<Self> {
        self.process.kill().await?;
        let (data, token) = (self.data.clone(), self.token.clone());
        // Prints its log, before the next one writes another.
        drop(self);
        Self::start_in(data, Some(token)).await
    }

    /// Asks it to stop, does something with its data folder once it has ended, and starts it again there.
    pub async fn restart_after(mut self, work: impl AsyncFnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        self.terminate().await?;
        tokio::time::timeout(PATIENCE, self.process.wait()).await.context("the host goes on")??;
        let (data, token) = (self.data.clone(), self.token.clone());
        drop(self);
        work(data.path()).await?;
        Self::start_in(data, Some(token)).await
    }

    /// The address of the front door.
    pub fn listen(&self) -> SocketAddr {
        self.listen
    }

    /// The address of the control listener.
    pub fn control_address(&self) -> SocketAddr {
        self.control
    }

    /// The time from the start of its process until it served.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Runs a verb of the command line against it, in a folder.
    pub async fn run(&self, folder: &Path, arguments: &[&str]) -> anyhow::Result<Ran> {
        self.run_reading(folder, arguments, "").await
    }

    /// The same for a verb that reads something.
    pub async fn run_reading(&self, folder: &Path, arguments: &[&str], input: &str) -> anyhow::Result<Ran> {
        let mut command = verb(folder, arguments)?;
        command.env("TOLLGATE_CONTROL", self.control.to_string()).env("TOLLGATE_DATA", self.data.path());
        let mut running = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let mut stdin = running.stdin.take().context("no stdin")?;
        stdin.write_all(input.as_bytes()).await?;
        drop(stdin);
        ended(arguments, running.wait_with_output()).await
    }

    /// Asks it to stop.
    pub async fn terminate(&self) -> anyhow::Result<()> {
        self.signal("-TERM").await
    }

    /// Writes another configuration file, asks the host to reload it, and waits until the log has one more of these lines.
    pub async fn reload(&self, text: &str, line: &str) -> anyhow::Result<()> {
        let lines = || anyhow::Ok(self.log_file()?.matches(line).count());
        let before = lines()?;
        std::fs::write(self.data.path().join("tollgate.toml"), sharing_functions(text))?;
        self.signal("-HUP").await?;
        let logged = async {
            while lines()? == before {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, logged).await.with_context(|| format!("{line:?} is not in the log"))?
    }

    async fn signal(&self, signal: &str) -> anyhow::Result<()> {
        let pid = self.pid().context("no process")?.to_string();
        let sent = Command::new("kill").args([signal, &pid]).status().await?;
        anyhow::ensure!(sent.success(), "kill: {sent}");
        Ok(())
    }

    /// Waits for its end.
    pub async fn ended(mut self) -> anyhow::Result<ExitStatus> {
        Ok(tokio::time::timeout(PATIENCE, self.process.wait()).await.context("the host goes on")??)
    }

    /// The host's process.
    pub fn pid(&self) -> Option<u32> {
        self.process.id()
    }

    /// What it logged so far. A thread of the host writes the log; this waits until no line waits for it.
    pub fn log(&self) -> anyhow::Result<String> {
        log::written(self.control, &self.token)?;
        self.log_file()
    }

    /// The file of the log as it is, although lines may wait.
    pub fn log_file(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(self.data.path().join("log"))?)
    }

    /// Sends a request without a body to the front door, under a host name.
    pub async fn get(&self, host: &str, path: &str, headers: &[(&str, &str)]) -> anyhow::Result<Answer> {
        self.send(self.request("GET", host, path, headers).body(empty())?).await
    }

    /// Sends a request with a body.
    pub async fn post(&self, host: &str, path: &str, headers: &[(&str, &str)], body: &str) -> anyhow::Result<Answer> {
        self.send(self.request("POST", host, path, headers).body(full(body.to_owned()))?).await
    }

    /// A request to the front door, to be given a body.
    pub fn request(&self, method: &str, host: &str, path: &str, headers: &[(&str, &str)]) -> http::request::Builder {
        let builder =
            Request::builder().method(method).uri(format!("http://{}{path}", self.listen)).header("host", host);
        headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value))
    }

    /// Sends a request, and reads the answer to its end.
    pub async fn send(&self, request: Request<Body>) -> anyhow::Result<Answer> {
        Answer::read(self.open(request).await?).await
    }

    /// Sends a request, and hands the response out with its body unread.
    pub async fn open(&self, request: Request<Body>) -> anyhow::Result<Response<Incoming>> {
        Ok(self.client.request(request).await?)
    }
}

impl Drop for Host {
    /// Prints the log. The test runner shows what a test printed only if the test fails.
    fn drop(&mut self) {
        let log = self.log().unwrap_or_else(|error| format!("cannot be read: {error}"));
        println!("log of the host on {}:\n{log}", self.listen);
    }
}

/// A configuration by which a guest compiles sooner if another one has its language's runtime, unless it has a section `[code]`. Its
/// compiling does not give way to other tests, unless it has a section `[compile]`.
fn sharing_functions(text: &str) -> String {
    let section = |name: &str, key: String| match text.contains(&format!("[{name}]")) {
        true => String::new(),
        false => format!("\n[{name}]\n{key}\n"),
    };
    let code = section("code", format!("shared_functions_bytes = {SHARED_FUNCTIONS_BYTES}"));
    format!("{text}{code}{}", section("compile", "nice = 0".to_owned()))
}

/// What a host tells at its start.
struct Announced {
    /// The token, at the start that makes it.
    shown: Option<String>,
    control: SocketAddr,
    listen: SocketAddr,
}

async fn announced(lines: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<Announced> {
    let (mut control, mut shown) = (None, None);
    while let Some(line) = lines.next_line().await? {
        let address = line.rsplit_once("http://").map(|(_, address)| address.parse());
        let mut words = line.split_whitespace();
        match (words.next(), address) {
            (Some("token"), _) => shown = words.next().map(str::to_owned),
            (Some("control"), Some(address)) => control = Some(address?),
            (Some("listen"), Some(address)) => {
                return Ok(Announced { shown, control: control.context("no control address")?, listen: address? });
            }
            _ => {}
        }
    }
    anyhow::bail!("the host ended before it listened")
}
