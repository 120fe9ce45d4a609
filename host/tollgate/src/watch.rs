//! Whether the files of a project have changed. They are looked at again and again: that works on every file system, and
//! nobody runs out of watches.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context as _;
use ignore::WalkBuilder;

use crate::wrangler::Wrangler;

/// Folders that builds fill, whatever `.gitignore` says.
const BUILT: [&str; 5] = [".git", ".tollgate", "__pycache__", "node_modules", "target"];

/// Files looked at in one project, at most: a mistaken folder should not keep a core busy.
const FILES: usize = 20_000;

/// The files of a folder as they were at one time: each with its size and its time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Look(BTreeMap<PathBuf, (u64, Option<SystemTime>)>);

/// What is watched.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    /// The folder with the sources.
    pub(crate) folder: PathBuf,
    /// A file in it that is built: a change of it is none.
    pub(crate) built: Option<PathBuf>,
    /// Files that count wherever they are.
    pub(crate) files: Vec<PathBuf>,
}

impl Watched {
    /// What a build reads. A project that builds itself may write anything anywhere: of such a one only the folder that its
    /// configuration says counts, or `src`, as for wrangler.
    pub(crate) fn project(config: &Path, folder: &Path, wrangler: &Wrangler) -> Self {
        let main = wrangler.main.as_ref().map(|main| folder.join(main));
        let itself = wrangler.command.is_some();
        let sources = folder.join(wrangler.watch_dir.as_deref().unwrap_or("src"));
        let folder = if itself && sources.is_dir() { sources } else { folder.to_owned() };
        let (built, read) = if itself { (main, None) } else { (None, main) };
        Self { folder, built, files: [config.to_owned()].into_iter().chain(read).collect() }
    }
}

impl Look {
    /// Some files as they are now.
    pub(crate) fn of_files(files: &[PathBuf]) -> Self {
        let seen = |path: &PathBuf| {
            let metadata = path.metadata().ok()?;
            Some((path.clone(), (metadata.len(), metadata.modified().ok())))
        };
        Self(files.iter().filter_map(seen).collect())
    }

    /// The files as they are now.
    pub(crate) fn at(watched: &Watched) -> anyhow::Result<Self> {
        let folder = &watched.folder;
        std::fs::read_dir(folder).with_context(|| format!("cannot watch {}", folder.display()))?;
        let mut walk = WalkBuilder::new(folder);
        walk.hidden(false).require_git(false).parents(false);
        walk.filter_entry(|entry| entry.depth() == 0 || !BUILT.iter().any(|name| entry.file_name() == *name));
        let found = walk.build().flatten().map(ignore::DirEntry::into_path);
        let mut files = BTreeMap::new();
        for path in found.filter(|path| Some(path) != watched.built.as_ref()).chain(watched.files.clone()) {
            // What goes away while it is looked at is gone.
            let Some(metadata) = path.metadata().ok().filter(std::fs::Metadata::is_file) else { continue };
            files.insert(path, (metadata.len(), metadata.modified().ok()));
            anyhow::ensure!(files.len() <= FILES, "{}: more than {FILES} files to watch", folder.display());
        }
        Ok(Self(files))
    }

    /// A file that is not as it was: another, a new one, or one that is gone.
    pub(crate) fn differs<'a>(&'a self, before: &'a Self) -> Option<&'a Path> {
        let changed = self.0.iter().find(|(path, seen)| before.0.get(*path) != Some(seen));
        let gone = || before.0.iter().find(|(path, _)| !self.0.contains_key(*path));
        changed.or_else(gone).map(|(path, _)| path.as_path())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_and_what_builds_write_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("src/index.js", "1");
        write(".gitignore", "out/\n");
        let watched = Watched {
            folder: folder.path().to_owned(),
            built: Some(folder.path().join("worker.wasm")),
            files: vec![folder.path().join("out/counts")],
        };
        let look = || Look::at(&watched).unwrap();
        let before = look();
        write("worker.wasm", "1");
        write(".tollgate/build/worker.wasm", "1");
        write("node_modules/x/index.js", "1");
        write("out/worker.js", "1");
        assert_eq!(look().differs(&before), None);
        write("out/counts", "1");
        assert_eq!(look().differs(&before), Some(watched.files[0].as_path()));
        write("src/index.js", "22");
        let after = look();
        assert!(after.differs(&before).is_some());
        std::fs::remove_file(folder.path().join("src/index.js")).unwrap();
        assert!(look().differs(&after).is_some());
    }
}
