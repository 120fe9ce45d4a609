//! The configuration: what the verbs print of it, and what a reload changes on a running host.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_tests::{Host, PATIENCE, Upload, importing, printing, program, root, tollgate};

/// The configuration that README showed before there were more keys.
const OLD: &str = r#"local_names = false

[[dispatch]]
domain = "apps.example.com"
namespace = "example"
outbound = { service = "outbound", parameters = { paramCustomerName = "{worker}", url = "{url}" } }

[egress]
direct = false
allow = ["10.1.0.0/16"]
hosts = { "db.internal" = "10.1.2.3" }

[code]
workers = 5_000
memory_mib = 1_024
maps = 30_000
"#;

/// Runs verbs in a folder one after another, and puts down what a person would see.
async fn session(folder: &Path, verbs: &[&str]) -> Result<String> {
    let mut seen = String::new();
    for verb in verbs {
        let ran = tollgate(folder, &verb.split(' ').collect::<Vec<_>>()).await?;
        seen.push_str(&format!("$ tollgate {verb}\n{ran}\n"));
    }
    Ok(seen.replace(&root().display().to_string(), "ROOT"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_checked_with_every_problem_at_once() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let files = [
        ("old.toml", OLD),
        ("empty.toml", ""),
        (
            "wrong.toml",
            "[limits]\ncpu_ms = 0\nmemory_byte = 1\nwall_ms = \"30s\"\n[egress]\ncpu_ms = 1\nallow = [\"10/8\"]\nca_pem = \"nothing here\"\n\
             [frontdoor]\n[log]\nfilter = \"request=loud\"\n[[dispatch]]\ndomain = \"apps.example.com:80\"\nnamespace = \"prod\"\n",
        ),
        ("contradiction.toml", "[limits]\nmemory_bytes = 2_147_483_648\n[instances]\ncount = 5_000\n"),
        ("no-toml.toml", "[limits\n"),
        ("dispatch.toml", "[[dispatch]]\ndomain = \"apps.example.com:80\"\nnamespace = \"prod\"\n"),
        ("filter.toml", "[log]\nfilter = \"request=loud\"\n"),
        ("authority.toml", "[egress]\nca_pem = \"nothing here\"\n"),
    ];
    let mut verbs = Vec::new();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text)?;
        verbs.push(format!("config check {name}"));
    }
    verbs.extend(["config check gone.toml".to_owned(), "serve --config wrong.toml".to_owned()]);
    let verbs: Vec<_> = verbs.iter().map(String::as_str).collect();
    insta::assert_snapshot!(session(folder.path(), &verbs).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_values_in_force_are_shown_with_their_sources() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("tollgate.toml"), OLD)?;
    let shown = session(folder.path(), &["config show --config tollgate.toml --listen 127.0.0.1:80"]).await?;
    insta::assert_snapshot!(shown);
    let mut show = tokio::process::Command::new(program("tollgate")?);
    let output = show.args(["config", "show"]).env("TOLLGATE_LOG", "debug").output().await?;
    let filter = "filter = \"debug\"  # environment, TOLLGATE_LOG\n";
    assert!(String::from_utf8(output.stdout)?.contains(filter), "the environment wins");
    let mut show = tokio::process::Command::new(program("tollgate")?);
    let output = show.args(["config", "show"]).env("TOLLGATE_LOG", "request=loud").output().await?;
    let filter = "filter = \"info\"  # default; TOLLGATE_LOG is ignored: it is not a log filter\n";
    assert!(String::from_utf8(output.stdout)?.contains(filter), "`serve` ignores it");
    // What is shown is a configuration itself.
    let shown = tollgate(folder.path(), &["config", "show", "--config", "tollgate.toml"]).await?.stdout;
    std::fs::write(folder.path().join("shown.toml"), &shown)?;
    let again = tollgate(folder.path(), &["config", "show", "--config", "shown.toml"]).await?.stdout;
    let values = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split("  #").next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(values(&again), values(&shown));
    Ok(())
}

