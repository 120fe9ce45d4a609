//! Whether the files of a project have changed. They are looked at again and again: that works on every file system, and
//! nobody runs out of watches.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Context as _;
use ignore::WalkBuilder;

use crate::wrangler::Wrangler;

/// Folders that builds fill, whatever `.gitignore` says.
const BUILT: [&str; 5] = [".git", ".tollgate", "__pycache__", "node_modules", "target"];

/// Files looked at in one project, at most: a mistaken folder should not keep a core busy.
const FILES: usize = 20_000;

/// The files of a project as they were at one time: each with its size and its time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Look {
    files: BTreeMap<PathBuf, (u64, Option<SystemTime>)>,
    /// Whether the project builds itself.
    itself: bool,
}

/// What is watched.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    /// The project's folder.
    folder: PathBuf,
    /// The folders with the sources: the project's, or some in it. One that is not there has no files.
    sources: Vec<PathBuf>,
    /// A component that is built: a change of it is none.
    built: Option<PathBuf>,
    /// Files that count wherever they are.
    files: Vec<PathBuf>,
    /// Whether the project builds itself.
    itself: bool,
}

/// What a project that builds itself writes among its sources. A build under way writes while a person does, and nobody can
/// tell them apart: a file that was there and changed during a build counts as a change, so that no edit is missed, and
/// it is built once more. What changes during that build too is what builds write. A file that a build creates or removes
/// is its own at once, since the next may give it another name. Between builds every change counts.
#[derive(Debug, Default)]
pub(crate) struct Written(BTreeSet<PathBuf>);

impl Watched {
    /// What a build reads. A project that builds itself may write anything anywhere: of such a one only the folders that
    /// its configuration says count, or `src` where it is there, as for wrangler.
    pub(crate) fn project(config: &Path, folder: &Path, wrangler: &Wrangler) -> Self {
        let main = wrangler.main.as_ref().map(|main| folder.join(main));
        let itself = wrangler.build.command.is_some();
        let usual = folder.join("src");
        let sources = match &wrangler.build.watch_dirs {
            Some(named) if itself => named.iter().map(|named| folder.join(named)).collect(),
            _ if itself && usual.is_dir() => vec![usual],
            _ => vec![folder.to_owned()],
        };
        let component = |main: &PathBuf| main.extension().is_some_and(|extension| extension == "wasm");
        let (built, read) = if itself && main.as_ref().is_some_and(component) { (main, None) } else { (None, main) };
        let files = [config.to_owned()].into_iter().chain(read).collect();
        Self { folder: folder.to_owned(), sources, built, files, itself }
    }

    /// All of a folder.
    pub(crate) fn all(folder: PathBuf) -> Self {
        Self { sources: vec![folder.clone()], folder, built: None, files: Vec::new(), itself: false }
    }
}

impl Written {
    /// The files that a build was of: as they were when it began, but for what it wrote.
    pub(crate) fn settle(&mut self, before: Look, after: Look) -> Look {
        if !after.itself {
            return before;
        }
        let last = std::mem::take(&mut self.0);
        let mut files = after.files;
        for (path, seen) in &mut files {
            let Some(then) = before.files.get(path).filter(|then| *then != seen) else { continue };
            if !last.contains(path) {
                *seen = *then;
            }
            self.0.insert(path.clone());
        }
        Look { files, itself: true }
    }
}

impl Look {
    /// Some files as they are now.
    pub(crate) fn of_files(files: &[PathBuf]) -> Self {
        let seen = |path: &PathBuf| {
            let metadata = path.metadata().ok()?;
            Some((path.clone(), (metadata.len(), metadata.modified().ok())))
        };
        Self { files: files.iter().filter_map(seen).collect(), itself: false }
    }

