//! Rotation of the key that secrets are sealed with.
//!
//! 1. A new key becomes the first line of the key file. From now on it seals; the keys before it still open.
//! 2. Every record with secrets is written again, which seals it with the new key, and so is the control token.
//! 3. Two snapshots are made, so that no journal file holds a value that an older key opens.
//! 4. The older keys leave the key file.
//!
//! A crash after any step loses nothing: the key file has every key that something on the disk needs. The host then starts
//! with all of them, and the next rotation does all steps again and removes every key but its own.

use std::path::PathBuf;

use crate::command::{Command, Done};
use crate::committer::Job;
use crate::key::Key;
use crate::ring::blocking;
use crate::seal::Keys;
use crate::{StoreError, Writer, token};

/// Records that one entry of the log seals again: at the largest size of a record, 64 MiB.
const GROUP: usize = if cfg!(test) { 3 } else { 1_000 };

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The id of the new key.
    pub key: String,
    /// The key file.
    pub file: PathBuf,
    /// Records that were sealed again.
    pub records: usize,
}

impl Writer {
    /// Makes a new key, seals every secret and the control token with it, and removes the older keys from the key file.
    ///
    /// After an error the key file has all keys, and another rotation finishes the work.
    pub async fn rotate_key(&self) -> Result<Rotated, StoreError> {
        let mut keys = self.ring.keys.lock().await;
        *keys = self.ring.write(keys.rotated()?).await?;
        let records = self.seal_again(keys.clone()).await?;
        self.purge().await?;
        *keys = self.ring.write(keys.newest()).await?;
        self.seal_with(keys.clone()).await?;
        Ok(Rotated { key: keys.id().to_owned(), file: self.ring.path.clone(), records })
    }

    /// Seals every secret and the token with the newest of these keys. Returns the number of records.
    pub(crate) async fn seal_again(&self, keys: Keys) -> Result<usize, StoreError> {
        // Records that are written after this are sealed with the new key already.
        self.seal_with(keys.clone()).await?;
        let records = self.shared.read(|state| state.with_secrets());
        for group in records.chunks(GROUP) {
            self.seal_group(group).await?;
        }
        let data = self.ring.data.clone();
        blocking(move || token::seal_again(&data, &keys)).await?;
        Ok(records.len())
    }

    pub(crate) async fn seal_group(&self, records: &[Key]) -> Result<Done, StoreError> {
        self.change(Command::Reseal(records.into())).await
    }

    pub(crate) async fn seal_with(&self, keys: Keys) -> Result<(), StoreError> {
        self.ask(|answer| Job::Keys(keys, answer)).await
    }

    /// Makes two snapshots, so that no journal file holds a record that was replaced or deleted before. sled frees the space
    /// of such records and writes over it when it needs it.
    pub async fn purge(&self) -> Result<(), StoreError> {
        for _ in 0..2 {
            // A snapshot is made only if there is an entry after the last one.
            self.change(Command::Advance).await?;
            self.compact().await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
