//! Frames: what journal files are made of. A frame proves its own bytes, and names the frame before it.
//!
//! | bytes | what |
//! | --- | --- |
//! | 4 | length of the payload, little-endian, as all numbers |
//! | 8 | sequence number |
//! | 24 | digest of the whole state after this entry: number of records, then sum of marks |
//! | 32 | check of the frame before |
//! | … | payload: changes, as `entry::encode` writes them |
//! | 32 | check: SHA-256 of everything above |

use sha2::{Digest as _, Sha256};

use crate::digest::StateDigest;
use crate::entry::{self, Entry, Sequence, Stored};

/// A frame's proof of its bytes, and the link of the chain.
pub(crate) type Check = [u8; 32];

const DIGEST_AT: usize = 12;
const PREVIOUS_AT: usize = DIGEST_AT + StateDigest::BYTES;
/// What comes before the payload.
pub(crate) const HEAD_BYTES: usize = PREVIOUS_AT + CHECK_BYTES;
const CHECK_BYTES: usize = 32;

/// A frame whose check is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) sequence: Sequence,
    pub(crate) digest: StateDigest,
    pub(crate) previous: Check,
    pub(crate) check: Check,
    pub(crate) changes: Vec<Stored>,
}

/// What a frame says of itself before its check is known to be right.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    /// Of the whole frame, with its check.
    pub(crate) length: u64,
    pub(crate) sequence: Sequence,
}

impl Head {
    /// `None` for fewer than `HEAD_BYTES` bytes.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let payload = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?);
        let sequence = u64::from_le_bytes(bytes.get(4..DIGEST_AT)?.try_into().ok()?);
        (bytes.len() >= HEAD_BYTES).then_some(Self { length: length_of(payload), sequence })
    }
}

fn length_of(payload: u32) -> u64 {
    u64::from(payload) + HEAD_BYTES as u64 + CHECK_BYTES as u64
}

/// The SHA-256 of these bytes.
pub(crate) fn check_of(bytes: &[u8]) -> Check {
    Sha256::digest(bytes).into()
}

/// Writes a frame, and returns its check. `None` if the changes are longer than a length can say: 4 GiB.
pub(crate) fn write(entry: &Entry, previous: &Check, to: &mut Vec<u8>) -> Option<Check> {
    let start = to.len();
    to.extend_from_slice(&[0; 4]);
    to.extend_from_slice(&entry.sequence.to_le_bytes());
    to.extend_from_slice(&entry.digest.to_bytes());
    to.extend_from_slice(previous);
    entry::encode(&entry.changes, to);
    let payload = u32::try_from(to.len() - start - HEAD_BYTES).ok()?;
    let length = to.get_mut(start..start + 4)?;
    length.copy_from_slice(&payload.to_le_bytes());
    let check = check_of(to.get(start..)?);
    to.extend_from_slice(&check);
    Some(check)
}

/// The frame of these bytes, all of them; `None` if its check is wrong.
pub(crate) fn read(bytes: &[u8]) -> Option<Frame> {
    let (covered, check) = bytes.split_at_checked(bytes.len().checked_sub(CHECK_BYTES)?)?;
    let head = Head::read(covered)?;
    if head.length != bytes.len() as u64 || check_of(covered) != *check {
        return None;
    }
    Some(Frame {
        sequence: head.sequence,
        digest: StateDigest::from_bytes(covered.get(DIGEST_AT..PREVIOUS_AT)?)?,
        previous: covered.get(PREVIOUS_AT..HEAD_BYTES)?.try_into().ok()?,
        check: check.try_into().ok()?,
        changes: entry::decode(covered.get(HEAD_BYTES..)?)?,
    })
}

impl From<Frame> for Entry {
    fn from(frame: Frame) -> Self {
        Self { sequence: frame.sequence, digest: frame.digest, changes: frame.changes }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_back_and_every_flipped_bit_is_noticed() {
        let changes = vec![Stored { key: "na".to_owned(), value: Some(b"one".to_vec()) }];
        let entry = Entry { sequence: 7, digest: StateDigest::default(), changes };
        let mut bytes = vec![];
        let check = write(&entry, &[9; 32], &mut bytes).unwrap();
        let frame = read(&bytes).unwrap();
        assert_eq!((frame.check, frame.previous), (check, [9; 32]));
        assert_eq!(Entry::from(frame), entry);
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read(&damaged), None, "bit {bit}");
        }
        for length in 0..bytes.len() {
            assert_eq!(read(&bytes[..length]), None, "{length} bytes");
        }
    }
}
