//! `new`, `build`, `dev`, a change, and the change is there: for each language, in a terminal, as a person does it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tollgate_tests::{Answer, Terminal, ask, guest_path, language};

/// What `dev` listens on: any port.
const ANY: [&str; 4] = ["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"];

/// Runs a verb to its end, and gives what it showed.
async fn shown(folder: &Path, arguments: &[&str]) -> Result<String> {
    let mut terminal = Terminal::run(folder, arguments)?;
    let code = terminal.ended().await?;
    let shown = terminal.shown();
    ensure!(code == 0, "exit {code}: {shown}");
    Ok(shown)
}

/// An outbound worker's project whose component is built already, so that one language is looked at at a time.
fn outbound(folder: &Path) -> Result<()> {
    let main = guest_path("rust/outbound")?;
    std::fs::create_dir(folder.join("guard"))?;
    let text = format!("name = \"guard\"\nmain = {main:?}\n[tollgate]\nrole = \"outbound\"\n");
    Ok(std::fs::write(folder.join("guard/wrangler.toml"), text)?)
}

/// The port in the line `try  shop: curl http://shop.localhost:PORT/`.
fn port(shown: &str) -> Result<u16> {
    let (_, rest) = shown.split_once("http://shop.localhost:").context("no URL to try")?;
    Ok(rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse()?)
}

