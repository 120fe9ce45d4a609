//! Accepts the connections of a listener, up to a bound. The front door and the control listener share this loop; each serves its
//! connections in its own way.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};

/// The pause after a failed accept. It is not a setting: other connections close during the pause and free their file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until `stop` is ready, then closes the listener. Each connection gets a [`Permit`], which counts it as open.
///
/// `bound` gives the number of connections that may be open now. A connection above it is closed at once, so that the open ones
/// keep their file descriptors. The log names the listener by `name`.
pub async fn accept(
    name: &'static str,
    listener: TcpListener,
    bound: impl Fn() -> u32,
    stop: impl Future<Output = ()>,
    mut serve: impl FnMut(TcpStream, SocketAddr, Permit),
) {
    let open = Arc::<AtomicU32>::default();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => match Permit::new(&open, bound()) {
                    Some(permit) => serve(without_delay(stream), peer, permit),
                    None => tracing::warn!(listener = name, %peer, "a connection was refused: {} are open", bound()),
                },
                Err(error) => {
                    // Most likely the process has no file descriptor left.
                    tracing::warn!(listener = name, %error, "a connection could not be accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            },
            () = &mut stop => return,
        }
    }
}

fn without_delay(stream: TcpStream) -> TcpStream {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    stream
}

/// Permission for one connection to be open. Dropping it makes room for another connection.
pub struct Permit(Arc<AtomicU32>);

impl Permit {
    /// None if `bound` connections are open. Only one loop takes permits from a counter, so the check and the count cannot race.
    fn new(open: &Arc<AtomicU32>, bound: u32) -> Option<Self> {
        if open.load(Ordering::Relaxed) >= bound {
            return None;
        }
        open.fetch_add(1, Ordering::Relaxed);
        Some(Self(open.clone()))
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::future::pending;

    use tokio::io::AsyncReadExt as _;
    use tokio::sync::{mpsc, oneshot, watch};
    use tokio::task::JoinHandle;

    use super::*;

    type Connections = mpsc::UnboundedReceiver<(TcpStream, Permit)>;

    /// A loop on a free port that hands over every connection it accepts.
    async fn accepting(
        bound: watch::Receiver<u32>,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> (SocketAddr, Connections, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (accepted, connections) = mpsc::unbounded_channel();
        let serve = move |stream, _, permit| drop(accepted.send((stream, permit)));
        let looping = tokio::spawn(async move { accept("test", listener, || *bound.borrow(), stop, serve).await });
        (address, connections, looping)
    }

    /// Whether the loop closes the next connection instead of handing it over.
    async fn is_refused(address: SocketAddr, connections: &mut Connections) -> bool {
        let mut client = TcpStream::connect(address).await.unwrap();
        tokio::select! {
            byte = client.read_u8() => byte.is_err(),
            _ = connections.recv() => false,
        }
    }

    #[tokio::test]
    async fn a_connection_above_the_bound_is_closed_until_another_one_ends_or_the_bound_rises() {
        let (bound, reads) = watch::channel(1);
        let (address, mut connections, _looping) = accepting(reads, pending()).await;
        let _first = TcpStream::connect(address).await.unwrap();
        let open = connections.recv().await.unwrap();
        assert!(is_refused(address, &mut connections).await);
        drop(open);
        let _second = TcpStream::connect(address).await.unwrap();
        let _open = connections.recv().await.unwrap();
        assert!(is_refused(address, &mut connections).await);
        bound.send_replace(2);
        let _third = TcpStream::connect(address).await.unwrap();
        let _open_too = connections.recv().await.unwrap();
        assert!(is_refused(address, &mut connections).await);
    }

    #[tokio::test]
    async fn the_listener_is_closed_when_the_loop_stops() {
        let (stop, stopped) = oneshot::channel::<()>();
        let (_bound, reads) = watch::channel(1);
        let (address, _connections, looping) = accepting(reads, async { drop(stopped.await) }).await;
        stop.send(()).unwrap();
        looping.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
