//! Compositions as `new` begins them: the three roles in each language, run by `dev`.

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
    shown(folder.path(), &[&new[..], &["--role", "outbound", "outbound"]].concat()).await?;
    let told = shown(folder.path(), &[&new[..], &["--role", "dispatch", "pick"]].concat()).await?;
    ensure!(told.contains("`tollgate dev . ../outbound`"), "{told}");
    let terminal = Terminal::run(folder.path(), &[&["dev", "shop", "outbound", "pick"][..], &ANY].concat())?;
    let shown = terminal.wait_for("watching; Ctrl-C stops\n").await?;
    let (_, rest) = shown.split_once("curl -H 'Host: WORKER.localhost' http://127.0.0.1:").context("nothing to try")?;
    let port = rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse()?;
    let answer = r#"user worker got "intercepted a request for shop by the outbound" from fetch"#;
    let answered = ask(port, "shop.localhost", "/").await?;
    ensure!(answered.text() == answer, "{answered:?} after\n{}", terminal.shown());
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
