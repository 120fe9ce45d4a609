//! Paths named in the docs exist.

use crate::{File, expect_none, files};

/// Beginnings of paths that the docs name and the repository does not have, with the reason.
const ELSEWHERE: [(&str, &str); 7] = [
    ("target/", "what a build makes"),
    ("report.md", "what `just bench` makes"),
    ("guard/", "a project of the reader's in the tutorial"),
    ("blog/", "a project of the reader's in the tutorial"),
    ("shop.test.", "a file of the reader's in the tutorial"),
    ("blog.test.", "a file of the reader's in the tutorial"),
    ("compile_flags.txt", "a file that a project in C may have"),
];

/// What a path ends with.
const EXTENSIONS: [&str; 12] =
    [".rs", ".md", ".toml", ".py", ".sh", ".json", ".wit", ".js", ".mjs", ".c", ".txt", ".h"];

fn is_doc(file: &File) -> bool {
    let top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "PERFORMANCE.md"];
    let below = file.path.starts_with("docs/") || file.path.starts_with("guests/");
    top.contains(&file.path.as_str()) || (below && file.extension() == "md")
}

/// What a line has between backticks, if it is a path.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).filter(|text| is_path(text))
}

fn is_path(text: &str) -> bool {
    let plain = text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-/".contains(letter));
    let folder = text.ends_with('/') && text.len() > 1;
    let file = EXTENSIONS.iter().any(|extension| text.ends_with(extension) && text.len() > extension.len());
    plain && !text.starts_with(['/', '-', '.']) && (folder || file)
}

/// Whether a file or folder is at the path, or at the end of a longer one: `errands.rs` in a sentence on `engine/src`.
fn is_there(path: &str) -> bool {
    let (path, folder) = path.strip_suffix('/').map_or((path, false), |folder| (folder, true));
    files().iter().any(|file| {
        let below = format!("/{}", file.path);
        if folder { below.contains(&format!("/{path}/")) } else { below.ends_with(&format!("/{path}")) }
    })
}

#[test]
fn paths_named_in_the_docs_exist() {
    let mut complaints = Vec::new();
    for doc in files().iter().filter(|file| is_doc(file)) {
        for (number, line) in doc.lines() {
            let known = |path: &str| is_there(path) || ELSEWHERE.iter().any(|(other, _)| path.starts_with(other));
            let gone = named(line).filter(|path| !known(path));
            complaints.extend(
                gone.map(|path| format!("{}:{number}: expected a file of the repository, found `{path}`", doc.path)),
            );
        }
    }
    expect_none(complaints);
}
