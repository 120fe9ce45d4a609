//! The token that a request to the network has, by which this host knows its own requests again, and how deep they are.
//!
//! The front door knows the host's own connections by their addresses (`connections.rs`), which a proxy on the way hides. So a request
//! to a name that the front door serves has a token too; no other comes back, and origins elsewhere see nothing of the host's. The token
//! is the depth, sealed with a key that lives as long as the process. Nobody else can read or make one. It is made once for each pool
//! of connections, so whoever sees two can tell that they come from the same chain of workers, and no more.
//!
//! A worker never sees a token: the front door takes it away, and the egress removes what a worker wrote in its place. A
//! client that sends a token back makes only its own request deeper. A relay that takes the header away hides the loop: give it a limit of its own.
//! Rejected: `CDN-Loop` (RFC 8586), which anybody reads and writes.

use std::sync::OnceLock;

use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};

/// The header that has the token.
pub(crate) const HOP: HeaderName = HeaderName::from_static("tollgate-hop");

const NONCE_BYTES: usize = 24;
/// Bytes of a token: the nonce, the depth and the seal.
const TOKEN_BYTES: usize = NONCE_BYTES + 4 + 16;
/// Tokens of one request that are looked at. A request of this host has one.
const TOKENS: usize = 8;

/// Whether the front door of this host serves a URL, by host and path.
type Served = Box<dyn Fn(&str, &str) -> bool + Send + Sync>;

/// Seals and opens tokens.
pub(crate) struct Hops {
    cipher: XChaCha20Poly1305,
    served: OnceLock<Served>,
}

impl Hops {
    /// With a key of its own. None if the system has no random bytes.
    pub(crate) fn new() -> Option<Self> {
        Some(Self { cipher: XChaCha20Poly1305::new(&Key::from(random()?)), served: OnceLock::new() })
    }

    /// Says which URLs lead back to this host. What is said first counts.
    pub(crate) fn know(&self, served: impl Fn(&str, &str) -> bool + Send + Sync + 'static) {
        let _again = self.served.set(Box::new(served));
    }

    /// Whether a request to this URL may come back to this host.
    pub(crate) fn leads_back(&self, uri: &Uri) -> bool {
        self.served.get().is_some_and(|served| served(uri.host().unwrap_or_default(), uri.path()))
    }

    /// A token that says how deep a request is.
    pub(crate) fn seal(&self, depth: u32) -> Option<HeaderValue> {
        let nonce: [u8; NONCE_BYTES] = random()?;
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), depth.to_be_bytes().as_slice()).ok()?;
        let hex: String = nonce.iter().chain(&sealed).map(|byte| format!("{byte:02x}")).collect();
        HeaderValue::from_str(&hex).ok()
    }

    /// Takes the tokens from the headers of a request, and gives the depth that this host sealed in one of them.
    pub(crate) fn take(&self, headers: &mut HeaderMap) -> Option<u32> {
        let _present = headers.get(HOP)?;
        let texts = headers.get_all(HOP).iter().filter_map(|value| value.to_str().ok());
        let depth = texts.flat_map(|text| text.split(',')).take(TOKENS).filter_map(|text| self.open(text.trim())).max();
        headers.remove(HOP);
        depth
    }

    fn open(&self, text: &str) -> Option<u32> {
        if text.len() != TOKEN_BYTES * 2 {
            return None;
        }
        let digits = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Vec<u8> = text.as_bytes().chunks(2).map(digits).collect::<Option<_>>()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let depth = self.cipher.decrypt(&XNonce::from(*nonce), sealed).ok()?;
        Some(u32::from_be_bytes(depth.try_into().ok()?))
    }
}

fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_the_host_that_sealed_a_token_opens_it() {
        let (one, two) = (Hops::new().unwrap(), Hops::new().unwrap());
        let (token, forged) = (one.seal(5).unwrap(), two.seal(90).unwrap());
        let headers =
            |values: &[&HeaderValue]| values.iter().map(|value| (HOP, (*value).clone())).collect::<HeaderMap>();
        let mut both = headers(&[&forged, &token]);
        assert_eq!(one.take(&mut both), Some(5));
        assert!(both.is_empty(), "no token is passed on");
        let joined =
            HeaderValue::from_str(&format!("{}, {}", forged.to_str().unwrap(), token.to_str().unwrap())).unwrap();
        assert_eq!(one.take(&mut headers(&[&joined])), Some(5), "a proxy may join the values");
        let mut changed = token.to_str().unwrap().to_owned();
        changed.replace_range(60..61, if changed.as_bytes()[60] == b'0' { "1" } else { "0" });
        for wrong in ["", "5", "zz", &changed, &"+f".repeat(TOKEN_BYTES), &"\u{20}".repeat(88)] {
            let mut wrong = headers(&[&HeaderValue::from_str(wrong).unwrap()]);
            assert_eq!(one.take(&mut wrong), None);
            assert!(wrong.is_empty());
        }
        assert_ne!(one.seal(5).unwrap(), token, "two tokens of one depth do not look alike");
    }
}
