//! From a host name to the addresses that may be dialled. Every address is checked here, and only what comes out of here
//! is dialled: there is no second look-up that could answer differently.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};

use ipnet::IpNet;
use tokio::net::lookup_host;
use tokio::sync::Semaphore;
use tollgate_types::config::EgressConfig;

use crate::address::is_public;
use crate::fault::ConnectError;
use crate::target::bare_host;

/// Addresses tried for one name. Not a setting: more would not be reached within the connect time.
const ADDRESSES: usize = 16;

/// Finds the addresses that one [`crate::Network`] may dial.
#[derive(Debug)]
pub(crate) struct Resolver {
    /// Read once for each connection that is made; a reload replaces it.
    policy: RwLock<Arc<Policy>>,
    /// Look-ups at one time. Each holds a thread of tokio's blocking pool (512) until the system gives up, so a name server that
    /// never answers must not take them all.
    lookups: Arc<Semaphore>,
}

/// The names and ranges of the operator's configuration.
#[derive(Debug)]
struct Policy {
    allow: Vec<IpNet>,
    hosts: BTreeMap<String, IpAddr>,
}

impl Resolver {
    pub(crate) fn new(config: &EgressConfig) -> Self {
        let lookups = Arc::new(Semaphore::new(config.lookups as usize));
        Self { policy: RwLock::new(Policy::new(config)), lookups }
    }

    /// Replaces the names and ranges, for connections that are made from now on.
    pub(crate) fn reconfigure(&self, config: &EgressConfig) {
        *self.policy.write().unwrap_or_else(PoisonError::into_inner) = Policy::new(config);
    }

    fn policy(&self) -> Arc<Policy> {
        self.policy.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The addresses of `host` that may be dialled, never none. An address that may not be dialled is left out, so that a
    /// name with a public and a private address is still reached by its public one.
    pub(crate) async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
        let found = self.find(host, port).await?;
        // Read after the look-up: what is allowed now counts.
        let policy = self.policy();
        let allowed: Vec<_> = found.iter().copied().filter(|address| policy.may_dial(address.ip())).collect();
        match (found.is_empty(), allowed.is_empty()) {
            (true, _) => Err(ConnectError::Dns),
            (false, true) => {
                tracing::debug!(host, addresses = ?found, "refused a destination that is not public");
                Err(ConnectError::Prohibited)
            }
            (false, false) => Ok(allowed),
        }
    }

    /// Refuses a host that is written as an address, or has a static one, that may not be dialled.
    pub(crate) fn admit(&self, host: &str, port: u16) -> Result<(), ConnectError> {
        let policy = self.policy();
        match policy.written(host, port) {
            Some(address) if !policy.may_dial(address.ip()) => Err(ConnectError::Prohibited),
            _ => Ok(()),
        }
    }

    /// IP literal, then static names, then DNS. Odd spellings of an address (`127.1`, `0x7f000001`) are names here: the
    /// system resolves them, and the address that comes of it is checked like any other.
    async fn find(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
        if let Some(address) = self.policy().written(host, port) {
            return Ok(vec![address]);
        }
        self.look_up(host.to_owned(), port).await
    }

    /// In a task of its own: the permit must live as long as the thread that it counts, also when nobody waits any more.
    async fn look_up(&self, host: String, port: u16) -> Result<Vec<SocketAddr>, ConnectError> {
        let permit = self.lookups.clone().acquire_owned().await.map_err(|_closed| ConnectError::Dns)?;
        let task = tokio::spawn(async move {
            let _permit = permit;
            lookup_host((host, port)).await.map(|found| found.take(ADDRESSES).collect())
        });
        match task.await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => {
                tracing::debug!(%error, "a name was not resolved");
                Err(ConnectError::Dns)
            }
            Err(_ended_with_the_runtime) => Err(ConnectError::Dns),
        }
    }
}

impl Policy {
    fn new(config: &EgressConfig) -> Arc<Self> {
        let hosts = config.hosts.iter().map(|(name, address)| (canonical_name(name), *address)).collect();
        Arc::new(Self { allow: config.allow.clone(), hosts })
    }

    /// The address of an IP literal, or of a static name.
    fn written(&self, host: &str, port: u16) -> Option<SocketAddr> {
        let literal = bare_host(host).parse::<IpAddr>().ok();
        let address = literal.or_else(|| self.hosts.get(&canonical_name(host)).copied())?;
        Some(SocketAddr::new(address, port))
    }

    fn may_dial(&self, address: IpAddr) -> bool {
        let plain = address.to_canonical();
        is_public(address) || self.allow.iter().any(|range| range.contains(&plain) || range.contains(&address))
    }
}

fn canonical_name(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}
