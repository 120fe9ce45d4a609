//! The token that a request to the network has, by which this host knows its own requests again, and how deep they are.
//!
//! The front door knows the host's own connections by their addresses (`connections.rs`), which a proxy on the way hides. So each request
//! has a token too: the depth, sealed with a key that lives as long as the process. Nobody else can read or make one. It is made once
//! for each pool of connections, so an origin can tell by it that two requests come from the same chain of workers, and no more. A relay
//! that takes the header away hides the loop: give it a limit of its own. A worker never sees one: the front door takes it away, and the egress removes what a worker wrote in its place. Who sends
//! back a token that was seen makes only its own request deeper. Rejected: `CDN-Loop` (RFC 8586), which anybody reads and writes.

use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use http::{HeaderMap, HeaderName, HeaderValue};

/// The header that has the token.
pub(crate) const HOP: HeaderName = HeaderName::from_static("tollgate-hop");

const NONCE_BYTES: usize = 24;
/// Bytes of a token: the nonce, the depth and the seal.
const TOKEN_BYTES: usize = NONCE_BYTES + 4 + 16;
/// Tokens of one request that are looked at. A request of this host has one.
const TOKENS: usize = 8;

/// Seals and opens tokens.
pub(crate) struct Hops {
    cipher: XChaCha20Poly1305,
}

impl Hops {
    /// With a key of its own. None if the system has no random bytes.
    pub(crate) fn new() -> Option<Self> {
        Some(Self { cipher: XChaCha20Poly1305::new(&Key::from(random()?)) })
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
#[allow(clippy::unwrap_used, reason = "tests")]
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
