//! An origin that says exactly the bytes it is told, and remembers what it saw.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// What an origin does after its answer.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Then {
    Serve,
    HangUp,
    Stall,
}

/// Listens on loopback until its runtime ends.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<(SocketAddr, String)>>>,
}

impl Origin {
    /// Answers each request with `answer`, once the request's last bytes are `end`.
    pub(crate) async fn start_until(end: &'static str, answer: &'static str, then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Self { address: listener.local_addr().unwrap(), seen: Arc::default() };
        let seen = origin.seen.clone();
        tokio::spawn(async move {
            loop {
                let (stream, peer) = listener.accept().await.unwrap();
                let seen = seen.clone();
                tokio::spawn(async move {
                    converse(stream, end, answer, then, |request| seen.lock().unwrap().push((peer, request))).await;
                });
            }
        });
        origin
    }

    pub(crate) async fn start(answer: &'static str, then: Then) -> Self {
        Self::start_until("\r\n\r\n", answer, then).await
    }

    pub(crate) async fn ok() -> Self {
        Self::start("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", Then::Serve).await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(_, request)| request.clone()).collect()
    }

    pub(crate) fn peers(&self) -> Vec<SocketAddr> {
        self.seen.lock().unwrap().iter().map(|(peer, _)| *peer).collect()
    }
}

/// Reads requests from `stream` and answers each, until the other side leaves or `then` says so.
pub(crate) async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    end: &str,
    answer: &str,
    then: Then,
    saw: impl Fn(String),
) {
    let mut request = Vec::new();
    while let Ok(read @ 1..) = stream.read_buf(&mut request).await {
        if read == 0 || !request.ends_with(end.as_bytes()) {
            continue;
        }
        saw(String::from_utf8(std::mem::take(&mut request)).unwrap());
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        match then {
            Then::Serve => {}
            Then::HangUp => return,
            Then::Stall => std::future::pending().await,
        }
    }
}
