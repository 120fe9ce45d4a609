//! From a host name to the addresses that may be dialled. Every address is checked here, and only what comes out of here
//! is dialled: there is no second look-up that could answer differently.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use http::Uri;
use http::uri::Scheme;
use ipnet::IpNet;
use tollgate_types::config::EgressConfig;
use tollgate_types::egress::{
    EgressDenied, EgressLevel, EgressLevels, EgressRules, EgressScheme, EgressTarget, decide,
};

use crate::address::{is_public, spelled_v4};
use crate::authority::bare_host;
use crate::fault::ConnectError;
use crate::lookup::Lookup;

/// Addresses tried for one name. Not a setting: more would not be reached within the connect time.
const ADDRESSES: usize = 16;

/// Finds the addresses that one [`crate::Network`] may dial.
pub(crate) struct Resolver {
    /// Read once for each connection that is made; a reload replaces it.
    policy: RwLock<Arc<Policy>>,
    /// Whether the policy has rules: a request that no rule concerns reads this alone.
    ruled: AtomicBool,
    lookup: Lookup,
}

/// The names, ranges and rules of the operator's configuration.
#[derive(Debug)]
struct Policy {
    allow: Vec<IpNet>,
    hosts: BTreeMap<String, IpAddr>,
    rules: EgressRules,
}

/// Where a connection is to lead, and for whom.
pub(crate) struct Wanted<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) levels: &'a EgressLevels,
    pub(crate) scheme: EgressScheme,
    pub(crate) host: &'a str,
    pub(crate) port: u16,
}

impl<'a> Wanted<'a> {
    /// None if the URL names no host.
    pub(crate) fn of(uri: &'a Uri, namespace: &'a str, levels: &'a EgressLevels) -> Option<Self> {
        let (scheme, port) = match uri.scheme() == Some(&Scheme::HTTPS) {
            true => (EgressScheme::Https, 443),
            false => (EgressScheme::Http, 80),
        };
        let port = uri.port_u16().unwrap_or(port);
        Some(Self { namespace, levels, scheme, host: bare_host(uri.host()?), port })
    }

    fn target(&self, address: Option<IpAddr>) -> EgressTarget<'_> {
        EgressTarget { scheme: self.scheme, host: self.host, port: self.port, address }
    }
}

impl Resolver {
    pub(crate) fn new(config: &EgressConfig) -> Self {
        let policy = Policy::new(config);
        let ruled = AtomicBool::new(!policy.rules.is_empty());
        Self { policy: RwLock::new(policy), ruled, lookup: Lookup::new(config) }
    }

    /// Replaces the names, ranges and rules, for connections that are made from now on.
    pub(crate) fn reconfigure(&self, config: &EgressConfig) {
        let policy = Policy::new(config);
        self.ruled.store(!policy.rules.is_empty(), Ordering::Release);
        *self.policy.write().unwrap_or_else(PoisonError::into_inner) = policy;
    }

    fn policy(&self) -> Arc<Policy> {
        self.policy.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether the rules permit a URL, as far as they can tell before its host is resolved. An address is known however it is spelled.
    pub(crate) fn permits(&self, uri: &Uri, levels: &EgressLevels) -> Result<(), EgressDenied> {
        if levels.is_empty() && !self.ruled.load(Ordering::Acquire) {
            return Ok(());
        }
        match Wanted::of(uri, "", levels) {
            Some(wanted) => {
                let policy = self.policy();
                policy.decide(&wanted, policy.written(wanted.host))
            }
            None => Ok(()),
        }
    }

    /// The addresses of a host that may be dialled, never none. An address that may not be dialled is left out, so that a
    /// name with a public and a private address is still reached by its public one.
    pub(crate) async fn resolve(&self, wanted: &Wanted<'_>) -> Result<Vec<SocketAddr>, ConnectError> {
        let found = self.find(wanted).await?;
        // Read after the look-up: what is allowed now counts.
        let policy = self.policy();
        let public: Vec<_> = found.iter().copied().filter(|address| policy.may_dial(*address)).collect();
        if public.is_empty() {
            tracing::debug!(host = wanted.host, addresses = ?found, "refused a destination that is not public");
            return Err(ConnectError::Prohibited);
        }
        let decided: Vec<_> = public.iter().map(|address| (*address, policy.decide(wanted, Some(*address)))).collect();
        let permitted = decided.iter().filter(|(_, decision)| decision.is_ok());
        let all: Vec<_> =
            permitted.take(ADDRESSES).map(|(address, _)| SocketAddr::new(*address, wanted.port)).collect();
        match decided.first() {
            Some((address, Err(denied))) if all.is_empty() => {
                tracing::info!(namespace = wanted.namespace, host = wanted.host, %address, %denied, "no address was permitted");
                Err(ConnectError::Denied)
            }
            _ => Ok(all),
        }
    }

    /// Refuses a host that is written as an address, or has a static one, that may not be dialled.
    pub(crate) fn admit(&self, wanted: &Wanted<'_>) -> Result<(), ConnectError> {
        let policy = self.policy();
        match policy.written(wanted.host) {
            Some(address) if !policy.may_dial(address) => Err(ConnectError::Prohibited),
            Some(address) if policy.decide(wanted, Some(address)).is_err() => Err(ConnectError::Denied),
            _ => Ok(()),
        }
    }

    /// IP literal, then static names, then odd spellings of an address (`127.1`, `0x7f000001`), then DNS. Every address that comes of
    /// it is checked.
    async fn find(&self, wanted: &Wanted<'_>) -> Result<Arc<[IpAddr]>, ConnectError> {
        match self.policy().written(wanted.host) {
            Some(address) => Ok([address].into()),
            None => self.lookup.addresses(wanted.namespace, wanted.host).await,
        }
    }
}

impl Policy {
    fn new(config: &EgressConfig) -> Arc<Self> {
        let hosts = config.hosts.iter().map(|(name, address)| (canonical_name(name), *address)).collect();
        let rules = EgressRules { deny: config.deny.clone(), only: config.only.clone() };
        Arc::new(Self { allow: config.allow.clone(), hosts, rules })
    }

    /// The address of an IP literal, or of a static name, or of an odd spelling.
    fn written(&self, host: &str) -> Option<IpAddr> {
        let name = canonical_name(host);
        let literal = host.parse::<IpAddr>().ok();
        literal.or_else(|| self.hosts.get(&name).copied()).or_else(|| spelled_v4(&name).map(IpAddr::V4))
    }

    fn may_dial(&self, address: IpAddr) -> bool {
        let plain = address.to_canonical();
        is_public(address) || self.allow.iter().any(|range| range.contains(&plain) || range.contains(&address))
    }

    fn decide(&self, wanted: &Wanted<'_>, address: Option<IpAddr>) -> Result<(), EgressDenied> {
        let own = [(EgressLevel::Host, &self.rules)];
        let narrower = wanted.levels.iter().map(|(level, rules)| (*level, rules));
        decide(own.into_iter().chain(narrower), &wanted.target(address))
    }
}

fn canonical_name(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}
