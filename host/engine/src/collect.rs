//! Collection of compiled code that nothing needs any more: of scripts that are gone, and of engines that are gone.

use std::io;
use std::time::Duration;

use cap_std::fs::{Dir, DirEntry};
use tollgate_types::ScriptDigest;

/// Deletes compiled code, of any engine, that is older than this and whose script need not be kept; also files that were
/// never finished. Returns how many files. Blocks.
///
/// Code that is deleted although it is needed costs no more than another compilation. Code that is loaded is not affected.
pub fn collect(compiled: &Dir, keep: impl Fn(&ScriptDigest) -> bool, older_than: Duration) -> io::Result<usize> {
    let mut deleted = 0;
    for engine in compiled.entries()? {
        let engine = engine?;
        // Each engine has a folder. The file beside the folders holds functions that components share.
        if engine.file_type()?.is_dir() {
            deleted += collect_of(&engine.open_dir()?, &keep, older_than)?;
        }
    }
    Ok(deleted)
}

fn collect_of(engine: &Dir, keep: &impl Fn(&ScriptDigest) -> bool, older_than: Duration) -> io::Result<usize> {
    let mut deleted = 0;
    for file in engine.entries()? {
        let file = file?;
        let name = file.file_name();
        let Some((digest, finished)) = name.to_str().and_then(digest_of) else { continue };
        if !(finished && keep(&digest)) && age(&file).is_some_and(|age| age >= older_than) {
            match engine.remove_file(&name) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed.map(|()| deleted += 1)?,
            }
        }
    }
    Ok(deleted)
}

/// The digest that a file is named by, and whether it is the whole name: that of an unfinished file goes on after a dot.
fn digest_of(name: &str) -> Option<(ScriptDigest, bool)> {
    let digest = name.split('.').next()?;
    Some((digest.parse().ok()?, digest.len() == name.len()))
}

/// `None` if it cannot be known, as of a file that has just gone.
fn age(file: &DirEntry) -> Option<Duration> {
    file.metadata().ok()?.modified().ok()?.into_std().elapsed().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn code_of_unnamed_scripts_goes_when_it_is_old_enough_and_other_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        let dir = Dir::open_ambient_dir(folder.path(), cap_std::ambient_authority()).unwrap();
        let (kept, gone) = (ScriptDigest::of(b"kept"), ScriptDigest::of(b"gone"));
        for engine in ["v2-0", "v2-1"] {
            dir.create_dir(engine).unwrap();
            for name in [kept.to_string(), gone.to_string(), format!("{kept}.7.0"), "notes".to_owned()] {
                dir.write(format!("{engine}/{name}"), b"code").unwrap();
            }
        }
        dir.write("functions", b"shared").unwrap();
        let keep = |digest: &ScriptDigest| *digest == kept;
        assert_eq!(collect(&dir, keep, Duration::from_secs(3_600)).unwrap(), 0);
        assert_eq!(collect(&dir, keep, Duration::ZERO).unwrap(), 4);
        for engine in ["v2-0", "v2-1"] {
            assert!(dir.is_file(format!("{engine}/{kept}")) && dir.is_file(format!("{engine}/notes")));
            assert_eq!(dir.read_dir(engine).unwrap().count(), 2);
        }
        assert!(dir.is_file("functions"));
        assert_eq!(collect(&dir, keep, Duration::ZERO).unwrap(), 0);
    }
}
