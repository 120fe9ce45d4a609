//! Looks names up: the file of hosts, then name servers, without a thread for each name.
//!
//! Each namespace has a few look-ups in flight and the rest of its own wait in turn, so names whose server is silent delay only the
//! namespace that asks for them. What was found is kept as long as the name server says.
//!
//! A name means one thing: the search list of `/etc/resolv.conf` is not followed. With it, `db.prod` would lead where a rule for
//! `db.prod.example` denies, and whoever owns a name below a suffix would answer for names of others.
//!
//! Name servers are trusted as far as DNS is: an answer counts if it comes from the server's address to a port of its own, with the random
//! number and the question of this look-up, and if its addresses belong to the name or to its aliases. Every address is checked afterwards.
//!
//! Rejected: the system's resolver, which blocks a thread that cannot be cancelled. Rejected for now: `hickory-resolver` 0.26 with
//! `default-features = false`. It is seven crates more, and turns on `critical-section` and `portable-atomic` of `once_cell`, of which
//! wasmtime is a user: that is a price (wasmtime is compiled once more), and no danger. What weighs more is what would be left for it. Turns
//! by namespace, a deadline that includes the wait and the check of each address would be ours all the same; the rest is the exchange
//! of two messages, whose bytes `simple-dns` reads. If DNSSEC, EDNS or encrypted DNS is wanted, take hickory.

mod exchange;
mod message;
mod system;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tollgate_types::config::EgressConfig;

use crate::fault::ConnectError;
use crate::shares::Shares;
use exchange::ask;
use message::Found;
use system::System;

/// The longest time for which an answer is kept, whatever its name server says: the operator may have moved a name.
const KEPT: Duration = Duration::from_secs(300);
/// How long it is kept that there is no such name.
const ABSENT: Duration = Duration::from_secs(5);
/// How long the slower of the two answers (IPv4, IPv6) is waited for once there is an address.
const SLOWER: Duration = Duration::from_millis(300);

/// Looks names up for one network.
pub(crate) struct Lookup {
    system: System,
    kept: Cache<Box<str>, Kept>,
    shares: Shares,
    /// Turns for all namespaces together: a look-up holds two sockets.
    turns: Semaphore,
    within: Duration,
}

/// An answer, until it is too old.
#[derive(Clone)]
struct Kept {
    addresses: Arc<[IpAddr]>,
    until: Instant,
}

impl Lookup {
    pub(crate) fn new(config: &EgressConfig) -> Self {
        Self {
            system: System::new(config.name_servers.clone()),
            kept: Cache::builder().max_capacity(config.names.into()).time_to_live(KEPT).build(),
            shares: Shares::new(config.lookups_per_namespace as usize),
            turns: Semaphore::new(config.lookups as usize),
            within: Duration::from_millis(config.lookup_ms),
        }
    }

    /// The addresses of a name, asked for by a worker of `namespace`. IPv4 comes first.
    pub(crate) async fn addresses(&self, namespace: &str, name: &str) -> Result<Arc<[IpAddr]>, ConnectError> {
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        if let Some(kept) = self.kept(&name) {
            return found(kept);
        }
        match timeout(self.within, self.look_up(namespace, &name)).await {
            Ok(outcome) => found(outcome?),
            Err(_late) => Err(ConnectError::DnsTimeout),
        }
    }

    async fn look_up(&self, namespace: &str, name: &str) -> Result<Arc<[IpAddr]>, ConnectError> {
        let known = self.system.known().await;
        if let Some(addresses) = known.host(name) {
            return Ok(addresses);
        }
        let deadline = Instant::now() + self.within;
        let _own = self.shares.of(namespace).acquire_owned().await.map_err(|_closed| ConnectError::Dns)?;
        let _turn = self.turns.acquire().await.map_err(|_closed| ConnectError::Dns)?;
        // Another request may have asked for the same name meanwhile.
        if let Some(kept) = self.kept(name) {
            return Ok(kept);
        }
        if Instant::now() >= deadline {
            return Err(ConnectError::DnsTimeout);
        }
        let outcome = both(known.servers(), name).await?;
        let age = if outcome.addresses.is_empty() { ABSENT } else { outcome.age.min(KEPT) };
        let kept = Kept { addresses: outcome.addresses.into(), until: Instant::now() + age };
        self.kept.insert(name.into(), kept.clone());
        Ok(kept.addresses)
    }

    /// The addresses of a name that are not too old; none if it is known that it has none.
    fn kept(&self, name: &str) -> Option<Arc<[IpAddr]>> {
        self.kept.get(name).filter(|kept| kept.until > Instant::now()).map(|kept| kept.addresses)
    }
}

fn found(addresses: Arc<[IpAddr]>) -> Result<Arc<[IpAddr]>, ConnectError> {
    if addresses.is_empty() { Err(ConnectError::Dns) } else { Ok(addresses) }
}

/// Asks for IPv4 and IPv6 at once.
async fn both(servers: &[std::net::SocketAddr], name: &str) -> Result<Found, ConnectError> {
    let v4 = ask(servers, name, message::Kind::V4);
    let v6 = ask(servers, name, message::Kind::V6);
    tokio::pin!(v4, v6);
    let (first, v4_first) = tokio::select! {
        first = &mut v4 => (first, true),
        first = &mut v6 => (first, false),
    };
    let enough = first.as_ref().is_ok_and(|found| !found.addresses.is_empty());
    let second = async { if v4_first { v6.await } else { v4.await } };
    let second = match enough {
        true => timeout(SLOWER, second).await.unwrap_or(Err(ConnectError::DnsTimeout)),
        false => second.await,
    };
    let (v4, v6) = if v4_first { (first, second) } else { (second, first) };
    match (v4, v6) {
        (Ok(v4), Ok(v6)) => Ok(v4.and(v6)),
        (Ok(one), Err(_)) | (Err(_), Ok(one)) if !one.addresses.is_empty() => Ok(one),
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}
