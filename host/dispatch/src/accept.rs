//! Accepts the connections of a listener, up to a bound. The front door and the control listener share this loop; each serves its
//! connections in its own way.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// The pause after a failed accept. It is not a setting: other connections close during the pause and free their file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until `stop` is ready, then closes the listener. Each connection gets a [`Permit`], which counts it as open.
///
/// `bound` gives the number of connections that may be open now. For one above it, the connection that has waited longest for its
/// first request is closed. If none waits, the new one is closed at once, so that the open ones keep their file descriptors. The log
/// names the listener by `name`.
pub async fn accept(
    name: &'static str,
    listener: TcpListener,
    bound: impl Fn() -> u32,
    stop: impl Future<Output = ()>,
    mut serve: impl FnMut(TcpStream, SocketAddr, Permit),
) {
    let open = Arc::<Open>::default();
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

/// The connections of a listener.
#[derive(Default)]
struct Open {
    count: AtomicU32,
    /// The number of the next one.
    next: AtomicU64,
    /// The tasks of those that wait for their first request, in the order in which they were accepted.
    silent: Mutex<BTreeMap<u64, AbortHandle>>,
}

impl Open {
    fn silent(&self) -> MutexGuard<'_, BTreeMap<u64, AbortHandle>> {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes the connection that has waited longest for its first request, if one waits.
    fn close_a_silent_one(&self) -> bool {
        let longest = self.silent().pop_first();
        longest.is_some_and(|(_, task)| {
            task.abort();
            true
        })
    }
}

/// Permission for one connection to be open. Dropping it makes room for another connection.
pub struct Permit {
    open: Arc<Open>,
    number: u64,
    has_request: AtomicBool,
}

impl Permit {
    /// None if `bound` connections are open, and all of them have had a request. Only one loop takes permits from a counter, so the
    /// check and the count cannot race.
    fn new(open: &Arc<Open>, bound: u32) -> Option<Self> {
        if open.count.load(Ordering::Relaxed) >= bound && !open.close_a_silent_one() {
            return None;
        }
        open.count.fetch_add(1, Ordering::Relaxed);
        let number = open.next.fetch_add(1, Ordering::Relaxed);
        Some(Self { open: open.clone(), number, has_request: AtomicBool::new(false) })
    }

    /// The task that serves the connection. It may be ended until the first request.
    pub fn served_by(&self, task: AbortHandle) {
        let mut silent = self.open.silent();
        if !self.has_request.load(Ordering::Acquire) {
            silent.insert(self.number, task);
        }
    }

    /// A request has arrived.
    pub fn has_request(&self) {
        if !self.has_request.load(Ordering::Relaxed) {
            self.has_request.store(true, Ordering::Release);
            self.open.silent().remove(&self.number);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.has_request();
        self.open.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
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
    async fn a_connection_without_a_request_gives_way_to_a_new_one_and_another_does_not() {
        let (_bound, reads) = watch::channel(2);
        let (address, mut connections, _looping) = accepting(reads, pending()).await;
        let mut clients = Vec::new();
        for _ in 0..2 {
            clients.push(TcpStream::connect(address).await.unwrap());
            let (stream, permit) = connections.recv().await.unwrap();
            let permit = Arc::new(permit);
            let kept = permit.clone();
            let serving = tokio::spawn(async move {
                let _held = (stream, kept);
                pending::<()>().await;
            });
            permit.served_by(serving.abort_handle());
            // The first one has a request.
            if clients.len() == 1 {
                permit.has_request();
            }
        }
        let _third = TcpStream::connect(address).await.unwrap();
        let (_stream, third) = connections.recv().await.unwrap();
        assert_eq!(clients[1].read(&mut [0]).await.unwrap(), 0, "it gave way");
        third.has_request();
        assert!(is_refused(address, &mut connections).await, "both have had a request");
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
