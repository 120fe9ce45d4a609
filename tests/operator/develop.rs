//! `new`, `build`, `dev`, a change, and the change is there: for each language, in a terminal, as a person does it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use tollgate_tests::{Answer, PATIENCE, Terminal, ask, guest_path, language, send};

/// What `dev` listens on: any port.
pub(crate) const ANY: [&str; 4] = ["--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"];

/// Runs a verb to its end, and gives what it showed.
pub(crate) async fn shown(folder: &Path, arguments: &[&str]) -> Result<String> {
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
pub(crate) fn port(shown: &str) -> Result<u16> {
    let (_, rest) = shown.split_once("http://shop.localhost:").context("no URL to try")?;
    Ok(rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse()?)
}

/// Asks until the answer is this one.
pub(crate) async fn answers(port: u16, expected: &str) -> Result<()> {
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
    tokio::time::timeout(PATIENCE, asking).await.context("the answer did not come")?
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
    let answer = ask(port, "api.example.com", "/v1?key=s3cret").await?;
    assert_eq!(answer.text(), "intercepted a request for alice by the outbound");
    // Queries hold credentials, and are not shown.
    let shown = terminal.wait_for("GET http://api.example.com/v1?…  200").await?;
    assert!(!shown.contains("s3cret"), "{shown}");
    Ok(())
}

/// What the command line gives is checked when the worker is deployed, and told at the start of a host that has it already.
#[tokio::test(flavor = "multi_thread")]
async fn an_outbound_worker_alone_is_refused_where_it_reads_what_is_not_given() -> Result<()> {
    let folder = tempfile::tempdir()?;
    outbound(folder.path())?;
    let run = async |parameter: &str, until: &str| {
        let arguments = [&["dev", "guard", "--data", "data", "--parameter", parameter][..], &ANY].concat();
        let mut terminal = Terminal::run(folder.path(), &arguments)?;
        let shown = terminal.wait_for(until).await?;
        terminal.interrupt()?;
        assert_eq!(terminal.ended().await?, 0);
        anyhow::Ok(shown)
    };
    let told = "the proxy with the parameters of the command line does not fit its outbound worker";
    let refused = "failed    guard: metadata: the proxy with the parameters of the command line: the outbound worker \
                   \"guard\" and the binding do not have the same parameters: \"param-customer-name\": the worker reads \
                   string, the binding declares only customer";
    assert!(!run("customer=alice", refused).await?.contains("does not fit"));
    assert!(!run("paramCustomerName=alice", "deployed  guard, version 1").await?.contains("does not fit"));
    let shown = run("customer=alice", refused).await?;
    assert!(shown.contains(told), "{shown}");
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
    // Who picked whom is seen.
    terminal.wait_for("pick → shop  GET http://shop.localhost").await?;
    terminal.wait_for("pick → nobody  GET http://nobody.localhost").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_run_together_is_refused() -> Result<()> {
    let folder = tempfile::tempdir()?;
    outbound(folder.path())?;
    let mut terminal = Terminal::run(folder.path(), &["dev"])?;
    assert_eq!(terminal.ended().await?, 2);
    terminal.wait_for("hint: name a folder with a wrangler.toml").await?;
    let mut terminal = Terminal::run(folder.path(), &["dev", "guard", "guard"])?;
    assert_eq!(terminal.ended().await?, 2);
    terminal.wait_for("error: two outbound workers, guard and guard, and no dispatch worker that chooses").await?;
    // Alone, it would be a proxy for everybody on the network.
    let mut terminal = Terminal::run(folder.path(), &["dev", "guard", "--listen", "0.0.0.0:0"])?;
    assert_eq!(terminal.ended().await?, 2);
    terminal.wait_for("makes a proxy, and 0.0.0.0:0 is not loopback").await?;
    copier(folder.path())?;
    let mut terminal = Terminal::run(folder.path(), &["dev", "shop", "--parameter", "a=b"])?;
    assert_eq!(terminal.ended().await?, 2);
    terminal.wait_for("error: --parameter, and no outbound worker that could read it").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_refused_for_another_is_tried_again_when_that_is_mended() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir(folder.path().join("guard"))?;
    let text = "name = \"guard\"\nmain = \"worker.wasm\"\n[tollgate]\nrole = \"outbound\"\n";
    std::fs::write(folder.path().join("guard/wrangler.toml"), text)?;
    std::fs::create_dir(folder.path().join("pick"))?;
    let main = guest_path("rust/dispatch")?;
    let text = format!("name = \"pick\"\nmain = {main:?}\n[[dispatch_namespaces]]\nbinding = \"dispatcher\"\n");
    let text = format!("{text}namespace = \"prod\"\noutbound = {{ service = \"guard\" }}\n");
    std::fs::write(folder.path().join("pick/wrangler.toml"), text)?;
    let terminal = Terminal::run(folder.path(), &[&["dev", "pick", "guard"][..], &ANY].concat())?;
    let shown = terminal.wait_for("watching; Ctrl-C stops\n").await?;
    assert!(shown.contains("failed    guard: main = \"worker.wasm\"") && shown.contains("failed    pick:"), "{shown}");
    std::fs::copy(guest_path("hello-2")?, folder.path().join("guard/worker.wasm"))?;
    terminal.wait_for("deployed  guard, version 1").await?;
    terminal.wait_for("deployed  pick, version 1").await?;
    Ok(())
}

/// A project whose component is built already.
pub(crate) fn prebuilt(folder: &Path, name: &str, component: &str, more: &str) -> Result<()> {
    let main = guest_path(component)?;
    std::fs::create_dir_all(folder.join(name))?;
    Ok(std::fs::write(folder.join(name).join("wrangler.toml"), format!("name = {name:?}\nmain = {main:?}\n{more}"))?)
}

/// Runs `dev` in one folder of data until it watches, and gives it with what it showed.
pub(crate) async fn watching(folder: &Path, projects: &[&str]) -> Result<(Terminal, String)> {
    let terminal = Terminal::run(folder, &[&["dev", "--data", "data"][..], projects, &ANY].concat())?;
    let shown = terminal.wait_for("watching; Ctrl-C stops\n").await?;
    Ok((terminal, shown))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_built_is_said_whatever_else_is_deployed() -> Result<()> {
    let folder = tempfile::tempdir()?;
    std::fs::create_dir(folder.path().join("bad"))?;
    std::fs::write(folder.path().join("bad/wrangler.toml"), "name = \"bad\"\nmain = \"src/worker.cob\"\n")?;
    prebuilt(folder.path(), "good", "hello-2", "")?;
    let (_terminal, shown) = watching(folder.path(), &["bad", "good"]).await?;
    ensure!(shown.contains("deployed  good, version 1"), "{shown}");
    ensure!(shown.contains("failed    bad: main = \"src/worker.cob\": its language is not known"), "{shown}");
    Ok(())
}

/// What a build writes into its own folder is no change, and what a person does is one.
#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_writes_into_its_folder_comes_to_rest() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let shop = folder.path().join("shop");
    std::fs::create_dir_all(shop.join("code"))?;
    std::fs::copy(guest_path("hello-2")?, shop.join("code/in.bin"))?;
    let command = "mkdir -p out && date +%N > out/stamp && cp in.bin out/worker.wasm && touch ../built-$(date +%s%N)";
    let text = format!("name = \"shop\"\nmain = \"code/out/worker.wasm\"\n[build]\ncommand = {command:?}\n");
    std::fs::write(shop.join("wrangler.toml"), format!("{text}cwd = \"code\"\n"))?;
    let (terminal, _) = watching(folder.path(), &["shop"]).await?;
    std::fs::write(shop.join("code/more"), "")?;
    // The stamp is known for the build's own when it has changed in two builds; then there is rest.
    let rest = "changed   shop: code/out/stamp\ndeployed  shop, version 3";
    terminal.wait_for(rest).await?;
    std::fs::write(shop.join("code/more"), "more")?;
    terminal.wait_for("changed   shop: code/more\ndeployed  shop, version 4").await?;
    std::fs::write(shop.join("code/more"), "most")?;
    let shown = terminal.wait_for("deployed  shop, version 5").await?;
    assert_eq!(shown.matches("code/out/stamp").count(), 1, "{shown}");
    Ok(())
}

/// A worker that is bound to another comes after it, however they are named; and what it asks of it is seen.
#[tokio::test(flavor = "multi_thread")]
async fn who_needs_another_is_deployed_after_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let service = "[[services]]\nbinding = \"STOCK\"\nservice = \"stock\"\ndispatch_namespace = \"dev\"\n";
    prebuilt(folder.path(), "shop", "test-user", service)?;
    prebuilt(folder.path(), "stock", "hello-2", "")?;
    let (terminal, shown) = watching(folder.path(), &["shop", "stock"]).await?;
    assert!(shown.contains("deployed  shop, version 1") && !shown.contains("failed"), "{shown}");
    for ticket in [None, Some("1")] {
        let url = format!("http://127.0.0.1:{}/fetch", port(&shown)?);
        let through = [("x-target-url", format!("http://stock.test/{}", ticket.unwrap_or("0")))];
        let request = http::Request::get(url).header("host", "shop.localhost").header("x-service", "STOCK");
        let headers = through.into_iter().chain(ticket.map(|one| ("x-ticket", one.to_owned())));
        let request = headers.fold(request, |request, (name, value)| request.header(name, value));
        assert_eq!(send(request.body(Bytes::new())?).await?.text(), "hello");
    }
    terminal.wait_for("shop → stock  GET http://stock.test/0  200").await?;
    terminal.wait_for("shop → stock  GET http://stock.test/1  200").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_away_for_a_while_ends_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    copier(folder.path())?;
    let mut terminal = Terminal::run(folder.path(), &[&["dev", "shop"][..], &ANY].concat())?;
    let port = port(&terminal.wait_for("watching; Ctrl-C stops\n").await?)?;
    std::fs::rename(folder.path().join("shop"), folder.path().join("away"))?;
    terminal.wait_for("failed    shop: cannot watch").await?;
    answers(port, "hello").await?;
    std::fs::rename(folder.path().join("away"), folder.path().join("shop"))?;
    std::fs::write(folder.path().join("shop/src/more"), "")?;
    terminal.wait_for("deployed  shop, version 2").await?;
    // Nobody waits for a build that hangs.
    let config = folder.path().join("shop/wrangler.toml");
    std::fs::write(
        &config,
        std::fs::read_to_string(&config)?.replace("test !", "touch src/begun; sleep 3600; test !"),
    )?;
    while !folder.path().join("shop/src/begun").exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    terminal.interrupt()?;
    assert_eq!(terminal.ended().await?, 0);
    Ok(())
}
