//! An entry of the log: one command's changes to records, as bytes. What the journal, sled and a backup hold is the same.

use crate::digest::StateDigest;

/// The number of an entry. The first is 1; 0 is the state before it, which is empty.
pub(crate) type Sequence = u64;

/// A record as it is stored, or its deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) key: String,
    /// `None` deletes the record.
    pub(crate) value: Option<Vec<u8>>,
}

/// What one command changed. It is in the log as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) sequence: Sequence,
    /// Of the whole state, after these changes.
    pub(crate) digest: StateDigest,
    pub(crate) changes: Vec<Stored>,
}

/// The length of a value that is a deletion.
const DELETED: u32 = u32::MAX;

/// Changes as bytes: for each the length of its key, the key, the length of its value, and the value.
pub(crate) fn encode(changes: &[Stored], to: &mut Vec<u8>) {
    for Stored { key, value } in changes {
        put_length(to, key.len());
        to.extend_from_slice(key.as_bytes());
        match value {
            None => to.extend_from_slice(&DELETED.to_le_bytes()),
            Some(value) => {
                put_length(to, value.len());
                to.extend_from_slice(value);
            }
        }
    }
}

/// Keys and values have bounds far below 4 GiB (`RECORD_BYTES`).
fn put_length(to: &mut Vec<u8>, length: usize) {
    to.extend_from_slice(&u32::try_from(length).unwrap_or(DELETED - 1).to_le_bytes());
}

/// The changes in these bytes; `None` if they are not what `encode` wrote.
pub(crate) fn decode(mut bytes: &[u8]) -> Option<Vec<Stored>> {
    let mut changes = vec![];
    while !bytes.is_empty() {
        let key = std::str::from_utf8(take_part(&mut bytes)??).ok()?.to_owned();
        let value = take_part(&mut bytes)?.map(<[u8]>::to_vec);
        changes.push(Stored { key, value });
    }
    Some(changes)
}

/// The keys of changes that may be damaged, up to the first that cannot be one.
pub(crate) fn likely_keys(mut bytes: &[u8]) -> Vec<String> {
    let mut keys = vec![];
    while let Some(Some(key)) = take_part(&mut bytes)
        && let Ok(key) = std::str::from_utf8(key)
    {
        keys.push(key.to_owned());
        if take_part(&mut bytes).is_none() {
            break;
        }
    }
    keys
}

/// A length and as many bytes. The inner `None` is a deletion.
fn take_part<'a>(bytes: &mut &'a [u8]) -> Option<Option<&'a [u8]>> {
    let (length, rest) = bytes.split_at_checked(4)?;
    let length = u32::from_le_bytes(length.try_into().ok()?);
    if length == DELETED {
        *bytes = rest;
        return Some(None);
    }
    let (part, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *bytes = rest;
    Some(Some(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_there_and_back() {
        let put = Stored { key: "nprod".to_owned(), value: Some(b"\x02{}".to_vec()) };
        let empty = Stored { key: "w/a".to_owned(), value: Some(vec![]) };
        let delete = Stored { key: "w/b".to_owned(), value: None };
        let changes = vec![put, empty, delete];
        let mut bytes = vec![];
        encode(&changes, &mut bytes);
        assert_eq!(decode(&bytes), Some(changes));
        for length in 1..bytes.len() {
            let cut = decode(bytes.get(..length).unwrap_or_default());
            assert!(cut.is_none_or(|some| some.len() < 3), "{length}");
        }
    }
}
