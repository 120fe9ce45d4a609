//! Digests of records and of the whole state: what the two copies of the records are compared by.
//!
//! The digest of the state is the sum of its records' marks. So it does not depend on the order of the records, and a change
//! costs one subtraction and one addition, however many records there are. It finds damage; it is no defence against
//! someone who may write the files.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The mark of one record: the first 16 bytes of the SHA-256 of its key and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark([u8; 16]);

/// The digest of all records, and how many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct StateDigest {
    pub(crate) records: u64,
    sum: u128,
}

impl Mark {
    pub(crate) fn of(key: &str, value: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(key.as_bytes());
        hash.update([0]);
        hash.update(value);
        let bytes: [u8; 32] = hash.finalize().into();
        let [first, _] = bytes.as_chunks::<16>().0 else { return Self([0; 16]) };
        Self(*first)
    }
}

impl StateDigest {
    /// Bytes of its stored form.
    pub(crate) const BYTES: usize = 24;

    pub(crate) fn add(&mut self, Mark(mark): Mark) {
        self.records = self.records.wrapping_add(1);
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(mark));
    }

    pub(crate) fn remove(&mut self, Mark(mark): Mark) {
        self.records = self.records.wrapping_sub(1);
        self.sum = self.sum.wrapping_sub(u128::from_be_bytes(mark));
    }

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (records, sum) = (self.records.to_le_bytes(), self.sum.to_le_bytes());
        bytes.iter_mut().zip(records.iter().chain(&sum)).for_each(|(to, from)| *to = *from);
        bytes
    }

    /// `None` if there are not as many bytes as there must be.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (records, sum) = bytes.split_at_checked(8)?;
        let records = u64::from_le_bytes(records.try_into().ok()?);
        Some(Self { records, sum: u128::from_le_bytes(sum.try_into().ok()?) })
    }
}

impl fmt::Display for StateDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.sum)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_changes_does_not_matter_and_every_bit_does() {
        let (a, b) = (Mark::of("na", b"1"), Mark::of("nb", b"2"));
        let (mut one, mut other) = (StateDigest::default(), StateDigest::default());
        [a, b].into_iter().for_each(|mark| one.add(mark));
        [b, Mark::of("nc", b"3"), a].into_iter().for_each(|mark| other.add(mark));
        assert_ne!(one, other);
        other.remove(Mark::of("nc", b"3"));
        assert_eq!(one, other);
        assert_ne!(Mark::of("na", b"1"), Mark::of("na", b"3"));
        assert_ne!(Mark::of("na", b"1"), Mark::of("na1", b""));
    }

    #[test]
    fn bytes_there_and_back() {
        let mut digest = StateDigest::default();
        digest.add(Mark::of("na", b"1"));
        assert_eq!(StateDigest::from_bytes(&digest.to_bytes()), Some(digest));
        assert_eq!(StateDigest::from_bytes(&[0; 23]), None);
    }
}