/// A worker with 12 MiB of memory, which answers nothing: the host says 502, or 503 if a limit ends it first.
fn large() -> Result<Vec<u8>> {
    importing("(core module $large (memory 192)) (core instance (instantiate $large))")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_changes_a_limit_and_a_wrong_file_changes_nothing() -> Result<()> {
    let host = Host::start().await?;
    host.deploy("large", Upload::made(large()?).route("*.test/*")).await?;
    let status = async || anyhow::Ok(host.get("any.test", "/", &[]).await?.status.as_u16());
    assert_eq!(status().await?, 502);
    host.reload("[limits]\nmemory_bytes = 4_194_304\n", "configuration reloaded").await?;
    assert_eq!(status().await?, 503, "the limit is in force for the next request");
    let log = host.log()?;
    let changed = r#"configuration changed key="limits.memory_bytes" from="134217728" to="4194304""#;
    assert!(log.contains(changed) && log.contains("changed=3 need_restart=0"), "{log}");

    host.reload("[limits]\nmemory_bytes = 1\n", "configuration not reloaded").await?;
    assert_eq!(status().await?, 503, "the old limit stays in force");
    let log = host.log()?;
    let reason = "line 2: limits.memory_bytes: expected a whole number of bytes from 1048576 to 4294967296, found 1";
    assert!(log.contains(reason), "{log}");

    host.reload("[instances]\ncount = 7\n[log]\nfilter = \"info,request=debug\"\n", "configuration reloaded").await?;
    assert_eq!(status().await?, 502, "a key that the file no longer sets has its default");
    let log = host.log()?;
    let waits = r#"configuration change needs a restart key="instances.count" from="1000" to="7""#;
    assert!(log.contains(waits), "{log}");
    assert!(log.lines().any(|line| line.contains("request: ") && line.contains("answer=502")), "{log}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_says_that_the_environment_wins_over_the_log_filter() -> Result<()> {
    let data = tempfile::tempdir()?;
    let (file, log) = (data.path().join("tollgate.toml"), data.path().join("log"));
    std::fs::write(&file, "")?;
    let mut host = tokio::process::Command::new(program("tollgate")?);
    host.args(["serve", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", "--data"]).arg(data.path());
    host.arg("--config").arg(&file).env("TOLLGATE_LOG", "info");
    host.env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
    host.stdout(Stdio::piped()).stderr(std::fs::File::create(&log)?).kill_on_drop(true);
    let mut host = host.spawn()?;
    // The handler is there before the announcement.
    let mut announced = [0];
    host.stdout.as_mut().context("no stdout")?.read_exact(&mut announced).await?;
    std::fs::write(&file, "[log]\nfilter = \"debug\"\n[limits]\ncpu_ms = 7\n")?;
    let pid = host.id().context("no process")?.to_string();
    assert!(tokio::process::Command::new("kill").args(["-HUP", &pid]).status().await?.success());
    let reloaded = async {
        while !std::fs::read_to_string(&log)?.contains("configuration reloaded") {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, reloaded).await??;
    let log = std::fs::read_to_string(&log)?;
    let no_effect = r#"configuration change has no effect: TOLLGATE_LOG wins key="log.filter""#;
    assert!(log.contains(no_effect) && log.contains("changed=1 need_restart=0"), "{log}");
    Ok(())
}

/// Sends a request over a connection of its own, and gives what comes back until the host closes it.
async fn spoken(host: &Host) -> Result<String> {
    let mut socket = TcpStream::connect(host.listen()).await?;
    // The host may have closed it already.
    let _ = socket.write_all(b"GET / HTTP/1.1\r\nHost: nobody.test\r\nConnection: close\r\n\r\n").await;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_uploads_and_logs_are_bounded_by_the_file() -> Result<()> {
    let tables = "[front_door]\nconnections = 1\n[control]\nupload_bytes = 65_536\n[limits]\nlog_bytes = 1_024\n";
    let host = Host::configured(tables).await?;
    let (status, envelope) = host.upload("scripts/large", Upload::made(vec![0; 70_000])).await?;
    assert!(status == 413 && envelope.to_string().contains("larger than 65536 bytes"), "{status}: {envelope}");
    host.deploy("printer", Upload::made(printing(100, b"line\n")?).route("printer.test/*")).await?;
    let mut held = TcpStream::connect(host.listen()).await?;
    // A connection without a request would give way.
    held.write_all(b"GET / HTTP/1.1\r\nHost: nobody.test\r\n\r\n").await?;
    held.read_exact(&mut [0]).await?;
    assert_eq!(spoken(&host).await?, "", "one connection is open");
    host.reload("[front_door]\nconnections = 3\n[limits]\nlog_bytes = 1_024\n", "configuration reloaded").await?;
    assert!(spoken(&host).await?.starts_with("HTTP/1.1 404 "));
    host.get("printer.test", "/", &[]).await?;
    host.wait_for_instances(0, std::time::Duration::from_secs(30)).await?;
    let log = host.log()?;
    assert!(log.contains("what it prints beyond 1024 bytes for one request is left out"), "{log}");
    drop(held);
    Ok(())
}

/// At the largest depth too, where each worker is polled within the one before it.
#[tokio::test(flavor = "multi_thread")]
async fn a_chain_is_as_deep_as_the_file_says() -> Result<()> {
    let outbound = r#"{ service = "outbound", parameters = { customer_name = "{worker}", url = "{url}" } }"#;
    let builtin = format!("[[dispatch]]\ndomain = \"test\"\nnamespace = \"prod\"\noutbound = {outbound}\n");
    let host = Host::configured(&format!("[limits]\ndispatch_depth = 16\n{builtin}")).await?;
    host.namespace("prod").await?;
    host.deploy("outbound", Upload::of("test-outbound")).await?;
    let own = serde_json::json!([{ "name": "customer_name" }, { "name": "url" }]);
    host.deploy("outbound", Upload::of("test-dispatch").dispatches("prod", Some(("outbound", own)))).await?;
    host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    let customer = [("x-parameters", r#"{"customer_name":"alice","url":"http://u/"}"#)];
    let depth = async || anyhow::Ok(host.get("user.test", "/forward", &customer).await?.text());
    assert_eq!(depth().await?, "depth-exceeded: dispatches are nested deeper than 16");
    let text = format!("[limits]\ndispatch_depth = 4\n{builtin}");
    host.reload(&text, "configuration reloaded").await?;
    assert_eq!(depth().await?, "depth-exceeded: dispatches are nested deeper than 4");
    Ok(())
}
