//! A folder of ours: a cap-std directory that syncs what it creates and names the path in its errors.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cap_std::fs::{Dir, File, OpenOptions, Permissions, PermissionsExt as _};

use crate::StoreError;

#[derive(Clone)]
pub(crate) struct Folder {
    dir: Arc<Dir>,
    path: PathBuf,
}

impl Folder {
    pub(crate) fn new(dir: Dir, path: &Path) -> Self {
        Self { dir: Arc::new(dir), path: path.to_owned() }
    }

    /// A folder inside this one; `None` if it is not there.
    pub(crate) fn existing(&self, name: &str) -> Result<Option<Self>, StoreError> {
        match self.dir.open_dir(name) {
            Ok(dir) => Ok(Some(Self::new(dir, &self.path.join(name)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed("open", name)(error)),
        }
    }

    /// Removes a file or a folder with all that is in it, if it is there.
    pub(crate) fn remove_all(&self, name: &str) -> Result<(), StoreError> {
        match self.dir.remove_dir_all(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed.map_err(self.failed("remove", name)),
        }
    }

    /// Gives a file or folder another name.
    pub(crate) fn rename(&self, name: &str, to: &str) -> Result<(), StoreError> {
        self.dir.rename(name, &self.dir, to).map_err(self.failed("rename", name))
    }

    /// Copies the folder `name` to `to`, replacing what was there. Symbolic links are not followed.
    pub(crate) fn copy(&self, name: &str, to: &str) -> Result<(), StoreError> {
        self.remove_all(to)?;
        let Some(from) = self.existing(name)? else { return Ok(()) };
        let copy = self.subfolder(to)?;
        copy.keep_for_owner()?;
        for entry in from.dir.entries().map_err(from.failed("list", "."))? {
            let entry = entry.map_err(from.failed("list", "."))?;
            let (name, kind) = (entry.file_name(), entry.file_type().map_err(from.failed("list", "."))?);
            let Some(name) = name.to_str() else { continue };
            if kind.is_dir() {
                from.copy_into(name, &copy)?;
            } else if kind.is_file() {
                from.dir.copy(name, &copy.dir, name).map_err(from.failed("copy", name))?;
            }
        }
        Ok(())
    }

    /// A folder in this one, to the same name in another.
    fn copy_into(&self, name: &str, to: &Self) -> Result<(), StoreError> {
        let (Some(from), copy) = (self.existing(name)?, to.subfolder(name)?) else { return Ok(()) };
        for entry in from.dir.entries().map_err(from.failed("list", "."))? {
            let file = entry.map_err(from.failed("list", "."))?.file_name();
            let file = file.to_string_lossy();
            from.dir.copy(&*file, &copy.dir, &*file).map_err(from.failed("copy", &file))?;
        }
        Ok(())
    }

    /// A folder inside this one, created if need be. The entry is synced, not only the folder: without that a power cut
    /// takes away the folder and all that was synced in it.
    pub(crate) fn subfolder(&self, name: &str) -> Result<Self, StoreError> {
        self.dir.create_dir_all(name).map_err(self.failed("create", name))?;
        self.sync(".")?;
        let dir = self.dir.open_dir(name).map_err(self.failed("open", name))?;
        Ok(Self::new(dir, &self.path.join(name)))
    }

    /// Shuts other users of the machine out: what is in it may be secret.
    pub(crate) fn keep_for_owner(&self) -> Result<(), StoreError> {
        self.dir.set_permissions(".", Permissions::from_mode(0o700)).map_err(self.failed("protect", "."))
    }

    /// Syncs a file, or a folder's list of names. Opened as a file, since a directory handle may be one that cannot sync.
    pub(crate) fn sync(&self, name: &str) -> Result<(), StoreError> {
        let opened = self.dir.open(name).map(File::into_std);
        sync_opened(&self.path.join(name), opened).map_err(self.failed("sync", name))
    }

    /// Syncs the folders that this one is in: a power cut must not take away one that was created a moment ago. A folder that
    /// may not be read was not created by this process.
    pub(crate) fn sync_parents(&self) -> Result<(), StoreError> {
        let path = self.path.canonicalize().map_err(self.failed("find", "."))?;
        for parent in parents(&path).map_err(self.failed("find", "."))? {
            match sync_opened(parent, std::fs::File::open(parent)) {
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
                synced => synced.map_err(|source| StoreError::Io { act: "sync", path: parent.to_owned(), source })?,
            }
        }
        Ok(())
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

    /// An empty file of this name, whatever was there.
    pub(crate) fn create(&self, name: &str) -> Result<std::fs::File, StoreError> {
        self.dir.create(name).map(File::into_std).map_err(self.failed("create", name))
    }

    /// The names in a folder.
    pub(crate) fn names(&self, name: &str) -> Result<Vec<String>, StoreError> {
        let entries = self.dir.read_dir(name).map_err(self.failed("list", name))?;
        let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        names.collect::<io::Result<_>>().map_err(self.failed("list", name))
    }

    /// A file that must not be there yet.
    pub(crate) fn create_new(&self, name: &str) -> Result<std::fs::File, StoreError> {
        let file = self.dir.open_with(name, OpenOptions::new().write(true).create_new(true));
        file.map(File::into_std).map_err(self.failed("create", name))
    }

    /// The first name of `name`, `name.2`, `name.3` … that is free.
    pub(crate) fn free_name(&self, name: &str) -> String {
        let mut free = name.to_owned();
        let mut number = 2;
        while self.dir.symlink_metadata(&free).is_ok() {
            free = format!("{name}.{number}");
            number += 1;
        }
        free
    }

    /// A file that is there, opened so that every write goes to its end.
    pub(crate) fn append(&self, name: &str) -> Result<std::fs::File, StoreError> {
        let file = self.dir.open_with(name, OpenOptions::new().read(true).append(true));
        file.map(File::into_std).map_err(self.failed("open", name))
    }

    /// An error of this act on this name, for `map_err`.
    pub(crate) fn failed(&self, act: &'static str, name: &str) -> impl FnOnce(io::Error) -> StoreError + use<> {
        let path = self.path.join(name);
        move |source| StoreError::Io { act, path, source }
    }
}

/// The folders that a path is in, from the innermost to the root of its file system.
fn parents(path: &Path) -> io::Result<Vec<&Path>> {
    let mut parents = vec![];
    for (folder, parent) in path.ancestors().zip(path.ancestors().skip(1)) {
        if folder.metadata()?.dev() != parent.metadata()?.dev() {
            break;
        }
        parents.push(parent);
    }
    Ok(parents)
}

/// Syncs a file or folder that was opened. A test may have it fail.
fn sync_opened(path: &Path, opened: io::Result<std::fs::File>) -> io::Result<()> {
    #[cfg(test)]
    tests::fail_if_told(path)?;
    let _path = path;
    opened?.sync_all()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
pub(crate) mod tests {
    use std::cell::RefCell;

    use super::*;

    thread_local! {
        static FAILING: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
    }

    /// Has every sync of this file or folder fail in this thread, or no sync any more.
    pub(crate) fn fail_syncs(path: Option<PathBuf>) {
        FAILING.set(path);
    }

    pub(super) fn fail_if_told(path: &Path) -> io::Result<()> {
        let told = FAILING.with_borrow(|failing| failing.as_deref() == Some(path));
        if told { Err(io::Error::other("as the test says")) } else { Ok(()) }
    }
}
