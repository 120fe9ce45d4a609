//! The upgrade of a store that was written before there was a journal: sled alone, with secrets in clear text.

use std::collections::BTreeMap;

use super::source::damaged;
use super::{Opening, SECOND_COPY};
use crate::digest::{Mark, StateDigest};
use crate::index::{self, Index};
use crate::journal::{Journal, Link, SnapshotWriter};
use crate::key::Key;
use crate::value::{SEALED, decode, encode};
use crate::{Folder, StoreError};

impl Opening<'_> {
    /// Begins the journal with the records of the old store, and then removes that, since its secrets are in clear text.
    pub(super) fn upgrade(&self, folder: &Folder, old: &Index) -> Result<(), StoreError> {
        self.expect_same_records(old)?;
        let mut records = BTreeMap::new();
        old.each(&mut |text, value| {
            let key = Key::decode(text)?;
            let record = decode(&key, value, self.keys)?;
            records.insert(text.to_owned(), encode(&key, &record, self.keys)?);
            Ok(())
        })?;
        if records.is_empty() {
            self.expect_no_scripts()?;
        }
        let mut digest = StateDigest::default();
        records.iter().for_each(|(key, value)| digest.add(Mark::of(key, value)));
        let id = *uuid::Uuid::new_v4().as_bytes();
        let link = Link::anew(&id, 1, digest);
        let mut writer = SnapshotWriter::create(folder, id, link)?;
        let count = records.len();
        for (key, value) in records {
            writer.push(key, value)?;
        }
        writer.finish()?;
        Journal::begin(folder.clone(), id, link)?;
        self.data.remove_all(index::FOLDER)?;
        self.data.sync(".")?;
        tracing::info!(records = count, "the store was written by an earlier version: it has a journal now");
        Ok(())
    }
    /// sled takes a failed read for the end of its records, and an old store has no digest that would tell. So a second copy is
    /// made and read: a failed read that happens twice in the same place is the disk's, and fails the copying first.
    fn expect_same_records(&self, old: &Index) -> Result<(), StoreError> {
        self.data.copy(index::FOLDER, SECOND_COPY)?;
        let second = Index::open(self.data, SECOND_COPY, [0; 16], self.config.cache_bytes)?;
        let (one, other) = (raw_records(old)?, raw_records(&second)?);
        drop(second);
        self.data.remove_all(SECOND_COPY)?;
        if one.values().any(|value| value.first() == Some(&SEALED)) {
            return Err(damaged("it does not say which entry it is at"));
        }
        if one == other { Ok(()) } else { Err(damaged("two copies of it have different records")) }
    }
}

fn raw_records(index: &Index) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
    let mut records = BTreeMap::new();
    index.each(&mut |key, value| {
        records.insert(key.to_owned(), value.to_vec());
        Ok(())
    })?;
    Ok(records)
}
