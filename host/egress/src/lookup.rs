//! Looks names up: the file of hosts, then name servers, without a thread for each name.
//!
//! Each namespace has a few look-ups in flight and the rest of its own wait in turn, so names whose server is silent delay only the
//! namespace that asks for them. What was found is kept as long as the name server says. Rejected: the system's resolver, which blocks
//! a thread that cannot be cancelled; a resolver crate, of which each turns on features of crates that wasmtime is built with.

mod exchange;
mod message;
mod system;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
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
            within: Duration::from_millis(config.lookup_ms),
        }
    }

    /// The addresses of a name, asked for by a worker of `namespace`. IPv4 comes first.
    pub(crate) async fn addresses(&self, namespace: &str, name: &str) -> Result<Arc<[IpAddr]>, ConnectError> {
        let name =
            name.strip_suffix('.').map_or_else(|| name.to_ascii_lowercase(), |name| name.to_ascii_lowercase() + ".");
        if let Some(kept) = self.kept.get(&*name).filter(|kept| kept.until > Instant::now()) {
            return found(kept.addresses);
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
        let _turn = self.shares.of(namespace).acquire_owned().await.map_err(|_closed| ConnectError::Dns)?;
        if Instant::now() >= deadline {
            return Err(ConnectError::DnsTimeout);
        }
        let mut outcome = Found::default();
        for candidate in known.candidates(name) {
            outcome = both(known.servers(), &candidate).await?;
            if !outcome.addresses.is_empty() {
                break;
            }
        }
        let age = if outcome.addresses.is_empty() { ABSENT } else { outcome.age.min(KEPT) };
        let kept = Kept { addresses: outcome.addresses.into(), until: Instant::now() + age };
        self.kept.insert(name.into(), kept.clone());
        Ok(kept.addresses)
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
