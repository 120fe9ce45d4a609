//! Which addresses are the public network: a pure rule over two tables.
//!
//! IPv4 is public unless a row of [`REFUSED_V4`] holds it. IPv6 is the other way round, because so little of it is in use:
//! only 2000::/3 (all that IANA has given out as global unicast) is public, less the rows of [`REFUSED_V6`]. An IPv6 form
//! that carries an IPv4 address is as public as the address that it carries:
//!
//! | form | carries | source |
//! | --- | --- | --- |
//! | `::ffff:a.b.c.d` | IPv4-mapped | RFC 4291, 2.5.5.2 |
//! | `::a.b.c.d` (so also `::` and `::1`) | IPv4-compatible, deprecated | RFC 4291, 2.5.5.1 |
//! | `64:ff9b::a.b.c.d` | NAT64, well-known prefix | RFC 6052 |
//! | `2002:aabb:ccdd::/48` | 6to4, deprecated | RFC 3056 |
//!
//! Outside 2000::/3, hence refused without a row: link-local fe80::/10, site-local fec0::/10, unique local fc00::/7,
//! multicast ff00::/8, discard 100::/64, local NAT64 64:ff9b:1::/48, IPv4-translated `::ffff:0:a.b.c.d`, SRv6 5f00::/16.
//! The registries are IANA's "IPv4/IPv6 Special-Purpose Address Registry".

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use tollgate_types::egress::carried_v4;

/// IPv4 ranges that are not the public network.
#[rustfmt::skip]
pub const REFUSED_V4: [Ipv4Net; 17] = [
    v4([0, 0, 0, 0], 8),            // this network; unspecified (RFC 791)
    v4([10, 0, 0, 0], 8),           // private (RFC 1918)
    v4([100, 64, 0, 0], 10),        // carrier-grade NAT (RFC 6598); Alibaba's metadata 100.100.100.200
    v4([127, 0, 0, 0], 8),          // loopback (RFC 1122)
    v4([168, 63, 129, 16], 32),     // Azure's host services: public by number, answered by the machine below
    v4([169, 254, 0, 0], 16),       // link-local (RFC 3927); metadata 169.254.169.254
    v4([172, 16, 0, 0], 12),        // private (RFC 1918)
    v4([192, 0, 0, 0], 24),         // protocol assignments (RFC 6890); Oracle's metadata 192.0.0.192
    v4([192, 0, 2, 0], 24),         // documentation (RFC 5737)
    v4([192, 88, 99, 0], 24),       // 6to4 relay anycast, deprecated (RFC 7526)
    v4([192, 168, 0, 0], 16),       // private (RFC 1918)
    v4([198, 18, 0, 0], 15),        // benchmarking (RFC 2544)
    v4([198, 51, 100, 0], 24),      // documentation (RFC 5737)
    v4([203, 0, 113, 0], 24),       // documentation (RFC 5737)
    v4([224, 0, 0, 0], 4),          // multicast (RFC 5771)
    v4([240, 0, 0, 0], 4),          // reserved (RFC 1112)
    v4([255, 255, 255, 255], 32),   // limited broadcast (RFC 919)
];

/// All of IPv6 that IANA has given out as global unicast.
pub const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0], 3);

/// Ranges inside [`GLOBAL_V6`] that are not the public network.
#[rustfmt::skip]
pub const REFUSED_V6: [Ipv6Net; 3] = [
    v6([0x2001, 0, 0], 23),         // protocol assignments (RFC 2928): Teredo 2001::/32, benchmarking 2001:2::/48, ORCHID
    v6([0x2001, 0xdb8, 0], 32),     // documentation (RFC 3849)
    v6([0x3fff, 0, 0], 20),         // documentation (RFC 9637)
];

/// Whether `address` belongs to the public network. The operator's allowed ranges are not looked at here.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match carried_v4(address) {
            Some(carried) => is_public_v4(carried),
            None => GLOBAL_V6.contains(&address) && !REFUSED_V6.iter().any(|range| range.contains(&address)),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !REFUSED_V4.iter().any(|range| range.contains(&address))
}

/// The IPv4 address that a host name spells in an old way (`127.1`, `0x7f000001`, `017700000001`), as `inet_aton` of C reads it. Many an
/// origin's users write these, and no name server knows them.
#[must_use]
pub fn spelled_v4(host: &str) -> Option<Ipv4Addr> {
    let mut parts: Vec<u32> = host.split('.').map(number).collect::<Option<_>>()?;
    let last = parts.pop()?;
    let rest = 8 * (4 - u32::try_from(parts.len()).ok().filter(|count| *count < 4)?);
    if parts.iter().any(|part| *part > 255) || u64::from(last) >= 1 << rest {
        return None;
    }
    let first = parts.iter().zip([24, 16, 8]).fold(0, |all, (part, shift)| all | (part << shift));
    Some(Ipv4Addr::from(first | last))
}

/// Decimal, octal after `0`, or hexadecimal after `0x`.
fn number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_alphanumeric());
    plain.then(|| u32::from_str_radix(digits, radix).ok()).flatten()
}

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6([a, b, c]: [u16; 3], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
