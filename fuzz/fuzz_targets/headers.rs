//! Headers through a hop: fields of the connection are removed, the others stay as they are, and a token cannot be forged.
#![no_main]

use std::collections::HashSet;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use libfuzzer_sys::fuzz_target;

#[path = "../../host/egress/src/headers.rs"]
#[allow(dead_code, reason = "the file is tested as it stands")]
mod headers;
#[path = "../../host/egress/src/hop.rs"]
#[allow(dead_code, reason = "the file is tested as it stands")]
mod hop;

/// Names that mean something on the way.
const KNOWN: [&str; 14] = [
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "http2-settings", "te",
    "transfer-encoding", "upgrade", "trailer", "host", "content-length", "tollgate-hop", "x-own",
];
const GONE: usize = 9;

fn read(bytes: &[u8]) -> HeaderMap {
    let lines = bytes.split(|byte| *byte == b'\n').take(40);
    let fields = lines.filter_map(|line| {
        let (first, value) = line.split_first()?;
        let known = KNOWN.get(usize::from(*first)).copied();
        let (name, value) = match known {
            Some(name) => (HeaderName::from_static(name), value),
            None => {
                let at = line.iter().position(|byte| *byte == b':')?;
                (HeaderName::from_bytes(&line[..at]).ok()?, &line[at + 1..])
            }
        };
        Some((name, HeaderValue::from_bytes(value).ok()?))
    });
    let mut all = HeaderMap::new();
    fields.for_each(|(name, value)| {
        all.append(name, value);
    });
    all
}

fuzz_target!(|bytes: &[u8]| {
    let sent = read(bytes);
    let named: HashSet<String> = sent
        .get_all("connection")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    for method in [Method::GET, Method::POST] {
        let mut received = sent.clone();
        headers::prepare_request(&method, &mut received);
        for name in &KNOWN[..GONE] {
            let set = match *name {
                "te" => Some("trailers"),
                "transfer-encoding" if method == Method::POST => Some("chunked"),
                _ => None,
            };
            let values: Vec<_> = received.get_all(*name).iter().collect();
            assert!(values.is_empty() || values.iter().map(|value| value.to_str().ok()).eq([set]), "{name}");
        }
        assert!(!received.contains_key("host"));
        for name in sent.keys() {
            let framing = ["trailer", "content-length"].contains(&name.as_str());
            let goes = KNOWN[..GONE].contains(&name.as_str()) || name == "host" || (named.contains(name.as_str()) && !framing);
            if !goes {
                assert!(received.get_all(name).iter().eq(sent.get_all(name).iter()), "{name}");
            } else if !["te", "transfer-encoding"].contains(&name.as_str()) {
                assert!(!received.contains_key(name), "{name}");
            }
        }
        let mut twice = received.clone();
        headers::prepare_request(&method, &mut twice);
        assert_eq!(twice, received, "a second time changes nothing");
    }
    let hops = hop::Hops::new().expect("random bytes");
    let mut taken = sent.clone();
    assert_eq!(hops.take(&mut taken), None, "nobody forges a token");
    assert!(!taken.contains_key(hop::HOP));
    assert_eq!(taken.keys_len(), sent.keys_len() - usize::from(sent.contains_key(hop::HOP)));
    let mut own = HeaderMap::new();
    own.insert(hop::HOP, hops.seal(5).expect("a token"));
    sent.get_all(hop::HOP).iter().for_each(|value| {
        own.append(hop::HOP, value.clone());
    });
    assert_eq!(hops.take(&mut own), Some(5), "what others wrote beside the token does not hide it");
});
