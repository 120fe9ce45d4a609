//! Folders of compiled code that no engine of this host reads: another release, configuration or processor made them.

use std::io;

use cap_std::fs::{Dir, DirEntry};

/// What was removed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// Folders of other engines.
    pub folders: u64,
    /// Bytes of the files in them.
    pub bytes: u64,
}

/// Removes the folders of all engines but those of these names. A folder that cannot be removed is reported and left. Symbolic links are
/// not followed: one beside the folders stays, one within a folder goes without its target.
pub(crate) fn remove_foreign(compiled: &Dir, own: &[&str]) -> io::Result<Removed> {
    let mut removed = Removed::default();
    for entry in compiled.entries()? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| is_engine(name) && !own.contains(name)) else { continue };
        match remove(compiled, name, &entry) {
            Ok(None) => {}
            Ok(Some(bytes)) => {
                removed.folders += 1;
                removed.bytes += bytes;
            }
            Err(error) => tracing::warn!(folder = name, %error, "compiled code of another engine was not removed"),
        }
    }
    Ok(removed)
}

/// Removes a folder, and gives the bytes that its files had. `None` if it is no folder.
fn remove(compiled: &Dir, name: &str, entry: &DirEntry) -> io::Result<Option<u64>> {
    if !entry.file_type()?.is_dir() {
        return Ok(None);
    }
    let files = entry.open_dir()?.entries()?;
    let bytes = files.map(|file| Ok(file?.metadata()?.len())).sum::<io::Result<u64>>()?;
    compiled.remove_dir_all(name)?;
    Ok(Some(bytes))
}

/// Whether a name is that of an engine's folder, such as `p2-789fd934db59fec6`.
fn is_engine(name: &str) -> bool {
    let hash = ["p2-", "p3-"].iter().find_map(|version| name.strip_prefix(version));
    hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')))
}
