//! A host: the real binary on free ports, with a data folder of its own.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use http::{Request, Response};
use hyper::body::Incoming;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::authority::ClientCertificate;
use crate::client::{Answer, Body, Client, client, empty, full};
use crate::guest::{guest, paired, root};

/// A running host; killed when dropped.
pub struct Host {
    listen: SocketAddr,
    control: SocketAddr,
    token: String,
    data: TempDir,
    process: Child,
    client: Client,
    http: reqwest::Client,
}

/// A worker to be deployed.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    guest: String,
    bytes: Option<Vec<u8>>,
    mark: Option<usize>,
    metadata: serde_json::Map<String, Value>,
    bindings: Vec<Value>,
}

impl Upload {
    /// A guest of `guests/`; one of the suite's own in the version that the pairing says.
    pub fn of(guest: &str) -> Self {
        Self { guest: paired(guest), ..Self::default() }
    }

    /// A component that no guest is.
    pub fn made(bytes: Vec<u8>) -> Self {
        Self { bytes: Some(bytes), ..Self::default() }
    }

    /// With a variable.
    pub fn variable(self, name: &str, text: &str) -> Self {
        self.binding(json!({ "type": "plain_text", "name": name, "text": text }))
    }

    /// With a binding in its wire form.
    pub fn binding(mut self, binding: Value) -> Self {
        self.bindings.push(binding);
        self
    }

    /// With the dispatch binding `dispatcher` to a namespace, and an outbound worker with parameters.
    pub fn dispatches(self, namespace: &str, outbound: Option<(&str, Value)>) -> Self {
        let outbound = outbound.map(|(service, params)| json!({ "worker": { "service": service }, "params": params }));
        self.binding(json!({
            "type": "dispatch_namespace", "name": "dispatcher", "namespace": namespace, "outbound": outbound
        }))
    }

    /// With a route.
    pub fn route(self, pattern: &str) -> Self {
        self.metadata("routes", json!([pattern]))
    }

    /// With limits of its own.
    pub fn limits(self, limits: Value) -> Self {
        self.metadata("limits", limits)
    }

    /// With instances that serve this many requests each.
    pub fn reuse(self, requests: u32) -> Self {
        self.metadata("reuse", json!({ "requests": requests }))
    }

    /// That keeps bindings of these kinds where it does not name them.
    pub fn keeps(self, kinds: &[&str]) -> Self {
        self.metadata("keep_bindings", json!(kinds))
    }

    /// As a script of its own among scripts that do the same: with a custom section that holds a number.
    pub fn distinct(mut self, mark: usize) -> Self {
        self.mark = Some(mark);
        self
    }

    fn script(&self) -> anyhow::Result<Vec<u8>> {
        let mut script = self.bytes.clone().map_or_else(|| guest(&self.guest), Ok)?;
        if let Some(mark) = self.mark {
            // Section 0 of 13 bytes: a name of 4 bytes, and 8 of the number.
            script.extend([0, 13, 4]);
            script.extend(b"mark");
            script.extend(mark.to_le_bytes());
        }
        Ok(script)
    }

