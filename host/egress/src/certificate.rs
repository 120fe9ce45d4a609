//! Client certificates: what may be presented to an origin, checked when it is uploaded and made ready when it is used.
//!
//! This crate keeps none. Whoever sends lends the two texts, and only a pool without a connection yet reads them.

mod der;
mod described;
mod distinguished;

use std::fmt;

use rustls::crypto::ring;
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{Error as TlsError, InconsistentKeys};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

pub use described::Described;

/// Most bytes of a chain of certificates as PEM: eight of RSA with 4,096 bits and many names are less.
pub const CERTIFICATES_BYTES: usize = 24 * 1024;
/// Most bytes of a private key as PEM: RSA of 4,096 bits, the largest that can be used, is 3.3 KiB.
pub const PRIVATE_KEY_BYTES: usize = 8 * 1024;
/// Most certificates of a chain: the certificate, the six between it and a root that verifiers like ours follow, the root.
const CHAIN: usize = 8;
const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// A client certificate that is lent for a request.
#[derive(Clone, Copy)]
pub struct ClientCertificate<'a> {
    /// Names it: connections that present another certificate, or none, are never shared with it. Two certificates never
    /// have one id.
    pub id: &'a str,
    /// PEM: the certificate, then those between it and the root.
    pub certificates: &'a str,
    /// PEM: the certificate's key.
    pub private_key: &'a str,
}

/// Why a certificate or its key was refused: which text, what was expected, what was found. Never repeats the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// No PEM section of a certificate.
    #[error("certificates: expected PEM sections CERTIFICATE, found none")]
    NoCertificate,
    /// A section that is none of a certificate: a private key there would be given back with the certificates.
    #[error("certificates: expected PEM sections CERTIFICATE alone, found {0:?}")]
    Section(String),
    /// More than a chain has.
    #[error("certificates: expected at most {CHAIN}, found {0}")]
    Chain(usize),
    /// What cannot be a certificate of X.509, or is one that TLS has no use for.
    #[error("certificates[{place}]: expected an X.509 certificate of version 3, found {found}")]
    Malformed {
        /// Which of the chain, from 0.
        place: usize,
        /// Why not.
        found: String,
    },
    /// More bytes than there may be.
    #[error("{text}: expected at most {most} bytes, found {found}")]
    TooLarge {
        /// `certificates` or `private_key`.
        text: &'static str,
        /// The most there may be.
        most: usize,
        /// Its size.
        found: usize,
    },
    /// No PEM section of a key.
    #[error(
        "private_key: expected a PEM section PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY, found none that can be read"
    )]
    NoKey,
    /// A key under a passphrase, which nobody could type when a worker sends.
    #[error("private_key: expected a key without a passphrase, found an encrypted one")]
    Encrypted,
    /// A key that TLS has no use for.
    #[error(
        "private_key: expected a key of RSA (2048 to 4096 bits), ECDSA (P-256, P-384) or Ed25519, found another or a broken one"
    )]
    Key,
    /// Another certificate's key.
    #[error("private_key: expected the key of certificates[0], found that of another certificate")]
    Mismatch,
}

impl ClientCertificate<'_> {
    /// Checks that it can be presented: both texts are what they should be, and the key is the certificate's.
    ///
    /// # Errors
    /// What is wrong with which text.
    pub fn check(&self) -> Result<(), CertificateError> {
        self.certified().map(|_| ())
    }

    /// The certificates and their key, ready for a handshake.
    pub(crate) fn certified(&self) -> Result<CertifiedKey, CertificateError> {
        fits("certificates", CERTIFICATES_BYTES, self.certificates)?;
        fits("private_key", PRIVATE_KEY_BYTES, self.private_key)?;
        let key = key(self.private_key)?;
        CertifiedKey::from_der(chain(self.certificates)?, key, &ring::default_provider()).map_err(|error| match error {
            TlsError::InconsistentKeys(InconsistentKeys::KeyMismatch) => CertificateError::Mismatch,
            _ => CertificateError::Key,
        })
    }

    /// What can be said of it.
    pub fn described(&self) -> Option<Described> {
        Described::of(&CertificateDer::from_pem_slice(self.certificates.as_bytes()).ok()?)
    }
}

impl fmt::Debug for ClientCertificate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The PEM sections of a chain and nothing else: what stands between them (`openssl` puts a description there) may be
/// anything, and what is kept is given back.
///
/// # Errors
/// Where a section is no certificate's.
pub fn sections(certificates: &str) -> Result<String, CertificateError> {
    let mut kept = String::new();
    let mut inside = false;
    for line in certificates.lines().map(str::trim) {
        if let Some(label) = line.strip_prefix(BEGIN) {
            let label = label.trim_end_matches('-');
            if label != "CERTIFICATE" {
                return Err(CertificateError::Section(label.chars().take(40).collect()));
            }
            inside = true;
        }
        if inside {
            kept.push_str(line);
            kept.push('\n');
        }
        inside &= !(line.starts_with(END) && line.ends_with(DASHES));
    }
    Ok(kept)
}

fn fits(text: &'static str, most: usize, value: &str) -> Result<(), CertificateError> {
    match value.len() {
        found if found > most => Err(CertificateError::TooLarge { text, most, found }),
        _ => Ok(()),
    }
}

fn chain(text: &str) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let mut chain = Vec::new();
    for (place, certificate) in CertificateDer::pem_slice_iter(text.as_bytes()).enumerate() {
        let malformed = |found| CertificateError::Malformed { place, found };
        let certificate = certificate.map_err(|_broken| malformed("broken PEM".to_owned()))?;
        ParsedCertificate::try_from(&certificate).map_err(|error| malformed(error.to_string()))?;
        chain.push(certificate);
    }
    match chain.len() {
        0 => Err(CertificateError::NoCertificate),
        1..=CHAIN => Ok(chain),
        more => Err(CertificateError::Chain(more)),
    }
}

fn key(text: &str) -> Result<PrivateKeyDer<'static>, CertificateError> {
    // The newer form has a label of its own, the older a field that says so.
    if text.contains("ENCRYPTED") {
        return Err(CertificateError::Encrypted);
    }
    PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_none| CertificateError::NoKey)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
