//! The comparison: reads every record of the index, and compares it with the mark that the state knows.

use crate::StoreError;
use crate::digest::{Mark, StateDigest};
use crate::durable::chain;
use crate::entry::Sequence;
use crate::key::Key;
use crate::reader::Shared;

/// Records that are read at once. Nothing is committed meanwhile.
const AT_ONCE: usize = 100;

/// A round of it.
pub(super) struct Comparison {
    /// The last key that was read.
    after: String,
    found: StateDigest,
    /// The last entry when it began.
    began: Sequence,
}

impl Comparison {
    pub(super) fn begin(shared: &Shared) -> Self {
        let began = shared.read(|state| state.sequence);
        Self { after: String::new(), found: StateDigest::default(), began }
    }

    /// Reads the next records, and returns their bytes; `None` at the end.
    pub(super) fn step(&mut self, shared: &Shared) -> Option<usize> {
        match self.compare(shared) {
            Ok(0) => None,
            Ok(bytes) => Some(bytes),
            Err(error) => {
                shared.records.distrust_index(&chain(&error));
                None
            }
        }
    }

    fn compare(&mut self, shared: &Shared) -> Result<usize, StoreError> {
        let (bytes, lost) = self.read(shared)?;
        for (key, mark) in lost {
            drop(shared.put_back(&key, mark)?);
        }
        Ok(bytes)
    }

    /// Reads the next records. Returns their bytes, and those that are not what was written.
    fn read(&mut self, shared: &Shared) -> Result<(usize, Vec<(Key, Mark)>), StoreError> {
        let _stay = shared.records.stay();
        // An index that cannot be written any more lags behind.
        let in_use = shared.health().report().index_off.is_none();
        let Some(index) = shared.records.index().filter(|_| in_use) else { return Ok((0, vec![])) };
        let records = index.after(&self.after, AT_ONCE)?;
        let Some((last, _)) = records.last() else {
            return self.end(shared).map(|()| (0, vec![]));
        };
        self.after.clone_from(last);
        let (mut bytes, mut lost) = (0, vec![]);
        for (text, value) in &records {
            let (key, found) = (Key::decode(text)?, Mark::of(text, value));
            let expected = shared.read(|state| state.mark(&key)).ok_or_else(|| unknown(text))?;
            self.found.add(expected);
            bytes += text.len() + value.len();
            if found != expected {
                lost.push((key, expected));
            }
        }
        Ok((bytes, lost))
    }

    /// Every record that is there is right. Whether one is missing can be told if none has changed meanwhile.
    fn end(&self, shared: &Shared) -> Result<(), StoreError> {
        let (now, expected) = shared.read(|state| (state.sequence, state.digest));
        if now != self.began || expected == self.found {
            return Ok(());
        }
        let reason = format!("it has {} records of {}", self.found.records, expected.records);
        Err(StoreError::Corrupt { what: "the index".to_owned(), reason })
    }
}

fn unknown(text: &str) -> StoreError {
    StoreError::Corrupt { what: format!("record {text:?}"), reason: "no such record was written".to_owned() }
}

#[cfg(test)]
mod tests;
