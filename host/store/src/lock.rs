//! The lock on the data folder: one process at a time. The system gives it up when the process ends, however it ends.
//!
//! The folder itself is locked, because a full disk may have no room for a lock file. The file `lock` is locked too: earlier
//! versions lock nothing else, and a network file system may be unable to lock a folder. Versions before the journal lock sled's
//! file alone.

use std::fs::{File, TryLockError};
use std::io;
use std::time::{Duration, Instant};

use crate::{Folder, StoreError};

const FILE: &str = "lock";
/// sled's file.
const SLED: &str = "store/db";
/// How long sled may still hold its file after this process has closed it: a thread of sled may be about to end.
const CLOSING: Duration = Duration::from_secs(2);

/// Held until it is dropped.
pub(crate) struct Lock {
    _folder: Option<File>,
    _file: Option<File>,
}

impl Lock {
    pub(crate) fn take(data: &Folder) -> Result<Self, StoreError> {
        let folder = match lock(data, ".", data.open(".")?.into_std()) {
            Err(error @ StoreError::InUse(_)) => return Err(error),
            locked => locked,
        };
        let file = match file(data)? {
            Some(file) => Some(lock(data, FILE, file)?),
            None => None,
        };
        expect_sled_closed(data)?;
        match file {
            None => Ok(Self { _folder: Some(folder?), _file: None }),
            file => Ok(Self { _folder: folder.ok(), _file: file }),
        }
    }
}

/// The lock file, which is made if there is room for it.
fn file(data: &Folder) -> Result<Option<File>, StoreError> {
    match data.dir().open(FILE) {
        Ok(file) => Ok(Some(file.into_std())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match data.create(FILE) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.is_of_the_disk() => Ok(None),
            Err(error) => Err(error),
        },
        Err(error) => Err(data.failed("open", FILE)(error)),
    }
}

/// A host of a version before the journal must not have its records moved away under it.
fn expect_sled_closed(data: &Folder) -> Result<(), StoreError> {
    let Ok(file) = data.dir().open(SLED) else { return Ok(()) };
    let (file, end) = (file.into_std(), Instant::now() + CLOSING);
    while let Err(TryLockError::WouldBlock) = file.try_lock() {
        if Instant::now() > end {
            return Err(StoreError::InUse(data.path().join(SLED)));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

fn lock(data: &Folder, name: &str, file: File) -> Result<File, StoreError> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(data.path().join(FILE))),
        Err(TryLockError::Error(error)) => Err(data.failed("lock", name)(error)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use cap_std::ambient_authority;
    use cap_std::fs::Dir;

    use super::*;

    fn folder(path: &std::path::Path) -> Folder {
        Folder::new(Dir::open_ambient_dir(path, ambient_authority()).unwrap(), path)
    }

    fn expect_in_use(taken: Result<Lock, StoreError>) {
        let error = taken.map(drop).unwrap_err();
        assert!(matches!(error, StoreError::InUse(_)), "{error}");
    }

    #[test]
    fn a_folder_is_locked_once_and_free_again_when_the_lock_is_dropped() {
        let data = tempfile::tempdir().unwrap();
        let first = Lock::take(&folder(data.path())).unwrap();
        expect_in_use(Lock::take(&folder(data.path())));
        drop(first);
        Lock::take(&folder(data.path())).unwrap();
    }

    /// A full disk has no room for the file, and the first process goes on without it.
    #[test]
    fn a_folder_without_a_lock_file_is_locked_too() {
        let data = tempfile::tempdir().unwrap();
        let first = Lock::take(&folder(data.path())).unwrap();
        std::fs::remove_file(data.path().join(FILE)).unwrap();
        expect_in_use(Lock::take(&folder(data.path())));
        drop(first);
    }

    /// An earlier version locks the file alone.
    #[test]
    fn the_lock_of_an_earlier_version_counts() {
        let data = tempfile::tempdir().unwrap();
        let file = File::create(data.path().join(FILE)).unwrap();
        file.lock().unwrap();
        expect_in_use(Lock::take(&folder(data.path())));
        drop(file);
        Lock::take(&folder(data.path())).unwrap();
    }

    #[test]
    fn the_lock_of_a_version_before_the_journal_counts() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join("store")).unwrap();
        let file = File::create(data.path().join(SLED)).unwrap();
        file.lock().unwrap();
        let error = Lock::take(&folder(data.path())).map(drop).unwrap_err();
        assert!(matches!(&error, StoreError::InUse(path) if path.ends_with(SLED)), "{error}");
    }

    #[test]
    fn a_sled_that_is_about_to_close_is_waited_for() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join("store")).unwrap();
        let file = File::create(data.path().join(SLED)).unwrap();
        file.lock().unwrap();
        let closing = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            drop(file);
        });
        Lock::take(&folder(data.path())).unwrap();
        closing.join().unwrap();
    }
}
