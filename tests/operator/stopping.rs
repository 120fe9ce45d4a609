//! Stopping: what is under way is brought to its end.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;
use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_tests::{Host, guest};

const HEAD: &str = "--part\r\ncontent-disposition: form-data; name=\"metadata\"\r\n\r\n{\"main_module\":\"m\"}\r\n\
                    --part\r\ncontent-disposition: form-data; name=\"m\"; filename=\"m\"\r\n\r\n";
const TAIL: &str = "\r\n--part--\r\n";

/// A component that no host has compiled yet: a small one, since it is compiled while the host stops.
fn new() -> Result<Vec<u8>> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    let mut script = guest("hello-2")?;
    // A custom section of 21 bytes: a name of 4, and a number of 16.
    script.extend([0, 21, 4]);
    script.extend(b"mark");
    script.extend(now.to_le_bytes());
    Ok(script)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deploy_in_flight_ends_before_the_host_does() -> Result<()> {
    let host = Host::start().await?;
    let token = std::fs::read_to_string(host.data().join("token"))?;
    let script = new()?;
    let mut client = TcpStream::connect(host.control_address()).await?;
    let head = format!(
        "PUT /client/v4/accounts/a/workers/scripts/user HTTP/1.1\r\nHost: host\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary=part\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        token.trim(),
        HEAD.len() + script.len() + TAIL.len(),
    );
    client.write_all(head.as_bytes()).await?;
    let mut asked = [0; 25];
    client.read_exact(&mut asked).await?;
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n", "the deploy has begun");

    host.terminate().await?;
    while TcpStream::connect(host.listen()).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    client.write_all(&[HEAD.as_bytes(), &script, TAIL.as_bytes()].concat()).await?;
    let mut answer = String::new();
    client.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}\n{}", host.log()?);

    let host = host.restart().await?;
    assert_eq!(host.control(Method::GET, "scripts/user", None).await?.0, 200);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_where_a_host_listens_may_stop_it_at_once() -> Result<()> {
    for _ in 0..5 {
        let host = Host::start().await?;
        host.terminate().await?;
        assert_eq!(host.ended().await?.code(), Some(0));
    }
    Ok(())
}
