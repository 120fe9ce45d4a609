//! Secrets at rest: sealed with XChaCha20-Poly1305, bound to the record and the place in it that they are kept in.
//!
//! The key file has one key a line, `tollgate-key-1 <id> <base64>`. The first line's key seals; every line's key opens. So a
//! key is rotated by putting a new line first, sealing every record again, and removing the others.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest as _, Sha256};

use crate::{KeyFileError, StoreError};

const FORMAT: &str = "tollgate-key-1";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const ID_DIGITS: usize = 8;

/// The keys that secrets are sealed with.
#[derive(Clone)]
pub struct Keys {
    keys: Vec<OneKey>,
}

#[derive(Clone)]
struct OneKey {
    id: String,
    bytes: [u8; KEY_BYTES],
}

impl Keys {
    /// One new key.
    pub fn generate() -> Result<Self, StoreError> {
        Ok(Self { keys: vec![OneKey::new(random()?)] })
    }

    /// A new key before these.
    pub fn rotated(&self) -> Result<Self, StoreError> {
        let mut keys = vec![OneKey::new(random()?)];
        keys.extend(self.keys.iter().cloned());
        Ok(Self { keys })
    }

    /// The newest key alone.
    pub fn newest(&self) -> Self {
        Self { keys: self.keys.iter().take(1).cloned().collect() }
    }

    /// The id of the key that seals.
    pub(crate) fn id(&self) -> &str {
        self.keys.first().map_or("", |key| &key.id)
    }

    /// The keys of a key file.
    pub fn parse(text: &str) -> Result<Self, KeyFileError> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let keys = lines.map(|(at, line)| OneKey::parse(line).ok_or(KeyFileError { line: at + 1 }));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(KeyFileError { line: 1 }) } else { Ok(Self { keys }) }
    }

    /// The text of the key file.
    pub fn to_text(&self) -> String {
        self.keys.iter().map(|key| format!("{FORMAT} {} {}\n", key.id, STANDARD.encode(key.bytes))).collect()
    }

    /// A secret as it is stored: `<id of the key>:<base64 of nonce and ciphertext>`. It opens only at this place.
    pub(crate) fn seal(&self, place: &str, secret: &str) -> Result<String, StoreError> {
        let nonce: [u8; NONCE_BYTES] = random()?;
        let failed = || StoreError::Unsealed { place: place.to_owned(), reason: "it is too large".to_owned() };
        let key = self.keys.first().ok_or_else(failed)?;
        let payload = Payload { msg: secret.as_bytes(), aad: place.as_bytes() };
        let sealed = key.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| failed())?;
        Ok(format!("{}:{}", key.id, STANDARD.encode([&nonce[..], &sealed].concat())))
    }

    /// Whether the key is there that a secret was sealed with.
    pub(crate) fn expect(&self, place: &str, sealed: &str) -> Result<(), StoreError> {
        self.find(place, sealed).map(drop)
    }

    /// The key that a secret was sealed with, and what it sealed.
    fn find<'a>(&self, place: &str, sealed: &'a str) -> Result<(&OneKey, &'a str), StoreError> {
        let unsealed = || StoreError::Unsealed { place: place.to_owned(), reason: "it is not sealed".to_owned() };
        let (id, bytes) = sealed.split_once(':').ok_or_else(unsealed)?;
        let key = self.keys.iter().find(|key| key.id == id);
        let unknown = || StoreError::UnknownKey { place: place.to_owned(), id: id.to_owned() };
        Ok((key.ok_or_else(unknown)?, bytes))
    }

    pub(crate) fn open(&self, place: &str, sealed: &str) -> Result<String, StoreError> {
        let (key, bytes) = self.find(place, sealed)?;
        let opened = || {
            let bytes = STANDARD.decode(bytes).ok()?;
            let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
            let payload = Payload { msg: sealed, aad: place.as_bytes() };
            String::from_utf8(key.cipher().decrypt(&XNonce::from(*nonce), payload).ok()?).ok()
        };
        let reason = "it is not what was sealed there".to_owned();
        opened().ok_or_else(|| StoreError::Unsealed { place: place.to_owned(), reason })
    }
}

impl OneKey {
    fn new(bytes: [u8; KEY_BYTES]) -> Self {
        let id: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        Self { id: id.chars().take(ID_DIGITS).collect(), bytes }
    }

    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (FORMAT, id, key, None) = (words.next()?, words.next()?, words.next()?, words.next()) else { return None };
        let key = Self::new(STANDARD.decode(key).ok()?.try_into().ok()?);
        (key.id == id).then_some(key)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.bytes))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Io {
        act: "read random bytes from",
        path: "the system".into(),
        source: std::io::Error::other(error.to_string()),
    })?;
    Ok(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_at_its_place_alone() {
        let keys = Keys::generate().unwrap();
        let sealed = keys.seal("w/a TOKEN", "s3cret").unwrap();
        assert_eq!(keys.open("w/a TOKEN", &sealed).unwrap(), "s3cret");
        assert_ne!(keys.seal("w/a TOKEN", "s3cret").unwrap(), sealed);
        let moved = keys.open("w/b TOKEN", &sealed).unwrap_err().to_string();
        assert_eq!(moved, "cannot open the secret at w/b TOKEN: it is not what was sealed there");
        let other = Keys::generate().unwrap().open("w/a TOKEN", &sealed).unwrap_err().to_string();
        assert!(other.contains("which the key file does not have"), "{other}");
    }

    #[test]
    fn a_key_file_is_read_back_and_older_keys_open() {
        let old = Keys::generate().unwrap();
        let sealed = old.seal("a", "s3cret").unwrap();
        let rotated = Keys::parse(&old.rotated().unwrap().to_text()).unwrap();
        assert_eq!(rotated.open("a", &sealed).unwrap(), "s3cret");
        assert!(rotated.newest().open("a", &sealed).is_err());
        let again = rotated.seal("a", "s3cret").unwrap();
        assert_eq!(rotated.newest().open("a", &again).unwrap(), "s3cret");
        assert!(!format!("{old:?}").contains(old.to_text().trim()));
        for (text, line) in [("", 1), ("\ntollgate-key-1 00000000 AAAA", 2), ("x", 1)] {
            assert_eq!(Keys::parse(text).unwrap_err(), KeyFileError { line }, "{text:?}");
        }
    }
}