    fn metadata(mut self, key: &str, value: Value) -> Self {
        self.metadata.insert(key.to_owned(), value);
        self
    }
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
        let data = tempfile::tempdir()?;
        let hosts = "[egress.hosts]\n\"origin.test\" = \"127.0.0.1\"\n";
        let text = format!("{top}[egress]\nallow = [\"127.0.0.1/32\"]\n{egress}{hosts}{tables}");
        std::fs::write(data.path().join("tollgate.toml"), text)?;
        Self::start_in(data).await
    }

    async fn start_in(data: TempDir) -> anyhow::Result<Self> {
        let config = data.path().join("tollgate.toml");
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
        let (control, listen) = announced.context("the host did not start in time")?.with_context(log)?;
        let token = std::fs::read_to_string(data.path().join("token"))?.trim().to_owned();
        // reqwest wants to be told which cryptography, though nothing here uses it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { listen, control, token, data, process, client: client(), http })
    }

    /// Stops it, and starts it again on the same data folder.
    pub async fn restart(mut self) -> anyhow::Result<Self> {
        self.process.kill().await?;
        Self::start_in(self.data).await
    }

    /// The address of the front door.
    pub fn listen(&self) -> SocketAddr {
        self.listen
    }

    /// The address of the control listener.
    pub fn control_address(&self) -> SocketAddr {
        self.control
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
        Ok(Ran::of(running.wait_with_output().await?))
    }

    /// The host's process.
    pub fn pid(&self) -> Option<u32> {
        self.process.id()
    }

    /// What it logged so far.
    pub fn log(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(self.data.path().join("log"))?)
    }

    /// Sends a control request to a path under `workers/`; the whole envelope comes back.
    pub async fn control(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<(u16, Value)> {
        self.control_of_account(method, &format!("workers/{path}"), body).await
    }

    /// The same to any path of the account.
    pub async fn control_of_account(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<(u16, Value)> {
        let url = format!("http://{}/client/v4/accounts/test/{path}", self.control);
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    fn control_url(&self, path: &str) -> String {
        format!("http://{}/client/v4/accounts/test/workers/{path}", self.control)
    }

    /// Creates a namespace.
    pub async fn namespace(&self, name: &str) -> anyhow::Result<()> {
        let (status, envelope) =
            self.control(Method::POST, "dispatch/namespaces", Some(json!({ "name": name }))).await?;
        ensure!(status == 200, "{envelope}");
        Ok(())
    }

    /// Uploads a client certificate, and gives its id.
    pub async fn certificate(&self, certificate: &ClientCertificate) -> anyhow::Result<String> {
        let ClientCertificate { certificates, private_key } = certificate;
        let body = json!({ "certificates": certificates, "private_key": private_key, "ca": false });
        let (status, envelope) = self.control_of_account(Method::POST, "mtls_certificates", Some(body)).await?;
        ensure!(status == 200, "{envelope}");
        let id = envelope.pointer("/result/id").and_then(Value::as_str).with_context(|| envelope.to_string())?;
        Ok(id.to_owned())
    }

    /// Uploads a worker to a path under `workers/`; the whole envelope comes back.
    pub async fn upload(&self, path: &str, upload: Upload) -> anyhow::Result<(u16, Value)> {
        let script = upload.script()?;
        let mut metadata = upload.metadata;
        metadata.insert("main_module".to_owned(), "worker.wasm".into());
        metadata.insert("bindings".to_owned(), upload.bindings.into());
        let module = Part::bytes(script).file_name("worker.wasm").mime_str("application/wasm")?;
        let form = Form::new().text("metadata", Value::from(metadata).to_string()).part("worker.wasm", module);
        let request = self.http.put(self.control_url(path)).bearer_auth(&self.token).multipart(form);
        let response = request.send().await?;
        Ok((response.status().as_u16(), response.json().await?))
    }

    /// Deploys one of the operator's own workers.
    pub async fn deploy(&self, name: &str, upload: Upload) -> anyhow::Result<()> {
        let (status, envelope) = self.upload(&format!("scripts/{name}"), upload).await?;
        ensure!(status == 200, "{envelope}");
        Ok(())
    }

    /// Deploys a customer's worker.
    pub async fn deploy_in(&self, namespace: &str, name: &str, upload: Upload) -> anyhow::Result<()> {
        let (status, envelope) = self.upload(&customer(namespace, name), upload).await?;
        ensure!(status == 200, "{envelope}");
        Ok(())
    }

    /// Deletes a customer's worker.
    pub async fn delete_in(&self, namespace: &str, name: &str) -> anyhow::Result<()> {
        let (status, envelope) = self.control(Method::DELETE, &customer(namespace, name), None).await?;
        ensure!(status == 200, "{envelope}");
        Ok(())
    }

    /// Instances alive now.
    pub async fn instances(&self) -> anyhow::Result<u64> {
        let request = self.http.get(format!("http://{}/status", self.control)).bearer_auth(&self.token);
        let envelope: Value = request.send().await?.json().await?;
        envelope.pointer("/result/instances").and_then(Value::as_u64).with_context(|| envelope.to_string())
    }

    /// Waits until no more than this many instances live.
    pub async fn wait_for_instances(&self, most: u64, within: Duration) -> anyhow::Result<()> {
        let gone = async {
            while self.instances().await? > most {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(within, gone).await.context("instances still live")?
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

/// What a verb of the command line left.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
}

/// Runs a verb that needs no host, in a folder.
pub async fn tollgate(folder: &Path, arguments: &[&str]) -> anyhow::Result<Ran> {
    Ok(Ran::of(verb(folder, arguments)?.output().await?))
}

fn verb(folder: &Path, arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = Command::new(binary()?);
    command.current_dir(folder).args(arguments);
    command.env("TOLLGATE_KITS", root().join("guests")).env("TOLLGATE_CACHE", root().join("target/kits"));
    command.env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
    Ok(command)
}

impl Ran {
    fn of(output: std::process::Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

impl fmt::Display for Ran {
    /// As a person sees it, for snapshots.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}exit {}", self.stdout, self.stderr, self.code.unwrap_or(-1))
    }
}

fn customer(namespace: &str, name: &str) -> String {
    format!("dispatch/namespaces/{namespace}/scripts/{name}")
}

/// The host's binary.
pub(crate) fn binary() -> anyhow::Result<PathBuf> {
    program("tollgate")
}

/// A program of this workspace: beside the one that runs, or beside the folder of tests that this one is in.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    let running = std::env::current_exe()?;
    let candidates = || running.ancestors().skip(1).take(2).map(|folder| folder.join(name));
    candidates()
        .find(|path| path.is_file())
        .with_context(|| format!("{:?} are not there: run `cargo build`", candidates().collect::<Vec<_>>()))
}

async fn announced(lines: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<(SocketAddr, SocketAddr)> {
    let mut control = None;
    while let Some(line) = lines.next_line().await? {
        let address = line.rsplit_once("http://").map(|(_, address)| address.parse());
        match (line.split_whitespace().next(), address) {
            (Some("control"), Some(address)) => control = Some(address?),
            (Some("listen"), Some(address)) => return Ok((control.context("no control address")?, address?)),
            _ => {}
        }
    }
    anyhow::bail!("the host ended before it listened")
}
