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

    /// Its lines of code: no comments, and no item that only tests have.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let mut place = Place::Code;
        self.lines().filter(move |(_, line)| !place.is_for_tests(line) && !line.trim_start().starts_with("//"))
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

/// Where a walk over the lines of a file is. The file is formatted: an item begins and ends without indentation.
enum Place {
    Code,
    /// Before an item that only tests have.
    Attributes,
    /// In such an item.
    Item,
}

impl Place {
    /// Goes on to the next line, and says whether only tests have it.
    fn is_for_tests(&mut self, line: &str) -> bool {
        let indented = line.starts_with(' ');
        let attribute = indented || line.starts_with("#[") || line.starts_with("//") || line == ")]";
        *self = match self {
            Self::Code if line == "#[cfg(test)]" => Self::Attributes,
            Self::Code => return false,
            Self::Attributes if attribute => Self::Attributes,
            _ if !indented && line.ends_with(['}', ';']) => Self::Code,
            _ => Self::Item,
        };
        true
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

#[test]
fn only_the_items_for_tests_are_no_code() {
    let text = "use a;\n#[cfg(test)]\nmod b;\n// c\nfn d() {\n}\n#[cfg(test)]\n#[allow(\n    e,\n)]\nmod f {\n    g;\n}\nfn h() {}\n";
    let file = File { path: String::new(), bytes: text.into() };
    let code: Vec<_> = file.code().collect();
    assert_eq!(code, [(1, "use a;"), (5, "fn d() {"), (6, "}"), (14, "fn h() {}")]);
}
