//! One rule: every part that it has must fit a request.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{EgressTarget, HostPattern, Matches};

/// The scheme of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EgressScheme {
    /// `http`.
    Http,
    /// `https`.
    Https,
}

/// A rule of `deny` or `only`. It has at least one part.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct EgressRule {
    /// Hosts.
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<HostPattern>,
    /// A port.
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    /// A scheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<EgressScheme>,
    /// Addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<IpNet>,
}

/// A rule as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    host: Option<HostPattern>,
    port: Option<u16>,
    scheme: Option<EgressScheme>,
    range: Option<IpNet>,
}

/// A rule that says nothing, or what cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EgressRuleError {
    /// It would match every request.
    #[error("egress rule: expected at least one of host, port, scheme and range, found none")]
    Empty,
    /// No request has port 0.
    #[error("port: expected 1 to 65535, found 0")]
    Port,
    /// No IPv4 address would be in it.
    #[error("range: expected an IPv4 range as such (\"10.0.0.0/8\"), found the IPv4-mapped \"{0}\"")]
    Mapped(IpNet),
}

impl EgressRule {
    pub(crate) fn matches(&self, target: &EgressTarget<'_>) -> Matches {
        let host = self.host.as_ref().is_none_or(|host| host.matches(target.host));
        let port = self.port.is_none_or(|port| port == target.port);
        let scheme = self.scheme.is_none_or(|scheme| scheme == target.scheme);
        if !(host && port && scheme) {
            return Matches::No;
        }
        let Some(range) = &self.range else { return Matches::Yes };
        match target.address.or_else(|| target.host.parse().ok()) {
            None => Matches::Unknown,
            Some(address) if contains(range, address) => Matches::Yes,
            Some(_) => Matches::No,
        }
    }
}

/// Whether a range has an address, in any form that leads there.
fn contains(range: &IpNet, address: IpAddr) -> bool {
    let carried = match address {
        IpAddr::V6(address) => carried_v4(address).map(IpAddr::V4),
        IpAddr::V4(_) => None,
    };
    range.contains(&address) || carried.is_some_and(|carried| range.contains(&carried))
}

/// The IPv4 address that an IPv6 address carries: mapped, compatible, NAT64 or 6to4.
pub fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b, c, d] = address.octets();
    match address.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, _, _] | [0x64, 0xff9b, 0, 0, 0, 0, _, _] => Some(Ipv4Addr::new(a, b, c, d)),
        [0x2002, high, low, ..] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        _ => None,
    }
}

fn is_mapped(range: IpNet) -> bool {
    matches!(range, IpNet::V6(range) if range.prefix_len() >= 96 && range.network().to_ipv4_mapped().is_some())
}

impl TryFrom<Parts> for EgressRule {
    type Error = EgressRuleError;

    fn try_from(Parts { host, port, scheme, range }: Parts) -> Result<Self, EgressRuleError> {
        match (port, range) {
            (None, None) if host.is_none() && scheme.is_none() => Err(EgressRuleError::Empty),
            (Some(0), _) => Err(EgressRuleError::Port),
            (_, Some(range)) if is_mapped(range) => Err(EgressRuleError::Mapped(range)),
            _ => Ok(Self { host, port, scheme, range }),
        }
    }
}

impl fmt::Display for EgressScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

impl fmt::Display for EgressRule {
    /// As it is written in the configuration.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.host.as_ref().map(|host| format!("host = \"{host}\""));
        let port = self.port.map(|port| format!("port = {port}"));
        let scheme = self.scheme.map(|scheme| format!("scheme = \"{scheme}\""));
        let range = self.range.map(|range| format!("range = \"{range}\""));
        let parts: Vec<_> = [host, port, scheme, range].into_iter().flatten().collect();
        write!(f, "{{ {} }}", parts.join(", "))
    }
}
