//! Scripts as files, named by their digest. A file is complete and synced before it has its name.
//!
//! An unfinished file is `incoming-…`; what a crash leaves of these is removed at the next start.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tollgate_types::ScriptDigest;

use crate::{Folder, StoreError};

/// What the name of an unfinished file begins with.
const INCOMING: &str = "incoming";
const ROOT: &str = "sha256";

pub(crate) struct Scripts {
    folder: Folder,
    uploads: AtomicU64,
    /// How many uploads use a script.
    pins: Mutex<HashMap<ScriptDigest, usize>>,
    /// Scripts whose file has its name, and may lose it in a power cut.
    unsynced: Mutex<HashSet<ScriptDigest>>,
}

/// A folder of scripts whose digests begin with the same byte.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shelf(u8);

impl Shelf {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Self)
    }

    fn path(self) -> String {
        format!("{ROOT}/{:02x}", self.0)
    }
}

/// A script that is in use, though no record may name it yet: it is not collected before this is dropped.
pub(crate) struct Pinned {
    scripts: Arc<Scripts>,
    digest: ScriptDigest,
}

impl Scripts {
    pub(crate) fn open(data: &Folder) -> Result<Self, StoreError> {
        let folder = match data.existing("scripts")? {
            Some(folder) => folder,
            None => data.subfolder("scripts")?,
        };
        if folder.existing(ROOT)?.is_none() {
            folder.subfolder(ROOT)?;
        }
        let scripts = Self { folder, uploads: AtomicU64::new(0), pins: Mutex::default(), unsynced: Mutex::default() };
        scripts.remove_unfinished()?;
        Ok(scripts)
    }

    fn remove_unfinished(&self) -> Result<(), StoreError> {
        let entries = self.folder.dir().entries().map_err(self.folder.failed("list", "."))?;
        for entry in entries {
            let name = entry.map_err(self.folder.failed("list", "."))?.file_name();
            if name.to_string_lossy().starts_with(INCOMING)
                && let Err(error) = self.folder.dir().remove_file(&name)
            {
                tracing::warn!(%error, file = %name.display(), "an unfinished upload cannot be removed");
            }
        }
        Ok(())
    }

    /// Every script in a data folder, sorted. Other files are left out. Blocks.
    pub(crate) fn list(data: &Folder) -> Result<Vec<ScriptDigest>, StoreError> {
        let Some(root) = data.existing("scripts/sha256")? else { return Ok(vec![]) };
        let mut digests: Vec<ScriptDigest> = vec![];
        for shelf in root.names(".")? {
            let names = if root.dir().is_dir(&shelf) { root.names(&shelf)? } else { vec![] };
            let ours = names.iter().filter(|name| name.starts_with(&shelf));
            digests.extend(ours.filter_map(|name| name.parse::<ScriptDigest>().ok()));
        }
        digests.sort_unstable();
        Ok(digests)
    }

    /// Checks a script against its digest.
    pub(crate) fn verify(data: &Folder, digest: &ScriptDigest) -> Result<(), StoreError> {
        let folder = data.existing("scripts")?;
        folder.map_or(Ok(()), |folder| load(&folder, digest).map(drop))
    }

