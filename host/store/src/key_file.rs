//! The key file: made at the first start, for its owner alone. It is not part of a backup.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::recovery::JOURNAL;
use crate::seal::Keys;
use crate::{Folder, StoreError};

/// In the data folder, if no other place is given.
pub(crate) const FILE: &str = "key";

/// The keys of the file, which is made if there are no records yet that could need it.
pub(crate) fn load(data: &Folder, file: Option<&Path>) -> Result<Keys, StoreError> {
    match existing(data, file) {
        Err(StoreError::KeyFileMissing(_)) if !data.dir().is_dir(JOURNAL) => make(data, file),
        found => found,
    }
}

/// The keys of a file that must be there.
pub(crate) fn existing(data: &Folder, file: Option<&Path>) -> Result<Keys, StoreError> {
    at(place(data, file))
}

/// The keys of the file at this path.
pub(crate) fn at(path: PathBuf) -> Result<Keys, StoreError> {
    match fs::read_to_string(&path) {
        Ok(text) => Keys::parse(&text).map_err(|source| StoreError::KeyFile { path, source }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StoreError::KeyFileMissing(path)),
        Err(source) => Err(StoreError::Io { act: "read", path, source }),
    }
}

/// The keys of a store that is only looked at. Without a journal nothing is sealed yet.
pub(crate) fn of_existing(data: &Folder, file: Option<&Path>) -> Result<Keys, StoreError> {
    match existing(data, file) {
        Err(StoreError::KeyFileMissing(_)) if !data.dir().is_dir(JOURNAL) => Keys::generate(),
        found => found,
    }
}

/// A new key, in a new file.
pub(crate) fn make(data: &Folder, file: Option<&Path>) -> Result<Keys, StoreError> {
    let (path, keys) = (place(data, file), Keys::generate()?);
    write(&path, &keys).map_err(|source| StoreError::Io { act: "write", path, source })?;
    Ok(keys)
}

/// Where the file is.
pub(crate) fn place(data: &Folder, file: Option<&Path>) -> PathBuf {
    path_in(data.path(), file)
}

/// The same, by the path of the data folder.
pub(crate) fn path_in(data: &Path, file: Option<&Path>) -> PathBuf {
    file.map_or_else(|| data.join(FILE), Path::to_owned)
}

/// Replaces the file, so that it holds the keys before or these, whatever happens.
pub(crate) fn write(path: &Path, keys: &Keys) -> io::Result<()> {
    replace(path, &keys.to_text())
}

/// Replaces a file that is for its owner alone: once this returns, its new text outlives a power cut.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}
