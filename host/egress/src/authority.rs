//! The authority of a URL or of a `Host` header: is it a host, and a port that can be? Pure.

use http::uri::Authority;

/// The longest name that DNS can carry, in text form with its last dot (RFC 1035, 2.3.4).
const HOST_BYTES: usize = 254;

/// Whether an authority is a host, and a port that can be if it has one: no user information, which a worker could take for the host.
pub fn check_authority(authority: &Authority) -> bool {
    let host = authority.host();
    is_host(host) && authority.as_str().strip_prefix(host).is_some_and(is_port)
}

/// The host without the brackets of an IPv6 literal.
pub(crate) fn bare_host(host: &str) -> &str {
    bracketed(host).unwrap_or(host)
}

fn bracketed(host: &str) -> Option<&str> {
    host.strip_prefix('[')?.strip_suffix(']')
}

fn is_host(host: &str) -> bool {
    if let Some(literal) = bracketed(host) {
        return literal.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    host.len() <= HOST_BYTES && name.split('.').all(|label| !label.is_empty() && label.bytes().all(letter))
}

/// Nothing, or a colon and 1 to 65535. RFC 3986 allows `host:`, but no honest client sends it.
fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|port| port > 0),
        None => text.is_empty(),
    }
}