    /// Where the scripts are.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(ROOT)
    }

    pub(crate) fn open_file(&self, digest: &ScriptDigest) -> io::Result<File> {
        self.folder.dir().open(file_of(digest)).map(cap_std::fs::File::into_std)
    }

    /// The scripts on a shelf. Files with other names are none of ours, and are left alone.
    pub(crate) fn on_shelf(&self, shelf: Shelf) -> Result<Vec<ScriptDigest>, StoreError> {
        let shelf = shelf.path();
        let entries = match self.folder.dir().read_dir(&shelf) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            entries => entries.map_err(self.folder.failed("list", &shelf))?,
        };
        let mut there = vec![];
        for entry in entries {
            let name = entry.map_err(self.folder.failed("list", &shelf))?.file_name();
            let digest = name.to_str().and_then(|name| name.parse().ok());
            there.extend(digest.filter(|digest| shelf_of(digest) == shelf));
        }
        Ok(there)
    }

    /// Deletes a script unless an upload uses it or `needed` says so, which is asked while no upload can begin to use it.
    /// Returns whether it is gone.
    pub(crate) fn remove_unless(
        &self,
        digest: &ScriptDigest,
        needed: impl FnOnce() -> bool,
    ) -> Result<bool, StoreError> {
        let pins = self.pins();
        if pins.contains_key(digest) || needed() {
            return Ok(false);
        }
        let name = file_of(digest);
        match self.folder.dir().remove_file(&name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            removed => removed.map(|()| true).map_err(self.folder.failed("delete script", &name)),
        }
    }

    /// The bytes of a script, checked against its digest.
    pub(crate) fn load(&self, digest: &ScriptDigest) -> Result<Vec<u8>, StoreError> {
        load(&self.folder, digest)
    }

    /// Stores a script: once this returns, it outlives a power cut. Blocks. After a failure the caller knows only that it may not be there.
    ///
    /// An intact file is left alone; a damaged one is written again, so that an upload mends it. The folders are synced even
    /// if the file was there: it may have got its name from a process that was killed before it could sync them.
    pub(crate) fn put(self: &Arc<Self>, digest: &ScriptDigest, bytes: &[u8]) -> Result<Pinned, StoreError> {
        let pinned = self.pin(*digest);
        if self.load(digest).is_err() || self.unsynced().contains(digest) {
            self.write(digest, bytes)?;
        }
        let synced = self.folder.sync(&shelf_of(digest)).and_then(|()| self.folder.sync(ROOT));
        // After a failed sync a second one may succeed and mean nothing: the next upload must write the file again. It is not
        // deleted, since another upload may have its record already.
        match synced {
            Ok(()) => drop(self.unsynced().remove(digest)),
            Err(error) => {
                self.unsynced().insert(*digest);
                return Err(error);
            }
        }
        Ok(pinned)
    }

    fn write(&self, digest: &ScriptDigest, bytes: &[u8]) -> Result<(), StoreError> {
        let incoming = format!("{INCOMING}-{digest}-{}", self.uploads.fetch_add(1, Ordering::Relaxed));
        self.write_as(&incoming, digest, bytes).inspect_err(|_| {
            // Gives its space back; if even that fails, the next start removes it.
            drop(self.folder.dir().remove_file(&incoming));
        })
    }

    fn write_as(&self, incoming: &str, digest: &ScriptDigest, bytes: &[u8]) -> Result<(), StoreError> {
        let mut file = self.folder.create(incoming)?;
        file.write_all(bytes).map_err(self.folder.failed("write script", incoming))?;
        file.sync_all().map_err(self.folder.failed("sync script", incoming))?;
        let (shelf, name) = (shelf_of(digest), file_of(digest));
        let dir = self.folder.dir();
        dir.create_dir_all(&shelf).map_err(self.folder.failed("create", &shelf))?;
        dir.rename(incoming, dir, &name).map_err(self.folder.failed("name script", &name))
    }

    fn pin(self: &Arc<Self>, digest: ScriptDigest) -> Pinned {
        *self.pins().entry(digest).or_default() += 1;
        Pinned { scripts: self.clone(), digest }
    }

    /// Pins scripts that are named now, as many as there are.
    pub(crate) fn pin_all(self: &Arc<Self>, digests: &[ScriptDigest]) -> Vec<Pinned> {
        digests.iter().map(|digest| self.pin(*digest)).collect()
    }

    /// The file of a script, unchecked.
    pub(crate) fn opened(&self, digest: &ScriptDigest) -> Result<File, StoreError> {
        self.open_file(digest).map_err(self.folder.failed("read script", &file_of(digest)))
    }

    fn unsynced(&self) -> MutexGuard<'_, HashSet<ScriptDigest>> {
        self.unsynced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pins(&self) -> MutexGuard<'_, HashMap<ScriptDigest, usize>> {
        self.pins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        let mut pins = self.scripts.pins();
        match pins.get_mut(&self.digest) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(pins.remove(&self.digest)),
        }
    }
}

fn load(folder: &Folder, digest: &ScriptDigest) -> Result<Vec<u8>, StoreError> {
    let name = file_of(digest);
    let damaged = |reason: String| StoreError::ScriptDamaged { path: folder.path().join(&name), reason };
    let bytes = folder.dir().read(&name).map_err(|error| damaged(error.to_string()))?;
    match ScriptDigest::of(&bytes) {
        found if found == *digest => Ok(bytes),
        found => Err(damaged(format!("its digest is {found}"))),
    }
}

fn shelf_of(digest: &ScriptDigest) -> String {
    let first: String = digest.to_string().chars().take(2).collect();
    format!("{ROOT}/{first}")
}

