//! The bounds of both listeners, the front door and the control listener: open connections, and time for a request's head.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_tests::{Host, PATIENCE};

/// The beginning of a request. Both listeners answer it without a worker and without a token.
const BEGUN: &str = "GET / HTTP/1.1\r\nHost: nobody.test\r\n";

/// Its end, after which the host keeps the connection open.
const END: &str = "\r\n";

/// Its end, after which the host closes the connection.
const LAST: &str = "Connection: close\r\n\r\n";

const RELOADED: &str = "configuration reloaded";

/// Writes parts of a request, and gives everything that the host sends until it closes the connection.
async fn sent(mut socket: TcpStream, parts: &[&str]) -> Result<String> {
    // The host may have closed it already.
    let _ = socket.write_all(parts.concat().as_bytes()).await;
    let mut answer = Vec::new();
    let closed = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut answer)).await;
    let _reset = closed.with_context(|| format!("the connection stays open after {parts:?}"))?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The same over a connection of its own.
async fn asked(to: SocketAddr, parts: &[&str]) -> Result<String> {
    sent(TcpStream::connect(to).await?, parts).await
}

/// Asks until there is an answer.
async fn answered(to: SocketAddr, parts: &[&str]) -> Result<()> {
    let asking = async {
        while asked(to, parts).await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, asking).await.context("no answer")?
}

/// A connection that has had a request, so that it does not give way to another one.
async fn held(to: SocketAddr) -> Result<TcpStream> {
    let mut socket = TcpStream::connect(to).await?;
    socket.write_all([BEGUN, END].concat().as_bytes()).await?;
    socket.read_exact(&mut [0]).await?;
    Ok(socket)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_control_connection_above_the_bound_is_closed() -> Result<()> {
    let host = Host::configured("[control]\nconnections = 1\n").await?;
    let control = host.control_address();
    let held = held(control).await?;
    assert_eq!(asked(control, &[BEGUN, LAST]).await?, "", "one connection is open");
    // This line too waits for the log's thread, and control takes no connection that could ask for it.
    let refused = "a connection was refused: 1 are open listener=\"control\"";
    let logged = async {
        while !host.log_file()?.contains(refused) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(PATIENCE, logged).await.context("the refusal is not in the log")??;
    host.reload("[control]\nconnections = 3\n", RELOADED).await?;
    assert!(asked(control, &[BEGUN, LAST]).await?.starts_with("HTTP/1.1 4"), "the bound is higher now");
    host.reload("[control]\nconnections = 1\n", RELOADED).await?;
    assert_eq!(asked(control, &[BEGUN, LAST]).await?, "", "the bound is lower again");
    drop(held);
    answered(control, &[BEGUN, LAST]).await
}

/// One connection was opened while the file gave an hour. It shows that the reloaded second closed the others, and no default.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_sends_no_complete_head_is_closed_by_both_listeners() -> Result<()> {
    let tables = |seconds| format!("[front_door]\nheader_seconds = {seconds}\n[control]\nheader_seconds = {seconds}\n");
    let host = Host::configured("").await?;
    for address in [host.listen(), host.control_address()] {
        host.reload(&tables(3_600), RELOADED).await?;
        let mut patient = TcpStream::connect(address).await?;
        patient.write_all(BEGUN.as_bytes()).await?;
        // The host accepts in turn, so it has accepted the first connection now.
        answered(address, &[BEGUN, LAST]).await?;
        host.reload(&tables(1), RELOADED).await?;
        assert_eq!(asked(address, &[]).await?, "");
        assert_eq!(asked(address, &[BEGUN]).await?, "");
        // The head of the next request does not arrive. A slow machine may be late with the first one too.
        answered(address, &[BEGUN, END]).await?;
        assert!(sent(patient, &[LAST]).await?.starts_with("HTTP/1.1 4"), "it has an hour");
    }
    Ok(())
}
