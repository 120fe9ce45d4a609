//! A scripted origin on a real socket of this machine, for workers that run in another process.

use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::message::Sent;
use crate::origin::Log;
use crate::{Origin, TestError, wire};

/// An origin that listens until it is dropped. Needs a tokio runtime around it.
///
/// ```
/// # use tollgate_test::{Listener, Origin, Reply};
/// use std::io::{Read as _, Write as _};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
/// let origin = runtime.block_on(Listener::start(|port| {
///     Origin::new().reply(&format!("http://127.0.0.1:{port}/*"), Reply::text("hello"))
/// }))?;
///
/// // Whoever is asked to fetch from it: here, this very thread.
/// let mut stream = std::net::TcpStream::connect(("127.0.0.1", origin.port()))?;
/// write!(stream, "GET /v1 HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n\r\n", origin.port())?;
/// let mut answer = String::new();
/// stream.read_to_string(&mut answer)?;
/// assert!(answer.ends_with("hello"));
/// assert!(origin.arrived()[0].url.ends_with("/v1"));
/// # Ok(())
/// # }
/// ```
pub struct Listener {
    address: SocketAddr,
    log: Log,
    accepting: JoinHandle<()>,
}

impl Listener {
    /// Listens on a free port of 127.0.0.1. `script` gets the port, so that it can name the URLs under which it is asked.
    pub async fn start(script: impl FnOnce(u16) -> Origin) -> Result<Self, TestError> {
        let setup = |error| TestError::setup("an origin", error);
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(setup)?;
        let address = listener.local_addr().map_err(setup)?;
        let log = Log::new(&script(address.port()));
        let (kept, began) = (log.clone(), Instant::now());
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(wire::serve(stream, "http".to_owned(), log.clone(), move || began.elapsed()));
            }
        });
        Ok(Self { address, log: kept, accepting })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What arrived so far.
    pub fn arrived(&self) -> Vec<Sent> {
        self.log.arrived()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
