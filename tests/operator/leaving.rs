//! Clients that go away, or that never say anything.

use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_tests::{Host, Origin, Upload};

/// How soon a client is missed.
const SOON: Duration = Duration::from_millis(500);

/// hyper reads nothing of a body that nobody asks for, and so does not see that its sender has gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_in_an_upload_which_nobody_reads_is_noticed() -> Result<()> {
    let (host, origin) = (Host::start().await?, Origin::start().await?);
    host.deploy("waits", Upload::of("test-user").route("*.test/*")).await?;
    let head = format!(
        "POST /fetch-many?n=1 HTTP/1.1\r\nHost: a.test\r\nx-target-url: {}\r\nContent-Length: 8000000\r\n\r\n",
        origin.url("/never")
    );
    let leave = async || {
        let count = origin.seen().len();
        let mut client = TcpStream::connect(host.listen()).await?;
        client.write_all(head.as_bytes()).await?;
        // More than hyper reads ahead, less than the system does: what it has no room for keeps the end from arriving.
        client.write_all(&[b'x'; 50_000]).await?;
        origin.wait_for(count + 1).await?;
        assert_eq!(host.instances().await?, 1);
        Ok(())
    };
    host.frees(SOON, leave).await
}

/// The same while it is being answered, by a worker that has nothing to say for now.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_in_a_quiet_answer_is_noticed() -> Result<()> {
    let (host, origin) = (Host::start().await?, Origin::start().await?);
    host.deploy("waits", Upload::of("test-user").route("*.test/*")).await?;
    let head = format!(
        "POST /mid-body?sleep HTTP/1.1\r\nHost: a.test\r\nx-target-url: {}\r\nContent-Length: 8000000\r\n\r\n",
        origin.url("/hello")
    );
    let leave = async || {
        let mut client = TcpStream::connect(host.listen()).await?;
        client.write_all(head.as_bytes()).await?;
        client.write_all(&[b'x'; 50_000]).await?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"half\r\n") {
            anyhow::ensure!(client.read_buf(&mut answer).await? > 0, "{}", String::from_utf8_lossy(&answer));
        }
        assert_eq!(host.instances().await?, 1);
        Ok(())
    };
    host.frees(SOON, leave).await
}
