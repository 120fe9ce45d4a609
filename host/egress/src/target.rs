//! Does a URL name an origin that could be dialled? Pure, and asked before anything else.

use http::Uri;
use http::uri::Scheme;
use wasmtime_wasi_http::Error;

use crate::authority::check_authority;

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
