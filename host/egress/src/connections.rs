//! The connections that are open: how many there may be, and how deep in a chain of workers each was made.
//!
//! A connection that leads back to this host's own front door is known there by its address, so that a worker which calls
//! itself by way of the network goes on counting. Rejected: a header, which origins would see and anybody could forge.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::fault::ConnectError;

/// Our end of a connection, and the other: one address of ours may lead to several others.
type Ends = (SocketAddr, SocketAddr);

/// The connections of a host.
pub(crate) struct Connections {
    free: Arc<Semaphore>,
    /// Connections of one identity, at most.
    per_identity: usize,
    depths: RwLock<HashMap<Ends, u32>>,
}

/// The share of one identity.
#[derive(Clone)]
pub(crate) struct Share {
    connections: Arc<Connections>,
    free: Arc<Semaphore>,
    depth: u32,
}

/// Leave to make a connection.
pub(crate) struct Leave {
    share: Share,
    _permits: [OwnedSemaphorePermit; 2],
}

/// An open connection, until it is dropped.
pub(crate) struct Open {
    leave: Leave,
    ends: Option<Ends>,
}

impl Connections {
    /// At most `host` connections, in use or idle, of which one identity has at most `per_identity`.
    pub(crate) fn new(host: u32, per_identity: u32) -> Self {
        let free = Arc::new(Semaphore::new(host as usize));
        Self { free, per_identity: per_identity as usize, depths: RwLock::default() }
    }

    pub(crate) fn share(self: Arc<Self>, depth: u32) -> Share {
        let free = Arc::new(Semaphore::new(self.per_identity));
        Share { connections: self, free, depth }
    }

    /// How deep the connection was made that leads from here to there.
    pub(crate) fn depth_of(&self, from: SocketAddr, to: SocketAddr) -> Option<u32> {
        let depths = self.depths.read().unwrap_or_else(PoisonError::into_inner);
        depths.get(&(canonical(from), canonical(to))).copied()
    }

    fn change(&self, change: impl FnOnce(&mut HashMap<Ends, u32>)) {
        change(&mut self.depths.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Share {
    /// Full means refused now: a queue would only hold what the pool will give back by itself.
    pub(crate) fn leave(&self) -> Result<Leave, ConnectError> {
        let take = |free: &Arc<Semaphore>| free.clone().try_acquire_owned().map_err(|_full| ConnectError::TooMany);
        let permits = [take(&self.free)?, take(&self.connections.free)?];
        Ok(Leave { share: self.clone(), _permits: permits })
    }
}

impl Leave {
    /// Notes the connection that was made.
    pub(crate) fn made(self, tcp: &TcpStream) -> Open {
        let ends = tcp.local_addr().ok().map(canonical).zip(tcp.peer_addr().ok().map(canonical));
        if let Some(ends) = ends {
            self.share.connections.change(|depths| {
                depths.insert(ends, self.share.depth);
            });
        }
        Open { leave: self, ends }
    }
}

impl Leave {
    /// A connection that no address tells.
    pub(crate) fn unnoted(self) -> Open {
        Open { leave: self, ends: None }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(ends) = &self.ends {
            self.leave.share.connections.change(|depths| {
                depths.remove(ends);
            });
        }
    }
}

/// An IPv4 address that came in through an IPv6 listener, as the IPv4 address that it is.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_share_refuses_and_what_closes_makes_room() {
        let connections = Arc::new(Connections::new(30, 20));
        let share = connections.clone().share(3);
        let mut all: Vec<_> = (0..20).map(|_| share.leave().unwrap()).collect();
        assert!(matches!(share.leave(), Err(ConnectError::TooMany)));
        assert!(connections.clone().share(1).leave().is_ok(), "one identity does not take another's share");
        let other = connections.clone().share(1);
        let others: Vec<_> = (0..10).map(|_| other.leave().unwrap()).collect();
        assert!(matches!(other.leave(), Err(ConnectError::TooMany)), "the host is full");
        drop(others);
        all.pop();
        assert!(share.leave().is_ok());
    }

    #[tokio::test]
    async fn a_connection_is_known_by_its_address_while_it_is_open() {
        let connections = Arc::new(Connections::new(1, 1));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tcp = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (accepted, peer) = listener.accept().await.unwrap();
        let here = accepted.local_addr().unwrap();
        let open = connections.clone().share(3).leave().unwrap().made(&tcp);
        let mapped = SocketAddr::new("::ffff:127.0.0.1".parse().unwrap(), peer.port());
        assert_eq!((connections.depth_of(peer, here), connections.depth_of(mapped, here)), (Some(3), Some(3)));
        assert_eq!(connections.depth_of(peer, peer), None);
        drop(open);
        assert_eq!(connections.depth_of(peer, here), None);
    }
}
