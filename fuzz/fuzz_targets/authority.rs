//! Authorities of URLs and `Host` headers: what passes reads the same for the host and for a browser (the URL standard).
#![no_main]

use http::Uri;
use http::uri::Authority;
use libfuzzer_sys::fuzz_target;
use url::{Host, Url};

#[path = "../../host/egress/src/address.rs"]
#[allow(dead_code, reason = "the file is tested as it stands")]
mod address;
#[path = "../../host/egress/src/authority.rs"]
#[allow(dead_code, reason = "the file is tested as it stands")]
mod authority;

fuzz_target!(|bytes: &[u8]| {
    let Ok(authority) = Authority::try_from(bytes) else { return };
    let host = authority.host();
    let bare = authority::bare_host(host).trim_end_matches('.').to_ascii_lowercase();
    let spelled = address::spelled_v4(&bare);
    if let Ok(plain) = bare.parse::<std::net::Ipv4Addr>() {
        assert_eq!(spelled, Some(plain), "{bare}");
    }
    if !authority::check_authority(&authority) {
        return;
    }
    assert!(!authority.as_str().contains(['@', '%', '\\', '/', '#', '?', ' ']));
    let uri: Uri = format!("https://{authority}/a?b").parse().expect("a checked authority makes a URL");
    assert_eq!((uri.host(), uri.port_u16()), (Some(host), authority.port_u16()));
    let Ok(url) = Url::parse(&format!("https://{authority}/")) else { return };
    assert_eq!(url.port_or_known_default(), Some(authority.port_u16().unwrap_or(443)));
    match url.host().expect("https has a host") {
        Host::Domain(domain) => assert!(domain.eq_ignore_ascii_case(host), "{domain} is not {host}"),
        // `0x` alone is 0 for a browser; here it is a name, whose addresses are checked.
        Host::Ipv4(_) if bare.split('.').any(|part| part == "0x") => {}
        Host::Ipv4(address) => assert_eq!(spelled, Some(address), "{host}"),
        Host::Ipv6(address) => assert_eq!(bare.parse::<std::net::Ipv6Addr>().ok(), Some(address), "{host}"),
    }
});
