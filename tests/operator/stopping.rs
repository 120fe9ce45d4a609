//! Stopping: what is under way is brought to its end.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use reqwest::Method;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tollgate_tests::{Host, PATIENCE, guest, program, root};

const HEAD: &str = "--part\r\ncontent-disposition: form-data; name=\"metadata\"\r\n\r\n{\"main_module\":\"m\"}\r\n\
                    --part\r\ncontent-disposition: form-data; name=\"m\"; filename=\"m\"\r\n\r\n";
const TAIL: &str = "\r\n--part--\r\n";

/// A component that no host has compiled yet: a small one, since it is compiled while the host stops.
fn new() -> Result<Vec<u8>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    let mut script = guest("hello-2")?;
    // A custom section of 21 bytes: a name of 4, and a number of 16.
    script.extend([0, 21, 4]);
    script.extend(b"mark");
    script.extend(now.to_le_bytes());
    Ok(script)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_in_flight_ends_before_the_host_does() -> Result<()> {
    let host = Host::start().await?;
    let token = host.token();
    let script = new()?;
    let mut client = TcpStream::connect(host.control_address()).await?;
    let head = format!(
        "PUT /client/v4/accounts/a/workers/scripts/user HTTP/1.1\r\nHost: host\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary=part\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        token,
        HEAD.len() + script.len() + TAIL.len(),
    );
    client.write_all(head.as_bytes()).await?;
    let mut asked = [0; 25];
    client.read_exact(&mut asked).await?;
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n", "the deploy has begun");

    host.terminate().await?;
    while TcpStream::connect(host.listen()).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    client.write_all(&[HEAD.as_bytes(), &script, TAIL.as_bytes()].concat()).await?;
    let mut answer = String::new();
    client.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}\n{}", host.log()?);

    let host = host.restart().await?;
    assert_eq!(host.control(Method::GET, "scripts/user", None).await?.0, 200);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_where_a_host_listens_may_stop_it_at_once() -> Result<()> {
    for _ in 0..5 {
        let host = Host::start().await?;
        host.terminate().await?;
        assert_eq!(host.ended().await?.code(), Some(0));
    }
    Ok(())
}

/// A host without a configuration file that listens, started with SIGHUP `SIG_DFL` or `SIG_IGN`.
async fn without_file(data: &Path, hangup: &str) -> Result<Child> {
    let start = format!(
        "import os, signal, sys; signal.signal(signal.SIGHUP, signal.{hangup}); os.execv(sys.argv[1], sys.argv[1:])"
    );
    let mut host = Command::new("python3")
        .args(["-c", &start])
        .arg(program("tollgate")?)
        .args(["serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"))
        .env_remove("TOLLGATE_CONFIG")
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(data.join("log"))?)
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(host.stdout.take().context("no stdout")?).lines();
    while let Some(line) = lines.next_line().await? {
        if line.starts_with("listen") {
            return Ok(host);
        }
    }
    anyhow::bail!("the host ended: {}", std::fs::read_to_string(data.join("log"))?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_without_a_file_stops_at_a_hangup_unless_it_is_ignored() -> Result<()> {
    let data = tempfile::tempdir()?;
    let mut host = without_file(data.path(), "SIG_DFL").await?;
    let pid = host.id().context("no process")?.to_string();
    assert!(Command::new("kill").args(["-HUP", &pid]).status().await?.success());
    assert_eq!(tokio::time::timeout(PATIENCE, host.wait()).await??.code(), Some(0));
    let log = std::fs::read_to_string(data.path().join("log"))?;
    assert!(log.contains("stopping: requests in flight may finish"), "{log}");

    let host = without_file(data.path(), "SIG_IGN").await?;
    let status = std::fs::read_to_string(format!("/proc/{}/status", host.id().context("no process")?))?;
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).context("no SigIgn")?;
    assert_eq!(u64::from_str_radix(ignored.trim(), 16)? & 1, 1, "SIGHUP stays ignored");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_stops_while_its_file_is_read_again() -> Result<()> {
    let host = Host::start().await?;
    let file = host.data().join("tollgate.toml");
    std::fs::remove_file(&file)?;
    assert!(Command::new("mkfifo").arg(&file).status().await?.success());
    let pid = host.pid().context("no process")?.to_string();
    assert!(Command::new("kill").args(["-HUP", &pid]).status().await?.success());
    // Opens when the host reads.
    let opened = tokio::task::spawn_blocking(move || std::fs::File::options().write(true).open(file));
    let writer = tokio::time::timeout(PATIENCE, opened).await???;
    host.terminate().await?;
    let closed = async {
        while TcpStream::connect(host.listen()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, closed).await.context("the host goes on")?;
    drop(writer);
    assert_eq!(host.ended().await?.code(), Some(0));
    Ok(())
}
