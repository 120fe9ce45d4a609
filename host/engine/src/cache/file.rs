//! A file of compiled code: a header that binds the code to its script and to the engine that runs it, a checksum, and the code.
//!
//! | part | content |
//! | --- | --- |
//! | line 1 | `tollgate compiled 2`: the format and its version |
//! | line 2 | the digest of the script |
//! | line 3 | the hash of the engine |
//! | 32 bytes | the SHA-256 of the three lines and the code |
//! | the rest | the code, as wasmtime serializes it |
//!
//! Version 1 had no header: 64 hexadecimal digits, which were the SHA-256 of the code, and the code. Such a file did not say which
//! script it belonged to, so a copy of it under another script's name ran in that script's place.

use sha2::{Digest as _, Sha256};
use tollgate_types::ScriptDigest;

use crate::engine_hash::{ENGINE_BYTES, EngineHash};

/// The first line of every file. A change of the format changes its number.
const FORMAT: &[u8] = b"tollgate compiled 2\n";
/// Bytes of a digest as text.
const DIGEST_BYTES: usize = 64;
/// Bytes of the three lines.
const HEADER_BYTES: usize = FORMAT.len() + DIGEST_BYTES + 1 + ENGINE_BYTES + 1;
/// Bytes of the checksum.
const CHECKSUM_BYTES: usize = 32;

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error("it was written by an older release")]
    OlderFormat,
    #[error("it is empty")]
    Empty,
    #[error("it does not begin like compiled code of this release")]
    UnknownFormat,
    #[error("its header is truncated")]
    Truncated,
    #[error("its checksum is wrong: it is damaged or truncated")]
    Damaged,
    #[error("it belongs to another script")]
    OtherScript,
    #[error("it belongs to another engine")]
    OtherEngine,
    #[error("wasmtime refuses it: {0:#}")]
    Refused(wasmtime::Error),
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
}

/// What comes before the code in its file.
pub(super) fn head(script: &ScriptDigest, engine: EngineHash, code: &[u8]) -> Vec<u8> {
    let header = [FORMAT, &owner(script, engine)].concat();
    let sum = checksum(&header, code);
    [&header[..], &sum].concat()
}

/// The code of a file, if the file is whole and belongs to this script and this engine.
pub(super) fn code<'a>(file: &'a [u8], script: &ScriptDigest, engine: EngineHash) -> Result<&'a [u8], Unusable> {
    if !file.starts_with(FORMAT) {
        return Err(unknown(file));
    }
    let (header, rest) = file.split_at_checked(HEADER_BYTES).ok_or(Unusable::Truncated)?;
    let (sum, code) = rest.split_at_checked(CHECKSUM_BYTES).ok_or(Unusable::Truncated)?;
    if sum != checksum(header, code) {
        return Err(Unusable::Damaged);
    }
    let found = header.strip_prefix(FORMAT).unwrap_or_default();
    if !found.starts_with(script.to_string().as_bytes()) {
        return Err(Unusable::OtherScript);
    }
    if found != owner(script, engine) {
        return Err(Unusable::OtherEngine);
    }
    Ok(code)
}

/// The second and the third line.
fn owner(script: &ScriptDigest, engine: EngineHash) -> Vec<u8> {
    format!("{script}\n{engine}\n").into_bytes()
}

/// Why a file is not used that does not begin with this format.
fn unknown(file: &[u8]) -> Unusable {
    let older = |(sum, code): (&[u8], &[u8])| sum == ScriptDigest::of(code).to_string().as_bytes();
    match file.split_at_checked(DIGEST_BYTES) {
        _ if file.is_empty() => Unusable::Empty,
        Some(parts) if older(parts) => Unusable::OlderFormat,
        _ => Unusable::UnknownFormat,
    }
}

fn checksum(header: &[u8], code: &[u8]) -> [u8; CHECKSUM_BYTES] {
    Sha256::new().chain_update(header).chain_update(code).finalize().into()
}
