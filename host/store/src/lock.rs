//! The lock on the data folder: one process at a time. The system gives it up when the process ends, however it ends.

use std::fs::{File, TryLockError};
use std::io;

use crate::{Folder, StoreError};

const FILE: &str = "lock";

/// Held until it is dropped.
pub(crate) struct Lock {
    _file: Option<File>,
}

impl Lock {
    /// On a disk that cannot be written and has no lock file there is nothing to lock: nobody can write there.
    pub(crate) fn take(data: &Folder) -> Result<Self, StoreError> {
        let file = match data.dir().open(FILE) {
            Ok(file) => file.into_std(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match data.create(FILE) {
                Ok(file) => file,
                Err(error) if error.is_of_the_disk() => return Ok(Self { _file: None }),
                Err(error) => return Err(error),
            },
            Err(error) => return Err(data.failed("open", FILE)(error)),
        };
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse(data.path().join(FILE))),
            Err(TryLockError::Error(error)) => Err(data.failed("lock", FILE)(error)),
        }
    }
}
