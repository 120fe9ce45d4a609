//! The connections that are open: how many there may be, and how deep in a chain of workers each was made.
//!
//! A connection that leads back to this host's own front door is known there by its address, so that a worker which calls
//! itself by way of the network goes on counting. Behind a proxy the token in `hop.rs` tells the same.

mod mark;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::fault::ConnectError;
use crate::shares::Shares;
pub(crate) use mark::{Mark, Marked};

/// How often another connection is picked if the one that was idle longest is taken into use meanwhile.
const TRIES: usize = 8;

/// Our end of a connection, and the other: one address of ours may lead to several others.
type Ends = (SocketAddr, SocketAddr);

/// The connections of a host.
pub(crate) struct Connections {
    free: Arc<Semaphore>,
    /// Connections of one identity, at most.
    per_identity: usize,
    per_namespace: Shares,
    start: std::time::Instant,
    open: RwLock<HashMap<Ends, Noted>>,
}

/// The record of an open connection.
struct Noted {
    depth: u32,
    mark: Arc<Mark>,
}

/// The share of one identity.
#[derive(Clone)]
pub(crate) struct Share {
    connections: Arc<Connections>,
    free: Arc<Semaphore>,
    namespace: Arc<Semaphore>,
    depth: u32,
}

/// Leave to make a connection.
pub(crate) struct Leave {
    share: Share,
    _permits: [OwnedSemaphorePermit; 3],
}

/// An open connection, until it is dropped.
pub(crate) struct Open {
    leave: Leave,
    ends: Option<Ends>,
    pub(crate) mark: Arc<Mark>,
}

impl Connections {
    /// At most `host` connections, in use or idle, of which one namespace has at most `per_namespace`, and one identity `per_identity`.
    pub(crate) fn new(host: u32, per_namespace: u32, per_identity: u32) -> Self {
        Self {
            free: Arc::new(Semaphore::new(host as usize)),
            per_identity: per_identity as usize,
            per_namespace: Shares::new(per_namespace as usize),
            start: std::time::Instant::now(),
            open: RwLock::default(),
        }
    }

    pub(crate) fn share(self: Arc<Self>, namespace: &str, depth: u32) -> Share {
        let free = Arc::new(Semaphore::new(self.per_identity));
        let namespace = self.per_namespace.of(namespace);
        Share { connections: self, free, namespace, depth }
    }

