//! What workers print, and what strangers write, where people see it.

use std::time::Duration;

use anyhow::Result;
use tollgate_tests::{Host, Terminal, Upload, ask, importing, printing};

use crate::develop::{ANY, prebuilt};

/// A loop that prints would fill the disk.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_prints_so_much_for_one_request_and_no_more() -> Result<()> {
    let host = Host::start().await?;
    host.deploy("printer", Upload::made(printing(100)?).route("*.test/*")).await?;
    for round in 1..=2 {
        host.get("printer.test", "/", &[]).await?;
        // The worker is at its end, and so are its lines.
        host.wait_for_instances(0, Duration::from_secs(10)).await?;
        let log = host.log()?;
        // Of 4 KiB each, and 128 bytes beside.
        assert_eq!(log.lines().filter(|line| line.contains("xxx")).count(), 62 * round);
        let last = "what it prints beyond 262144 bytes for one request is left out";
        assert_eq!(log.matches(last).count(), round, "{log}");
    }
    Ok(())
}

/// The logger prints the customer's name, which is whatever somebody gave.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_prints_is_nothing_that_a_terminal_obeys() -> Result<()> {
    let folder = tempfile::tempdir()?;
    prebuilt(folder.path(), "guard", "outbound-logger", "[tollgate]\nrole = \"outbound\"\n")?;
    let name = "customer_name=\u{1b}]0;gone\u{7}alice";
    let terminal = Terminal::run(folder.path(), &[&["dev", "guard", "--parameter", name][..], &ANY].concat())?;
    let shown = terminal.wait_for("watching; Ctrl-C stops\n").await?;
    let port = shown.split_once("curl -x http://127.0.0.1:").map(|(_, rest)| rest).unwrap_or_default();
    let port = port.chars().take_while(char::is_ascii_digit).collect::<String>().parse()?;
    ask(port, "api.example.invalid", "/v1").await?;
    let shown = terminal.wait_for("guard | \\u{1b}]0;gone\\u{7}alice GET").await?;
    assert!(!shown.contains("\u{1b}]0;"), "{shown:?}");
    Ok(())
}

/// A component's names are whatever somebody wrote into it.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_component_is_called_by_is_nothing_that_a_terminal_obeys() -> Result<()> {
    let (host, folder) = (Host::start().await?, tempfile::tempdir()?);
    let component = importing(r#"(import "a:b/c\1b]0;gone\07" (instance))"#)?;
    std::fs::write(folder.path().join("it.wasm"), component)?;
    std::fs::write(folder.path().join("wrangler.toml"), "name = \"it\"\nmain = \"it.wasm\"\n")?;
    for verb in [&["inspect", "it.wasm"][..], &["deploy"]] {
        let ran = host.run(folder.path(), verb).await?;
        assert!(ran.to_string().contains("\\u{1b}]0;gone"), "{verb:?}: {ran:?}");
        assert!(!ran.to_string().contains('\u{1b}'), "{verb:?}: {ran:?}");
    }
    Ok(())
}
