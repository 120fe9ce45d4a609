//! Does a URL name an origin that could be dialled? Pure, and asked before anything else.

use http::Uri;
use http::uri::{Authority, Scheme};
use wasmtime_wasi_http::Error;

/// The longest name that DNS can carry, in text form with its last dot (RFC 1035, 2.3.4).
const HOST_BYTES: usize = 254;

/// Refuses a URL without authority, with a malformed one, or with a scheme other than http and https.
///
/// # Errors
/// `HttpRequestUriInvalid`, or `HttpProtocolError` for the scheme.
pub fn check(uri: &Uri) -> Result<(), Error> {
    let authority = uri.authority().ok_or(Error::HttpRequestUriInvalid)?;
    if !check_authority(authority) {
        return Err(Error::HttpRequestUriInvalid);
    }
    match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS => Ok(()),
        _ => Err(Error::HttpProtocolError),
    }
}

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

/// Nothing, or a colon and 1 to 65535. `host:` is allowed by RFC 3986 and sent by nobody in good faith.
fn is_port(text: &str) -> bool {
    match text.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok_and(|port| port > 0),
        None => text.is_empty(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn origins_pass() {
        let longest = format!("http://{}.", ["a".repeat(63).as_str(); 3].join("."));
        let urls =
            ["http://a/", "https://a.example:1/x?y", "http://127.0.0.1:65535", "http://[::1]:80/", "http://a_b-c."];
        for url in urls.into_iter().chain([longest.as_str()]) {
            assert!(check(&url.parse().unwrap()).is_ok(), "{url}");
        }
    }

    #[test]
    fn malformed_authorities_are_invalid_urls() {
        #[rustfmt::skip]
        let urls = [
            "/path", "*", "http://user@a/", "http://user:pw@a/", "http://a:0/", "http://a:65536/", "http://a:/",
            "http://a..b/", "http://./", "http://[::1", "http://[::g]/", "http://[127.0.0.1]/", "http://a!b/", "http://a:+1/",
            "http://%61/", "http://b\u{fc}cher.test/", "http://a\u{3002}test/",
        ];
        for url in urls {
            // What `Uri` itself refuses never gets as far as here.
            let Ok(uri) = url.parse::<Uri>() else { continue };
            assert!(matches!(check(&uri), Err(Error::HttpRequestUriInvalid)), "{url}");
        }
    }

    #[test]
    fn other_schemes_are_protocol_errors() {
        for url in ["ftp://a/", "ws://a/", "a.example:80"] {
            assert!(matches!(check(&url.parse().unwrap()), Err(Error::HttpProtocolError)), "{url}");
        }
    }
}
