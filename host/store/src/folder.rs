//! A folder of ours: a cap-std directory that syncs what it creates and names the path in its errors.

use std::io;
use std::path::{Path, PathBuf};

use cap_std::fs::{Dir, File, Permissions, PermissionsExt as _};

use crate::StoreError;

pub(crate) struct Folder {
    dir: Dir,
    path: PathBuf,
}

impl Folder {
    pub(crate) fn new(dir: Dir, path: &Path) -> Self {
        Self { dir, path: path.to_owned() }
    }

    /// A folder inside this one, created if need be. The entry is synced, not only the folder: without that a power cut
    /// takes away the folder and all that was synced in it.
    pub(crate) fn subfolder(&self, name: &str) -> Result<Self, StoreError> {
        self.dir.create_dir_all(name).map_err(self.failed("create", name))?;
        self.sync(".")?;
        let dir = self.dir.open_dir(name).map_err(self.failed("open", name))?;
        Ok(Self { dir, path: self.path.join(name) })
    }

    /// Shuts other users of the machine out: what is in it may be secret.
    pub(crate) fn keep_for_owner(&self) -> Result<(), StoreError> {
        self.dir.set_permissions(".", Permissions::from_mode(0o700)).map_err(self.failed("protect", "."))
    }

    /// Syncs a file, or a folder's list of names. Opened as a file, since a directory handle may be one that cannot sync.
    pub(crate) fn sync(&self, name: &str) -> Result<(), StoreError> {
        let synced = self.dir.open(name).and_then(|file| file.sync_all());
        synced.map_err(self.failed("sync", name))
    }

    pub(crate) fn dir(&self) -> &Dir {
        &self.dir
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn open(&self, name: &str) -> Result<File, StoreError> {
        self.dir.open(name).map_err(self.failed("open", name))
    }

    /// An error of this act on this name, for `map_err`.
    pub(crate) fn failed(&self, act: &'static str, name: &str) -> impl FnOnce(io::Error) -> StoreError {
        let path = self.path.join(name);
        move |source| StoreError::Io { act, path, source }
    }
}