    /// How deep the connection was made that leads from here to there.
    pub(crate) fn depth_of(&self, from: SocketAddr, to: SocketAddr) -> Option<u32> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.get(&(canonical(from), canonical(to))).map(|noted| noted.depth)
    }

    /// Asks for the connection that has been idle longest, of those that `may` be closed. Returns None if no connection may be.
    fn close_longest_idle(&self, may: impl Fn(&Mark) -> bool) -> Option<Arc<Mark>> {
        (0..TRIES).find_map(|_| {
            let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
            let idle = open.values().filter(|noted| may(&noted.mark));
            let idle = idle.filter_map(|noted| Some((noted.mark.idle_since()?, &noted.mark)));
            let (since, mark) = idle.min_by_key(|(since, _)| *since)?;
            mark.close(since).then(|| mark.clone())
        })
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<Ends, Noted>)) {
        change(&mut self.open.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Share {
    /// Where a bound is full, the connection that has been idle longest makes room; where all are in use, one more is refused.
    pub(crate) async fn leave(&self, deadline: Instant) -> Result<Leave, ConnectError> {
        let (chain, namespace) = (&self.free, &self.namespace);
        let permits = [
            self.take(chain, |mark| Arc::ptr_eq(&mark.chain, chain), "egress.connections_per_chain", deadline).await?,
            self.take(
                namespace,
                |mark| Arc::ptr_eq(&mark.namespace, namespace),
                "egress.connections_per_namespace_percent",
                deadline,
            )
            .await?,
            self.take(&self.connections.free, |_| true, "egress.connections", deadline).await?,
        ];
        Ok(Leave { share: self.clone(), _permits: permits })
    }

    async fn take(
        &self,
        free: &Arc<Semaphore>,
        may: impl Fn(&Mark) -> bool,
        limit: &'static str,
        deadline: Instant,
    ) -> Result<OwnedSemaphorePermit, ConnectError> {
        if let Ok(permit) = free.clone().try_acquire_owned() {
            return Ok(permit);
        }
        timeout_at(deadline, self.made_room(free, may)).await.ok().flatten().ok_or(ConnectError::TooMany(limit))
    }

    /// Closes idle connections until there is room. None if all are in use.
    async fn made_room(&self, free: &Arc<Semaphore>, may: impl Fn(&Mark) -> bool) -> Option<OwnedSemaphorePermit> {
        let mut room = std::pin::pin!(free.clone().acquire_owned());
        loop {
            let closing = self.connections.close_longest_idle(&may)?;
            tokio::select! {
                biased;
                permit = &mut room => return permit.ok(),
                // A request was quicker than the closing.
                () = closing.kept() => {}
            }
        }
    }
}

impl Leave {
    /// Notes the connection that was made.
    pub(crate) fn made(self, tcp: &TcpStream) -> Open {
        let ends = tcp.local_addr().ok().map(canonical).zip(tcp.peer_addr().ok().map(canonical));
        let mut open = self.unnoted();
        if let Some(ends) = ends {
            let noted = Noted { depth: open.leave.share.depth, mark: open.mark.clone() };
            open.leave.share.connections.change(|all| {
                all.insert(ends, noted);
            });
        }
        open.ends = ends;
        open
    }

    /// A connection that no address tells.
    pub(crate) fn unnoted(self) -> Open {
        let Share { connections, free, namespace, .. } = &self.share;
        let mark = Arc::new(Mark::new(connections.start, free.clone(), namespace.clone()));
        Open { leave: self, ends: None, mark }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(ends) = &self.ends {
            self.leave.share.connections.change(|all| {
                all.remove(ends);
            });
        }
    }
}

/// An IPv4 address that came in through an IPv6 listener, as the IPv4 address that it is.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + std::time::Duration::from_secs(60)
    }

    #[tokio::test]
    async fn a_full_share_refuses_and_a_closed_connection_makes_room() {
        let connections = Arc::new(Connections::new(30, 25, 20));
        let share = connections.clone().share("one", 3);
        let mut all = Vec::new();
        for _ in 0..20 {
            all.push(share.leave(soon()).await.unwrap());
        }
        assert!(matches!(share.leave(soon()).await, Err(ConnectError::TooMany("egress.connections_per_chain"))));
        let sibling = connections.clone().share("one", 1);
        for _ in 0..5 {
            all.push(sibling.leave(soon()).await.unwrap());
        }
        let full = sibling.leave(soon()).await;
        assert!(matches!(full, Err(ConnectError::TooMany("egress.connections_per_namespace_percent"))));
        let other = connections.clone().share("two", 1);
        for _ in 0..5 {
            all.push(other.leave(soon()).await.unwrap());
        }
        assert!(
            matches!(other.leave(soon()).await, Err(ConnectError::TooMany("egress.connections"))),
            "the host is full"
        );
        all.clear();
        assert!(share.leave(soon()).await.is_ok());
    }

    #[tokio::test]
    async fn the_connection_that_was_idle_longest_makes_room() {
        let connections = Arc::new(Connections::new(3, 3, 3));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (one, two) = (connections.clone().share("one", 1), connections.clone().share("two", 1));
        let mut open = Vec::new();
        for share in [&one, &one, &two] {
            let tcp = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            open.push((share.leave(soon()).await.unwrap().made(&tcp), tcp));
        }
        let waker = futures::task::noop_waker();
        let closing = |at: usize| open[at].0.mark.is_closing(&waker);
        assert!(matches!(two.leave(soon()).await, Err(ConnectError::TooMany(_))), "all are in use");
        open[1].0.mark.rest();
        open[0].0.mark.rest();
        assert!(open[1].0.mark.is_used());
        open[1].0.mark.rest();
        let waiting = tokio::spawn(async move { two.leave(soon()).await.map(drop) });
        while open[0].0.mark.idle_since().is_some() {
            tokio::task::yield_now().await;
        }
        assert!(open[0].0.mark.is_used(), "a request keeps a connection that is not closed yet");
        while !closing(1) {
            tokio::task::yield_now().await;
        }
        assert!(!closing(0) && !closing(2));
        assert!(!open[1].0.mark.is_used(), "a connection that is closed takes no request");
        open.remove(1);
        waiting.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn a_connection_is_known_by_its_address_while_it_is_open() {
        let connections = Arc::new(Connections::new(1, 1, 1));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tcp = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (accepted, peer) = listener.accept().await.unwrap();
        let here = accepted.local_addr().unwrap();
        let open = connections.clone().share("one", 3).leave(soon()).await.unwrap().made(&tcp);
        let mapped = SocketAddr::new("::ffff:127.0.0.1".parse().unwrap(), peer.port());
        assert_eq!((connections.depth_of(peer, here), connections.depth_of(mapped, here)), (Some(3), Some(3)));
        assert_eq!(connections.depth_of(peer, peer), None);
        drop(open);
        assert_eq!(connections.depth_of(peer, here), None);
    }
}