/// Where a script is in `scripts/`.
pub(crate) fn file_of(digest: &ScriptDigest) -> String {
    format!("{}/{digest}", shelf_of(digest))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use cap_std::{ambient_authority, fs::Dir};
    use tempfile::TempDir;

    use super::*;

    fn scripts() -> (TempDir, Arc<Scripts>) {
        let data = tempfile::tempdir().unwrap();
        let dir = Dir::open_ambient_dir(data.path(), ambient_authority()).unwrap();
        let scripts = Scripts::open(&Folder::new(dir, data.path())).unwrap();
        (data, Arc::new(scripts))
    }

    fn put(scripts: &Arc<Scripts>, bytes: &[u8]) -> ScriptDigest {
        let digest = ScriptDigest::of(bytes);
        scripts.put(&digest, bytes).unwrap();
        digest
    }

    #[test]
    fn a_script_is_a_file_named_by_its_digest() {
        let (data, scripts) = scripts();
        put(&scripts, b"");
        let path = "scripts/sha256/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(data.path().join(path).is_file());
        assert_eq!(fs::read_dir(data.path().join("scripts")).unwrap().count(), 1);
    }

    #[test]
    fn a_flipped_bit_is_caught_and_an_upload_mends_it() {
        let (data, scripts) = scripts();
        let digest = put(&scripts, b"component");
        let path = data.path().join("scripts").join(file_of(&digest));
        fs::write(&path, b"componenu").unwrap();
        let error = scripts.load(&digest).unwrap_err();
        assert!(
            matches!(&error, StoreError::ScriptDamaged { path, .. } if path.ends_with(digest.to_string())),
            "{error}"
        );
        put(&scripts, b"component");
        assert_eq!(scripts.load(&digest).unwrap(), b"component");
    }

    #[cfg(unix)]
    #[test]
    fn a_script_that_is_there_is_not_written_again() {
        use std::os::unix::fs::MetadataExt as _;
        let (data, scripts) = scripts();
        let digest = put(&scripts, b"component");
        let inode = || fs::metadata(data.path().join("scripts").join(file_of(&digest))).unwrap().ino();
        let first = inode();
        put(&scripts, b"component");
        assert_eq!(inode(), first);
    }

    /// Another upload may have its record already. A second sync of the same pages may succeed and mean nothing.
    #[cfg(unix)]
    #[test]
    fn a_script_whose_sync_failed_stays_and_is_written_again_by_the_next_upload() {
        use crate::folder::tests::fail_syncs;
        use std::os::unix::fs::MetadataExt as _;
        let (data, scripts) = scripts();
        let digest = ScriptDigest::of(b"component");
        let path = data.path().join("scripts").join(file_of(&digest));
        for folder in [path.parent().unwrap(), &data.path().join("scripts").join(ROOT)] {
            fail_syncs(Some(folder.to_owned()));
            let error = scripts.put(&digest, b"component").map(drop).unwrap_err();
            assert_eq!(error.to_string(), format!("cannot sync {}", folder.display()));
            assert_eq!(fs::read(&path).unwrap(), b"component");
        }
        fail_syncs(None);
        let held = fs::File::open(&path).unwrap();
        put(&scripts, b"component");
        let written = fs::metadata(&path).unwrap().ino();
        assert_ne!(written, held.metadata().unwrap().ino());
        put(&scripts, b"component");
        assert_eq!(fs::metadata(&path).unwrap().ino(), written);
    }

    #[test]
    fn what_a_crash_left_unfinished_is_removed() {
        let (data, scripts) = scripts();
        fs::write(data.path().join("scripts/incoming-x"), b"half a script").unwrap();
        fs::write(data.path().join("scripts/incoming"), b"of an earlier version").unwrap();
        drop(scripts);
        let dir = Dir::open_ambient_dir(data.path(), ambient_authority()).unwrap();
        Scripts::open(&Folder::new(dir, data.path())).unwrap();
        assert_eq!(fs::read_dir(data.path().join("scripts")).unwrap().count(), 1);
    }

    #[test]
    fn a_script_is_pinned_by_each_upload_of_it() {
        let (_data, scripts) = scripts();
        let digest = ScriptDigest::of(b"component");
        let (one, other) = (scripts.put(&digest, b"component").unwrap(), scripts.put(&digest, b"component").unwrap());
        drop(one);
        assert!(scripts.pins().contains_key(&digest));
        drop(other);
        assert!(!scripts.pins().contains_key(&digest));
    }
}