/// Asks until the answer is this one.
async fn answers(port: u16, expected: &str) -> Result<()> {
    let asking = async {
        loop {
            let Answer { status, body, .. } = ask(port, "shop.localhost", "/").await?;
            if body == expected.as_bytes() {
                return Ok(());
            }
            ensure!(status != 404, "no such worker");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(300), asking).await.context("the answer did not come")?
}

async fn developed(name: &str, main: &str) -> Result<()> {
    if !language(name)? {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    outbound(folder.path())?;
    let created = shown(folder.path(), &["new", "--lang", name, "shop"]).await?;
    ensure!(created.contains("created shop: the user worker of the example"), "{created}");
    let project = folder.path().join("shop");
    let built = shown(&project, &["build"]).await?;
    ensure!(built.contains("/shop/.tollgate/build/worker.wasm\n"), "{built}");

    let arguments = [&["dev", ".", "../guard", "--parameter", "paramCustomerName={worker}"][..], &ANY].concat();
    let mut terminal = Terminal::run(&project, &arguments)?;
    let port = port(&terminal.wait_for("watching; Ctrl-C stops\n").await?)?;
    let answer = r#"user worker got "intercepted a request for shop by the outbound" from fetch"#;
    answers(port, answer).await?;
    terminal.wait_for("shop → guard  GET https://example.com/  200").await?;

    let source = project.join(main);
    let text = std::fs::read_to_string(&source)?;
    ensure!(text.contains("user worker got"), "{text}");
    std::fs::write(&source, text.replace("user worker got", "changed worker got"))?;
    answers(port, &answer.replace("user", "changed")).await?;
    terminal.wait_for(&format!("changed   shop: {main}")).await?;
    terminal.wait_for("deployed  shop, version 2").await?;
    terminal.interrupt()?;
    let code = terminal.ended().await?;
    ensure!(code == 0, "exit {code}: {}", terminal.shown());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_in_c_is_developed() -> Result<()> {
    developed("c", "src/worker.c").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_in_go_is_developed() -> Result<()> {
    developed("go", "worker.go").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_in_javascript_is_developed() -> Result<()> {
    developed("js", "src/index.js").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_in_python_is_developed() -> Result<()> {
    developed("python", "src/worker.py").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_in_rust_is_developed() -> Result<()> {
    developed("rust", "src/main.rs").await
}

/// A project that builds itself: it copies a component, unless a file says that it is broken.
fn copier(folder: &Path) -> Result<()> {
    let hello = guest_path("hello-2")?;
    std::fs::create_dir_all(folder.join("shop/src"))?;
    std::fs::copy(hello, folder.join("shop/src/hello"))?;
    let command = "test ! -e src/broken && cp src/hello worker.wasm";
    let text = format!("name = \"shop\"\nmain = \"worker.wasm\"\n[build]\ncommand = {command:?}\n");
    Ok(std::fs::write(folder.join("shop/wrangler.toml"), text)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_build_is_said_and_the_last_version_serves() -> Result<()> {
    let folder = tempfile::tempdir()?;
    copier(folder.path())?;
    let terminal = Terminal::run(folder.path(), &[&["dev", "shop"][..], &ANY].concat())?;
    let port = port(&terminal.wait_for("watching; Ctrl-C stops\n").await?)?;
    answers(port, "hello").await?;
    let broken = folder.path().join("shop/src/broken");
    std::fs::write(&broken, "")?;
    terminal.wait_for("changed   shop: src/broken\nfailed    shop: the build command").await?;
    answers(port, "hello").await?;
    std::fs::remove_file(&broken)?;
    // What the build wrote was no change: the next version is the second.
    terminal.wait_for("deployed  shop, version 2").await?;
    // What a host refuses is said in its words.
    std::fs::copy(guest_path("test-outbound")?, folder.path().join("shop/src/hello"))?;
    terminal
        .wait_for("failed    shop: the worker cannot run here: the component does not fit world \"user-worker\"")
        .await?;
    answers(port, "hello").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outbound_worker_alone_receives_what_a_proxys_client_asks() -> Result<()> {
    let folder = tempfile::tempdir()?;
    outbound(folder.path())?;
    let arguments = [&["dev", "guard", "--parameter", "paramCustomerName=alice"][..], &ANY].concat();
    let terminal = Terminal::run(folder.path(), &arguments)?;
    let shown = terminal.wait_for("watching; Ctrl-C stops\n").await?;
    let (_, rest) = shown.split_once("curl -x http://127.0.0.1:").context("nothing to try")?;
    let port = rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse()?;
    let answer = ask(port, "api.example.com", "/v1").await?;
    assert_eq!(answer.text(), "intercepted a request for alice by the outbound");
    terminal.wait_for("GET http://api.example.com/v1  200").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispatch_worker_dispatches_to_the_projects_beside_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    outbound(folder.path())?;
    copier(folder.path())?;
    let dispatch = guest_path("rust/dispatch")?;
    std::fs::create_dir(folder.path().join("pick"))?;
    let binding = "[[dispatch_namespaces]]\nbinding = \"dispatcher\"\nnamespace = \"prod\"\n\
                   outbound = { service = \"guard\", parameters = [\"paramCustomerName\", \"account\"] }\n";
    let text = format!("name = \"pick\"\nmain = {dispatch:?}\nroutes = [\"*.localhost/*\"]\n{binding}");
    std::fs::write(folder.path().join("pick/wrangler.toml"), text)?;
    // In whatever order they are named: who is named by another is deployed first.
    let terminal = Terminal::run(folder.path(), &[&["dev", "shop", "pick", "guard"][..], &ANY].concat())?;
    let shown = terminal.wait_for("watching; Ctrl-C stops\n").await?;
    let (_, rest) = shown.split_once("curl -H 'Host: WORKER.localhost' http://127.0.0.1:").context("nothing to try")?;
    let port = rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse()?;
    assert_eq!(ask(port, "shop.localhost", "/").await?.text(), "hello");
    assert_eq!(ask(port, "nobody.localhost", "/").await?.status, 404);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_run_together_is_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    outbound(folder.path())?;
    let mut terminal = Terminal::run(folder.path(), &["dev"])?;
    assert_eq!(terminal.ended().await?, 2);
    terminal.wait_for("hint: name the configuration with --config").await?;
    let mut terminal = Terminal::run(folder.path(), &["dev", "guard", "guard"])?;
    assert_eq!(terminal.ended().await?, 2);
    terminal.wait_for("error: two outbound workers, guard and guard, and no dispatch worker that chooses").await?;
    Ok(())
}
