//! What workers print, and what strangers write, where people see it.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tollgate_tests::{Host, Terminal, Upload, ask, failing, importing, printing, program, root};

use crate::develop::{ANY, prebuilt, watching};

/// A loop that prints would fill the disk, and what is shown in the place of a byte takes more of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_prints_so_much_for_one_request_and_no_more() -> Result<()> {
    // Lines of 4 KiB, a byte of which takes one in the log, three or six, and 128 bytes beside.
    for (byte, shown, lines) in [(b'x', "xxx", 62), (0xff, "\u{fffd}\u{fffd}", 21), (0x1b, "\\u{1b}\\u{1b}", 10)] {
        let host = Host::start().await?;
        let mut line = [byte; 4096];
        line[4095] = b'\n';
        host.deploy("printer", Upload::made(printing(100, &line)?).route("*.test/*")).await?;
        for round in 1..=2 {
            host.get("printer.test", "/", &[]).await?;
            // The worker is at its end, and so are its lines.
            host.wait_for_instances(0, Duration::from_secs(10)).await?;
            let log = host.log()?;
            assert_eq!(log.lines().filter(|line| line.contains(shown)).count(), lines * round, "{shown}");
            let last = "what it prints beyond 262144 bytes for one request is left out";
            assert_eq!(log.matches(last).count(), round, "{log}");
        }
    }
    Ok(())
}

/// Whoever reads a host's log at a terminal goes by what each line says of whose it is.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_says_writes_over_nothing_in_the_log() -> Result<()> {
    let host = Host::start().await?;
    let said = "paid\rworker=\"victim\"\u{e}\u{5}\u{1b}[2K\u{9b}2K\tend";
    let printer = printing(1, format!("{said}\r\n").as_bytes())?;
    host.deploy("printer", Upload::made(printer).route("printer.test/*")).await?;
    host.deploy("failing", Upload::made(failing(&format!("{said}\nworker"))?).route("failing.test/*")).await?;
    for name in ["printer.test", "failing.test"] {
        host.get(name, "/", &[]).await?;
    }
    host.wait_for_instances(0, Duration::from_secs(10)).await?;
    let log = host.log()?;
    let told = r#"paid\rworker="victim"\u{e}\u{5}\u{1b}[2K\u{9b}2K\tend"#;
    assert!(log.contains(&format!("{told} ")) && log.contains(&format!("{told}\\nworker\n")), "{log}");
    assert!(!log.contains(|one: char| one.is_control() && one != '\n'), "{log:?}");
    Ok(())
}

/// A dispatch worker may print the message, or answer with it.
#[tokio::test(flavor = "multi_thread")]
async fn the_message_of_a_failed_dispatch_has_no_control_characters() -> Result<()> {
    let host = Host::start().await?;
    host.namespace("prod").await?;
    host.deploy("dispatch", Upload::of("test-dispatch").dispatches("prod", None).route("*.test/*")).await?;
    host.deploy_in("prod", "failing", Upload::made(failing("paid\u{1b}[2K\r\nworker=\"victim\"")?)).await?;
    let told = host.get("failing.test", "/", &[]).await?.text();
    assert!(told.contains(r#"paid\u{1b}[2K\r\nworker="victim""#), "{told:?}");
    Ok(())
}

/// The log of a host may go to somebody who goes away: whoever asks for a worker is answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_whose_log_nobody_reads_serves() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (nobody, log) = std::io::pipe()?;
    drop(nobody);
    let mut serve = tokio::process::Command::new(program("tollgate")?);
    serve.args([&["serve"][..], &ANY].concat()).current_dir(folder.path()).kill_on_drop(true);
    serve.env("TOLLGATE_LOG", "debug").env("TOLLGATE_COMPILED", root().join("target/compiled-for-tests"));
    let mut running = serve.stdout(Stdio::piped()).stderr(log).spawn()?;
    let mut told = BufReader::new(running.stdout.take().context("no stdout")?).lines();
    let port = loop {
        let line = told.next_line().await?.context("the host ended before it listened")?;
        if let Some(address) = line.strip_prefix("listen   http://127.0.0.1:") {
            break address.parse()?;
        }
    };
    assert_eq!(ask(port, "nobody.test", "/").await?.status, 404);
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

/// A file may be called anything.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_is_called_is_nothing_that_a_terminal_obeys() -> Result<()> {
    let folder = tempfile::tempdir()?;
    prebuilt(folder.path(), "shop", "hello-2", "")?;
    let (terminal, _) = watching(folder.path(), &["shop"]).await?;
    std::fs::write(folder.path().join("shop/\u{1b}]0;gone\u{7}"), "")?;
    terminal.wait_for("changed   shop: \\u{1b}]0;gone\\u{7}\n").await?;
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
