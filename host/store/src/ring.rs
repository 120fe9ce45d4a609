//! The keys that are in use, and the file that they are in.

use std::path::PathBuf;

use tokio::sync::Mutex;

use crate::seal::Keys;
use crate::{StoreError, key_file};

/// The key file, what it holds, and the data folder it belongs to.
pub(crate) struct Ring {
    pub(crate) data: PathBuf,
    pub(crate) path: PathBuf,
    /// Locked for the whole of a rotation: there is one at a time.
    pub(crate) keys: Mutex<Keys>,
}

impl Ring {
    /// Replaces the key file.
    pub(crate) async fn write(&self, keys: Keys) -> Result<Keys, StoreError> {
        let path = self.path.clone();
        blocking(move || {
            let written = key_file::write(&path, &keys);
            written.map_err(|source| StoreError::Io { act: "write", path, source })?;
            Ok(keys)
        })
        .await
    }
}

/// Work on files, on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(StoreError::Stopped))
}
