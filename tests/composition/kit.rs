//! Bodies by the kit of Rust for WASI 0.3, of which no worker of the suite is made: a project is begun and built, as people do it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use tollgate_test::{End, Origin, Payload, Reply};
use tollgate_tests::{Terminal, language};

use crate::{ask, lab};

async fn run(folder: &Path, arguments: &[&str]) -> Result<()> {
    let mut terminal = Terminal::run(folder, arguments)?;
    let code = terminal.ended().await?;
    ensure!(code == 0, "exit {code}: {}", terminal.shown());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_a_body_that_was_given_up_never_passes_for_the_whole() -> Result<()> {
    if !language("rust")? {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    run(folder.path(), &["new", "--lang", "rust", "--wasi", "0.3", "shop"]).await?;
    let shop = folder.path().join("shop");
    std::fs::write(shop.join("src/lib.rs"), include_str!("kit/gives_up.rs"))?;
    // In a target folder that is shared, whoever builds another crate of the same name takes this one's files away.
    for file in ["Cargo.toml", "Cargo.lock"].map(|name| shop.join(name)) {
        let text = std::fs::read_to_string(&file)?;
        std::fs::write(&file, text.replace("\"user-3\"", "\"gives-up\""))?;
    }
    run(&shop, &["build"]).await?;
    let worker = lab().user(std::fs::read(shop.join(".tollgate/build/worker.wasm"))?)?;
    let late = Payload::default().then(Duration::from_secs(10), "late");
    let composition = lab().compose().user("alice", &worker)?;
    let composition = composition.origin(Origin::new().reply("*", Reply::new(200)?.body(late)));

    let sent_on = composition.send(ask("/"))?;
    let end = &sent_on.response.body.end;
    ensure!(matches!(end, End::Cut(why) if why.contains("no longer waited for")), "{end:?}: {sent_on}");
    let read = composition.send(ask("/read"))?;
    ensure!(read.failure.as_ref().is_some_and(|why| why.contains("no longer waited for")), "{read}");
    Ok(())
}