    /// The files as they are now.
    pub(crate) fn at(watched: &Watched) -> anyhow::Result<Self> {
        let folder = &watched.folder;
        std::fs::read_dir(folder).with_context(|| format!("cannot watch {}", folder.display()))?;
        let found = watched.sources.iter().flat_map(|sources| walk(sources)).chain(watched.files.clone());
        let mut files = BTreeMap::new();
        for path in found.filter(|path| Some(path) != watched.built.as_ref()) {
            // What goes away while it is looked at is gone.
            let Some(metadata) = path.metadata().ok().filter(std::fs::Metadata::is_file) else { continue };
            files.insert(path, (metadata.len(), metadata.modified().ok()));
            anyhow::ensure!(files.len() <= FILES, "{}: more than {FILES} files to watch", folder.display());
        }
        Ok(Self { files, itself: watched.itself })
    }

    /// A file that is not as it was: another, a new one, or one that is gone.
    pub(crate) fn differs<'a>(&'a self, before: &'a Self) -> Option<&'a Path> {
        let changed = self.files.iter().find(|(path, seen)| before.files.get(*path) != Some(seen));
        let gone = || before.files.iter().find(|(path, _)| !self.files.contains_key(*path));
        changed.or_else(gone).map(|(path, _)| path.as_path())
    }
}

fn walk(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut walk = WalkBuilder::new(folder);
    walk.hidden(false).require_git(false).parents(false);
    walk.filter_entry(|entry| entry.depth() == 0 || !BUILT.iter().any(|name| entry.file_name() == *name));
    walk.build().flatten().map(ignore::DirEntry::into_path)
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
            built: Some(folder.path().join("worker.wasm")),
            files: vec![folder.path().join("out/counts")],
            ..Watched::all(folder.path().to_owned())
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

    #[test]
    fn what_a_build_writes_is_no_change_and_what_a_person_writes_meanwhile_is() {
        let look = |files: &[(&str, u64)]| Look {
            files: files.iter().map(|(path, bytes)| (PathBuf::from(path), (*bytes, None))).collect(),
            itself: true,
        };
        let mut written = Written::default();
        // New and gone: the build's. Changed, for the first time: anybody's.
        let before = look(&[("in", 1), ("stamp", 1), ("old-hash", 1)]);
        let after = look(&[("in", 2), ("stamp", 2), ("new-hash", 1)]);
        let built = written.settle(before, after.clone());
        assert_eq!(built, look(&[("in", 1), ("stamp", 1), ("new-hash", 1)]));
        // Built again: the stamp changed again, and nobody wrote `in`.
        let again = look(&[("in", 2), ("stamp", 3), ("new-hash", 1)]);
        assert_eq!(written.settle(after, again.clone()), again);
        // The next edit is one build's worth.
        let edited = look(&[("in", 3), ("stamp", 3), ("new-hash", 1)]);
        assert_eq!(edited.differs(&again), Some(Path::new("in")));
        let after = look(&[("in", 3), ("stamp", 4), ("new-hash", 1)]);
        assert_eq!(written.settle(edited, after.clone()), after);
    }

    #[test]
    fn a_project_that_builds_itself_says_what_counts() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["a/one", "b/two", "c/three", "wrangler.toml"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let config = folder.path().join("wrangler.toml");
        let look = |text: &str| {
            std::fs::write(&config, text).unwrap();
            let watched = Watched::project(&config, folder.path(), &Wrangler::read(&config).unwrap());
            Look::at(&watched).unwrap().files.into_keys().collect::<Vec<_>>()
        };
        let at = |names: &[&str]| names.iter().map(|name| folder.path().join(name)).collect::<Vec<_>>();
        let command = "[build]\ncommand = \"make\"\n";
        let named = look(&format!("{command}watch_dir = [\"a\", \"b\", \"none\"]"));
        assert_eq!(named, at(&["a/one", "b/two", "wrangler.toml"]));
        assert_eq!(look(&format!("{command}watch_dir = \"c\"")), at(&["c/three", "wrangler.toml"]));
        assert_eq!(look(command), at(&["a/one", "b/two", "c/three", "wrangler.toml"]));
        // A source counts, wherever it is.
        let text = format!("main = \"b/two\"\n{command}watch_dir = \"a\"");
        assert_eq!(look(&text), at(&["a/one", "b/two", "wrangler.toml"]));
    }
}
