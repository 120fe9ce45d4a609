//! Restoring a backup into a new data folder. It has its name once the store in it was opened and compared with the manifest.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use crate::archive::{self, Item, Manifest};
use crate::journal::{self, Scan};
use crate::recovery::JOURNAL;
use crate::{Folder, Setup, StoreError, key_file};

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the backup holds.
    pub manifest: Manifest,
    /// Damage in it that cost nothing.
    pub findings: Vec<String>,
}

/// Restores the backup `archive` into the folder `data`, which must be empty or not there. Blocks.
///
/// Files are unpacked beside it, into a folder that ends in `.unfinished` and is removed if anything is wrong.
pub fn restore(setup: Setup, archive: &Path, data: &Path) -> Result<Restored, StoreError> {
    expect_empty(data)?;
    let key = setup.key_file.clone().unwrap_or_else(|| data.join(key_file::FILE));
    if !key.exists() {
        return Err(StoreError::KeyFileMissing(key));
    }
    let unfinished = unfinished(data)?;
    match fs::create_dir(&unfinished) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(StoreError::Unfinished(unfinished.clone()))?,
        created => created.map_err(failed("create", &unfinished))?,
    }
    let restored = unpack_and_prove(setup, archive, &unfinished)
        .and_then(|restored| fs::rename(&unfinished, data).map_err(failed("rename", &unfinished)).map(|()| restored));
    let Ok(restored) = restored else {
        let _left = fs::remove_dir_all(&unfinished);
        return restored;
    };
    let parent = data.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed("sync", parent))?;
    Ok(restored)
}

fn failed(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::Io { act, path, source }
}

fn expect_empty(data: &Path) -> Result<(), StoreError> {
    match fs::read_dir(data).map(Iterator::count) {
        Ok(0) => Ok(()),
        Ok(_) => Err(StoreError::NotEmpty(data.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed("read", data)(error)),
    }
}

fn unfinished(data: &Path) -> Result<PathBuf, StoreError> {
    let nameless = || failed("restore into", data)(io::Error::other("pass a path that ends in a name"));
    let mut name = data.file_name().ok_or_else(nameless)?.to_owned();
    name.push(".unfinished");
    Ok(data.with_file_name(name))
}

fn unpack_and_prove(setup: Setup, archive: &Path, path: &Path) -> Result<Restored, StoreError> {
    let dir = Dir::open_ambient_dir(path, ambient_authority()).map_err(failed("open", path))?;
    let folder = Folder::new(dir, path);
    let manifest = unpack(archive, &folder)?;
    let refused = |reason: String| StoreError::Archive { path: archive.to_owned(), reason };
    let scan = scan(&folder)?;
    let findings: Vec<_> = scan.problems.iter().map(|problem| format!("journal/{problem}")).collect();
    if !scan.is_complete() || scan.head.sequence != manifest.sequence {
        let (found, expected) = (scan.head.sequence, manifest.sequence);
        return Err(refused(format!("it proves {found} of {expected} entries; {}", findings.join("; "))));
    }
    let dir = folder.dir().try_clone().map_err(failed("open", path))?;
    let (reader, writer) = crate::open(setup, dir, path)?;
    let (digest, scripts) = reader.proof();
    if (digest.to_string(), digest.records) != (manifest.digest.clone(), manifest.records) {
        return Err(refused(format!("it holds {} records with digest {digest}", digest.records)));
    }
    let packed: HashSet<_> = manifest.scripts.iter().map(|script| script.digest).collect();
    let known = |script| packed.contains(script) || manifest.missing_scripts.contains(script);
    if let Some(script) = scripts.iter().find(|script| !known(script)) {
        return Err(refused(format!("it lacks script {script}, which a record names")));
    }
    drop((reader, writer));
    folder.sync(".")?;
    Ok(Restored { manifest, findings })
}

/// The journal alone must prove the state of the manifest: there is no index in a backup.
fn scan(data: &Folder) -> Result<Scan, StoreError> {
    journal::scan(&data.subfolder(JOURNAL)?)
}

/// Unpacks and syncs every file and folder. Only names that a backup has come this far.
fn unpack(archive: &Path, data: &Folder) -> Result<Manifest, StoreError> {
    data.subfolder(JOURNAL)?.keep_for_owner()?;
    let scripts = data.subfolder("scripts")?.subfolder("sha256")?;
    let mut shelves = HashSet::new();
    let manifest = archive::read(archive, &mut |item, bytes| {
        let path = item.path();
        if let (Item::Script(_), Some((shelf, _))) = (item, path.rsplit_once('/'))
            && shelves.insert(shelf.to_owned())
        {
            data.dir().create_dir_all(shelf).map_err(data.failed("create", shelf))?;
        }
        let mut file = data.create_new(&path)?;
        io::copy(bytes, &mut file).and_then(|_| file.sync_all()).map_err(data.failed("unpack", &path))
    })?;
    shelves.iter().try_for_each(|shelf| data.sync(shelf))?;
    scripts.sync(".")?;
    data.sync(JOURNAL)?;
    Ok(manifest)
}

#[cfg(test)]
mod tests;
