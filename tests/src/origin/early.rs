//! An answer with an informational response before it, byte by byte: hyper's server sends none of its own.

use anyhow::ensure;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const ASKS: &[u8] = b"GET /early-hints ";
const HINTS: &[u8] = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\nx-hint: 1\r\n\r\n";
const FINAL: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx-final: 1\r\n\r\nfinal";
/// A head longer than this is none of the suite's.
const HEAD_BYTES: usize = 16 * 1024;

/// Whether the first request of a connection is for the hints. Reads nothing.
pub(super) async fn asked(stream: &TcpStream) -> anyhow::Result<bool> {
    let mut first = [0; ASKS.len()];
    let peeked = stream.peek(&mut first).await?;
    Ok(peeked == ASKS.len() && first == ASKS)
}

/// Answers one request: hints, and then what was asked for.
pub(super) async fn answer(stream: &mut TcpStream) -> anyhow::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        ensure!(head.len() < HEAD_BYTES, "a head without an end");
        ensure!(stream.read_buf(&mut head).await? > 0, "the head was cut");
    }
    stream.write_all(HINTS).await?;
    stream.write_all(FINAL).await?;
    Ok(stream.shutdown().await?)
}
