//! Starting: what is printed at the first start alone, and what a host does without.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tollgate_tests::{PATIENCE, guest};

/// A host that was started by hand; killed when dropped.
struct Started {
    process: Child,
    said: Vec<String>,
}

impl Started {
    fn on(data: &Path) -> Result<Self> {
        Self::with(data, &[])
    }

    fn with(data: &Path, more: &[&str]) -> Result<Self> {
        let log = std::fs::File::create(data.join("log"))?;
        let ports = ["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"];
        let mut process = serve(data, &[&ports, more].concat()).stdout(Stdio::piped()).stderr(log).spawn()?;
        let stdout = process.stdout.take().context("no stdout")?;
        let mut started = Self { process, said: Vec::new() };
        for line in BufReader::new(stdout).lines() {
            started.said.push(line?);
            if started.says("listen").is_ok() {
                return Ok(started);
            }
        }
        anyhow::bail!("{:?}\n{}", started.said, std::fs::read_to_string(data.join("log"))?)
    }

    /// What follows a word at the beginning of a line.
    fn says(&self, word: &str) -> Result<&str> {
        let line = self.said.iter().find_map(|line| line.strip_prefix(word));
        line.and_then(|rest| rest.split_whitespace().next()).with_context(|| format!("{:?}", self.said))
    }

    fn address(&self, word: &str) -> Result<&str> {
        self.says(word)?.strip_prefix("http://").context("no address")
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(data: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.arg("serve").arg("--data").arg(data).args(more);
    command
}

/// Beside the folder of tests that this one is in.
fn binary() -> PathBuf {
    std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("tollgate")
}

#[test]
fn a_token_is_shown_at_the_start_that_succeeds_and_at_no_later_one() -> Result<()> {
    let data = tempfile::tempdir()?;
    let token = data.path().join("token");
    let busy = TcpListener::bind("127.0.0.1:0")?;
    let port = busy.local_addr()?.to_string();
    std::fs::write(data.path().join("wrong.toml"), "[nothing]\n")?;
    let wrong = data.path().join("wrong.toml");
    for ports in [
        ["--listen", &port, "--control", "127.0.0.1:0"],
        ["--listen", "127.0.0.1:0", "--control", &port],
        ["--listen", "127.0.0.1:0", "--config", &wrong.display().to_string()],
    ] {
        let failed = serve(data.path(), &ports).output()?;
        assert_eq!((failed.status.code(), failed.stdout.as_slice()), (Some(2), &b""[..]), "{ports:?}");
        assert!(!token.exists(), "{ports:?}");
    }
    let first = Started::on(data.path())?;
    let shown = first.says("token")?;
    assert!(shown.len() == 64 && !std::fs::read_to_string(&token)?.contains(shown));
    drop(first);
    assert!(Started::on(data.path())?.says("token").is_err());
    Ok(())
}

/// Hosts that share the folder of compiled code delete nothing there; this one has its own.
#[test]
fn compiled_code_that_no_version_needs_is_deleted() -> Result<()> {
    let data = tempfile::tempdir()?;
    let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let (old, shared) = (data.path().join("compiled/v2-0").join(digest), data.path().join("shared/v2-0").join(digest));
    for file in [&old, &shared] {
        std::fs::create_dir_all(file.parent().context("no folder")?)?;
        std::fs::write(file, "code of an engine that is gone")?;
    }
    let config = data.path().join("tollgate.toml");
    std::fs::write(&config, "[store]\ngrace_seconds = 0\n")?;
    let config = config.display().to_string();
    let host = Started::with(data.path(), &["--config", &config])?;
    while old.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(host);
    let shared_folder = data.path().join("shared").display().to_string();
    let _host = Started::with(data.path(), &["--config", &config, "--compiled", &shared_folder])?;
    assert!(shared.exists());
    Ok(())
}

#[test]
fn compiled_code_of_another_engine_is_removed_once_the_host_serves() -> Result<()> {
    let data = tempfile::tempdir()?;
    let other = data.path().join("compiled/p2-0123456789abcdef");
    std::fs::create_dir_all(&other)?;
    std::fs::write(other.join("code"), [0; 1_000])?;
    let _host = Started::on(data.path())?;
    let until = Instant::now() + PATIENCE;
    let line = loop {
        let log = std::fs::read_to_string(data.path().join("log"))?;
        if let Some(line) = log.lines().find(|line| line.contains("removed compiled code of other engines")) {
            break line.to_owned();
        }
        ensure!(Instant::now() < until, "nothing was removed: {log}");
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(line.contains("bytes=1000") && line.contains("folders=1"), "{line}");
    assert!(!other.exists());
    Ok(())
}

#[test]
fn compiled_code_that_cannot_be_kept_runs_all_the_same() -> Result<()> {
    let data = tempfile::tempdir()?;
    let host = Started::on(data.path())?;
    // Compiled code is kept in folders that the host has open; it cannot make a file in one that is gone.
    for folder in std::fs::read_dir(data.path().join("compiled"))? {
        std::fs::remove_dir_all(folder?.path())?;
    }
    let config = data.path().join("wrangler.toml");
    std::fs::write(&config, "name = \"user\"\nmain = \"user.wasm\"\nroutes = [\"user.localhost/*\"]\n")?;
    std::fs::write(data.path().join("user.wasm"), guest("test-user")?)?;
    let mut deploy = Command::new(binary());
    deploy
        .args(["deploy", "--control", host.address("control")?, "--data"])
        .arg(data.path())
        .arg("--config")
        .arg(config);
    let deployed = deploy.output()?;
    ensure!(deployed.status.success(), "{}", String::from_utf8_lossy(&deployed.stderr));
    let mut front_door = TcpStream::connect(host.address("listen")?)?;
    front_door.write_all(b"GET /hello HTTP/1.1\r\nHost: user.localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    front_door.read_to_string(&mut answer)?;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("hello"), "{answer}");
    let log = std::fs::read_to_string(data.path().join("log"))?;
    assert!(log.contains("WARN") && log.contains("compiled code could not be kept"), "{log}");
    assert!(log.contains("No such file"), "the cause is in the log: {log}");
    Ok(())
}
