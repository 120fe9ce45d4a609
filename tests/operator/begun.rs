//! Compositions as `new` begins them: the three roles in each language, run by `dev`.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use tollgate_tests::{Terminal, ask, language};

use crate::develop::{ANY, prebuilt, shown};

/// The README's composition, as `new` writes it. The customer's worker is another test's where it is for WASI 0.2.
async fn composed(name: &str, wasi: &str) -> Result<()> {
    if !language(name)? {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let new = ["new", "--lang", name, "--wasi", wasi];
    if wasi == "0.2" && name != "c" {
        prebuilt(folder.path(), "shop", "rust/user", "")?;
    } else {
        shown(folder.path(), &[&new[..], &["shop"]].concat()).await?;
    }
    prebuilt(folder.path(), "trap", "test-user", "")?;
    shown(folder.path(), &[&new[..], &["--role", "outbound", "outbound"]].concat()).await?;
    let told = shown(folder.path(), &[&new[..], &["--role", "dispatch", "pick"]].concat()).await?;
    ensure!(told.contains("`tollgate dev . ../outbound`"), "{told}");
    let terminal = Terminal::run(folder.path(), &[&["dev", "shop", "trap", "outbound", "pick"][..], &ANY].concat())?;
    let shown = terminal.wait_for("watching; Ctrl-C stops\n").await?;
    let (_, rest) = shown.split_once("curl -H 'Host: WORKER.localhost' http://127.0.0.1:").context("nothing to try")?;
    let port = rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse()?;
    let answer = r#"user worker got "intercepted a request for shop by the outbound" from fetch"#;
    let answered = ask(port, "shop.localhost", "/").await?;
    ensure!(answered.text() == answer, "{answered:?} after\n{}", terminal.shown());
    failed(port, "trap.localhost").await?;
    misspelt(folder.path(), &terminal, port).await
}

/// A client is told that a worker failed, and no more.
async fn failed(port: u16, host: &str) -> Result<()> {
    let answered = ask(port, host, "/trap").await?;
    let told = (answered.status.as_u16(), answered.text());
    ensure!((told.0, told.1.trim_end()) == (500, "the worker failed"), "{host}: {answered:?}");
    Ok(())
}

/// Who misspells a parameter is told so by their dispatch worker: no worker has run yet of which the host could tell.
async fn misspelt(folder: &Path, terminal: &Terminal, port: u16) -> Result<()> {
    let config = folder.join("pick/wrangler.toml");
    let text = std::fs::read_to_string(&config)?.replace("\"account\"", "\"acount\"");
    // What was built stays as it is, and need not be built again.
    let rest: Vec<_> = text.lines().filter(|line| !line.starts_with("main = ")).collect();
    std::fs::write(&config, format!("main = \".tollgate/build/worker.wasm\"\n{}\n", rest.join("\n")))?;
    terminal.wait_for("deployed  pick, version 2").await?;
    failed(port, "shop.localhost").await?;
    let reason = "parameter \"account\" is not declared by the binding; declared: paramCustomerName, acount";
    terminal.wait_for(reason).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_composition_in_c_runs_as_new_writes_it() -> Result<()> {
    composed("c", "0.2").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_composition_in_go_runs_as_new_writes_it() -> Result<()> {
    composed("go", "0.2").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_composition_in_javascript_runs_as_new_writes_it() -> Result<()> {
    composed("js", "0.2").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_composition_in_python_runs_as_new_writes_it() -> Result<()> {
    composed("python", "0.2").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_composition_in_rust_runs_as_new_writes_it() -> Result<()> {
    composed("rust", "0.2").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_composition_in_rust_for_0_3_runs_as_new_writes_it() -> Result<()> {
    composed("rust", "0.3").await
}
