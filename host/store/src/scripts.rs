//! Scripts as files, named by their digest. A file is complete and synced before it has its name.
//!
//! There is one writer, so one name for the unfinished file is enough: `incoming`. What a crash leaves there is
//! overwritten by the next upload.

use std::io::Write as _;

use cap_std::fs::File;
use tollgate_types::ScriptDigest;

use crate::{Folder, StoreError};

const INCOMING: &str = "incoming";
const ROOT: &str = "sha256";

pub(crate) struct Scripts {
    folder: Folder,
}

/// A script written under no name yet and not synced; `None` if the file is there already.
pub(crate) struct Incoming(Option<File>);

impl Scripts {
    pub(crate) fn open(data: &Folder) -> Result<Self, StoreError> {
        let folder = data.subfolder("scripts")?;
        folder.subfolder(ROOT)?;
        Ok(Self { folder })
    }

    pub(crate) fn has(&self, digest: &ScriptDigest) -> bool {
        self.folder.dir().is_file(file_of(digest))
    }

    /// The bytes of a script, checked against its digest.
    pub(crate) fn load(&self, digest: &ScriptDigest) -> Result<Vec<u8>, StoreError> {
        let name = file_of(digest);
        let bytes = self.folder.dir().read(&name).map_err(self.folder.failed("read script", &name))?;
        match ScriptDigest::of(&bytes) {
            found if found == *digest => Ok(bytes),
            found => Err(StoreError::Corrupt {
                what: format!("script {}", self.folder.path().join(name).display()),
                reason: format!("its digest is {found}"),
            }),
        }
    }

    /// First half of storing a script. To fail here, on a full disk for one, does no harm.
    ///
    /// An intact file is left alone; a damaged one is written again, so that an upload mends it.
    pub(crate) fn receive(&self, digest: &ScriptDigest, bytes: &[u8]) -> Result<Incoming, StoreError> {
        if self.load(digest).is_ok() {
            return Ok(Incoming(None));
        }
        let written = self.folder.dir().create(INCOMING).and_then(|mut file| file.write_all(bytes).map(|()| file));
        match written {
            Ok(file) => Ok(Incoming(Some(file))),
            Err(error) => {
                // Gives its space back; if even that fails, the next upload overwrites it.
                let _ = self.folder.dir().remove_file(INCOMING);
                Err(self.folder.failed("write script", INCOMING)(error))
            }
        }
    }

    /// Second half: once this returns, the script outlives a power cut.
    ///
    /// The folders are synced even if the file was there: it may have got its name from a process that was killed before
    /// it could sync them.
    pub(crate) fn publish(&self, digest: &ScriptDigest, Incoming(file): Incoming) -> Result<(), StoreError> {
        if let Some(file) = file {
            file.sync_all().map_err(self.folder.failed("sync script", INCOMING))?;
            let (shelf, name) = (shelf_of(digest), file_of(digest));
            let dir = self.folder.dir();
            dir.create_dir_all(&shelf).map_err(self.folder.failed("create", &shelf))?;
            dir.rename(INCOMING, dir, &name).map_err(self.folder.failed("name script", &name))?;
        }
        self.folder.sync(&shelf_of(digest))?;
        self.folder.sync(ROOT)
    }
}

fn shelf_of(digest: &ScriptDigest) -> String {
    let first: String = digest.to_string().chars().take(2).collect();
    format!("{ROOT}/{first}")
}

fn file_of(digest: &ScriptDigest) -> String {
    format!("{}/{digest}", shelf_of(digest))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use cap_std::{ambient_authority, fs::Dir};
    use tempfile::TempDir;

    use super::*;

    fn scripts() -> (TempDir, Scripts) {
        let data = tempfile::tempdir().unwrap();
        let dir = Dir::open_ambient_dir(data.path(), ambient_authority()).unwrap();
        let scripts = Scripts::open(&Folder::new(dir, data.path())).unwrap();
        (data, scripts)
    }

    fn put(scripts: &Scripts, bytes: &[u8]) -> ScriptDigest {
        let digest = ScriptDigest::of(bytes);
        let incoming = scripts.receive(&digest, bytes).unwrap();
        scripts.publish(&digest, incoming).unwrap();
        digest
    }

    #[test]
    fn a_script_is_a_file_named_by_its_digest() {
        let (data, scripts) = scripts();
        let digest = put(&scripts, b"");
        let path = "scripts/sha256/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(data.path().join(path).is_file() && scripts.has(&digest));
        assert!(!data.path().join("scripts/incoming").exists());
    }

    #[test]
    fn a_flipped_bit_is_caught_and_an_upload_mends_it() {
        let (data, scripts) = scripts();
        let digest = put(&scripts, b"component");
        let path = data.path().join("scripts").join(file_of(&digest));
        fs::write(&path, b"componenu").unwrap();
        let error = scripts.load(&digest).unwrap_err();
        assert!(matches!(&error, StoreError::Corrupt { what, .. } if what.contains(&digest.to_string())), "{error}");
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

    #[test]
    fn what_a_crash_left_unfinished_is_overwritten() {
        let (data, scripts) = scripts();
        fs::write(data.path().join("scripts/incoming"), b"much longer than the next script").unwrap();
        let digest = put(&scripts, b"next");
        assert_eq!(scripts.load(&digest).unwrap(), b"next");
    }
}
