//! The repository's files, as git knows them: those that are committed, and new ones that it does not ignore.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use tollgate_tests::root;

/// A file of the repository.
pub(crate) struct File {
    /// From the repository's root.
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// What it says; nothing if it is no text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }

    /// Its lines with their numbers, as an editor counts them.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text().lines().enumerate().map(|(place, line)| (place + 1, line))
    }

    /// Its lines of code: no comments, and not the tests at its end.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let code = self.lines().take_while(|(_, line)| *line != "#[cfg(test)]");
        code.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// What stands behind the last dot of its name.
    pub(crate) fn extension(&self) -> &str {
        Path::new(&self.path).extension().and_then(|extension| extension.to_str()).unwrap_or_default()
    }

    /// Whether it is source of Rust below `host/` or in the test library.
    pub(crate) fn is_host_source(&self) -> bool {
        let below = self.path.starts_with("host/") || self.path.starts_with("tests/library/");
        below && self.path.contains("/src/") && self.extension() == "rs"
    }
}

/// Every file of the repository.
pub(crate) fn files() -> &'static [File] {
    static FILES: LazyLock<Vec<File>> = LazyLock::new(read);
    &FILES
}

/// The file at a path.
pub(crate) fn file(path: &str) -> &'static File {
    files().iter().find(|file| file.path == path).unwrap()
}

fn read() -> Vec<File> {
    let mut git = Command::new("git");
    git.current_dir(root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = git.output().unwrap();
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let paths = String::from_utf8(listed.stdout).unwrap();
    let paths = paths.split_terminator('\0').filter(|path| root().join(path).is_file());
    paths.map(|path| File { path: path.to_owned(), bytes: std::fs::read(root().join(path)).unwrap() }).collect()
}
