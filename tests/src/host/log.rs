//! Waits until a host has written what it logged.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use anyhow::ensure;

use crate::PATIENCE;

/// Waits until no line of the log waits for its reader. A host that does not answer, such as one that has ended, is not asked again.
pub(super) fn written(control: SocketAddr, token: &str) -> anyhow::Result<()> {
    let since = Instant::now();
    while let Some(status) = status(control, token)
        && status["result"]["log"]["waiting_bytes"] != 0
    {
        ensure!(since.elapsed() < PATIENCE, "lines of the log still wait: {status}");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    Ok(())
}

/// Asked without a runtime, so that any test may read the log anywhere.
fn status(control: SocketAddr, token: &str) -> Option<serde_json::Value> {
    let mut stream = TcpStream::connect(control).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let head = format!("GET /status HTTP/1.1\r\nHost: {control}\r\nAuthorization: Bearer {token}\r\n");
    stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
}
