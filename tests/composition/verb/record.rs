//! What `tollgate test --record` keeps, what it does not, and what it leaves as it was.

use std::path::Path;

use anyhow::{Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tollgate_test::{Listener, Origin, Reply};
use tollgate_tests::tollgate;

use super::at;

const CASSETTE: &str = "one.test.cassette.json";

/// A file with one scenario: a customer's worker alone sends requests to a URL.
fn scenario(folder: &Path, path: &str, url: &str) -> Result<()> {
    let text = format!(
        "workers.user = {:?}\n[[scenario]]\nname = \"x\"\nrequest.url = \"http://user.test{path}\"\n\
         request.headers = {{ x-target-url = {url:?}, accept-encoding = \"gzip\" }}\nexpect = {{ status = 200 }}\n",
        at("test-user")?
    );
    Ok(std::fs::write(folder.join("one.test.toml"), text)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_replay_would_reach_is_not_recorded() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let origin = Listener::start(|_| Origin::new().reply("*", Reply::text("hello"))).await?;
    let url = |host: &str| format!("http://{host}:{}/?token=t0ken", origin.port());
    scenario(folder.path(), "/fetch", &url("127.0.0.1"))?;
    let ran = tollgate(folder.path(), &["test", "--record"]).await?;
    let told = format!(
        "GET http://127.0.0.1:{}/?token=*: expected a name or a public address, which a replay reaches too, found \
         127.0.0.1: for this machine say localhost",
        origin.port()
    );
    ensure!(ran.code == Some(2) && ran.stdout.contains(&told) && !ran.stdout.contains("t0ken"), "{ran}");
    ensure!(!folder.path().join(CASSETTE).exists(), "{ran}");
    scenario(folder.path(), "/fetch", &url("localhost"))?;
    let ran = tollgate(folder.path(), &["test", "--record"]).await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("recorded 1 answers into"), "{ran}");
    drop(origin);
    let ran = tollgate(folder.path(), &["test"]).await?;
    ensure!(ran.code == Some(0), "{ran}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_encoded_is_not_recorded() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let reply = Reply::text("compressed, in a way").header("content-encoding", "gzip")?;
    let origin = Listener::start(|_| Origin::new().reply("*", reply)).await?;
    scenario(folder.path(), "/fetch", &format!("http://localhost:{}/", origin.port()))?;
    let ran = tollgate(folder.path(), &["test", "--record"]).await?;
    let told = "expected a body without content-encoding, as was asked for, found \"gzip\"";
    ensure!(ran.code == Some(2) && ran.stdout.contains(told), "{ran}");
    ensure!(!folder.path().join(CASSETTE).exists(), "{ran}");
    assert_eq!(origin.arrived()[0].headers["accept-encoding"], "identity");
    Ok(())
}

/// An origin that answers so many requests, each on a connection of its own, and closes those of all others.
async fn answers(most: usize) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://localhost:{}/", listener.local_addr()?.port());
    tokio::spawn(async move {
        let mut answered = 0;
        while let Ok((stream, _)) = listener.accept().await {
            if answered < most && answer(stream).await.is_ok() {
                answered += 1;
            }
        }
    });
    Ok(url)
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok").await?;
    stream.shutdown().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lacks_an_answer_replaces_no_recording() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let kept = || std::fs::read_to_string(folder.path().join(CASSETTE));
    let twice = "/fetch-many?n=2";
    scenario(folder.path(), twice, &answers(2).await?)?;
    let ran = tollgate(folder.path(), &["test", "--record"]).await?;
    ensure!(ran.code == Some(0) && ran.stdout.contains("recorded 2 answers into ./one.test.cassette.json\n"), "{ran}");
    let before = kept()?;
    for (most, lacking) in [(1, "1 of 2 requests were not answered"), (0, "2 of 2 requests were not answered")] {
        scenario(folder.path(), twice, &answers(most).await?)?;
        let ran = tollgate(folder.path(), &["test", "--record"]).await?;
        let told = format!("nothing recorded, what ./{CASSETTE} has stays as it is: {lacking}");
        ensure!(ran.stdout.contains(&told) && kept()? == before, "{ran}");
    }
    // A part is more than nothing.
    std::fs::remove_file(folder.path().join(CASSETTE))?;
    scenario(folder.path(), twice, &answers(1).await?)?;
    let ran = tollgate(folder.path(), &["test", "--record"]).await?;
    let told = format!("recorded 1 answers into ./{CASSETTE}: 1 of 2 requests were not answered");
    ensure!(ran.stdout.contains(&told) && kept()? != before, "{ran}");
    Ok(())
}
