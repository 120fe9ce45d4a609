//! Rules on the text of source files.

use crate::{File, expect_none, files};

/// How a first line begins that says what its file is for, by the file's extension.
const BEGINNINGS: [(&str, &[&str]); 13] = [
    ("rs", &["//! "]),
    ("py", &["\"\"\"", "# "]),
    ("js", &["// ", "/**"]),
    ("mjs", &["// ", "/**"]),
    ("ts", &["// ", "/**"]),
    ("go", &["// "]),
    ("c", &["// "]),
    ("h", &["// "]),
    ("s", &["// "]),
    ("sh", &["# "]),
    ("lua", &["-- "]),
    ("wit", &["// ", "/// "]),
    ("md", &["# "]),
];

/// Files whose first line says nothing, with the reason.
const WITHOUT: [(&str, &str); 5] = [
    ("wit/0.2/deps/", "WASI's own files, as they are published"),
    ("wit/0.3/deps/", "WASI's own files, as they are published"),
    ("tests/compatibility/1.0.0/wit/0.2/deps/", "WASI's own files, as they are published"),
    ("tests/compatibility/1.0.0/wit/0.3/deps/", "WASI's own files, as they are published"),
    ("tests/seed/index.js", "a customer's file, kept as it is"),
];

#[test]
fn the_first_line_of_every_file_says_what_it_is_for() {
    let mut complaints = Vec::new();
    for file in files() {
        let script = file.text().starts_with("#!");
        // A build tag of Go stands first, with an empty line behind it.
        let before = if file.text().starts_with("//go:build ") { 2 } else { usize::from(script) };
        let beginnings = BEGINNINGS.iter().find(|(extension, _)| *extension == file.extension());
        let beginnings: &[&str] = match beginnings {
            Some((_, beginnings)) => beginnings,
            None if script => &["# "],
            None => continue,
        };
        if WITHOUT.iter().any(|(path, _)| file.path.starts_with(path)) {
            continue;
        }
        let (number, first) = file.lines().nth(before).unwrap_or((1, ""));
        if !beginnings.iter().any(|beginning| first.starts_with(beginning) && first.len() > beginning.len()) {
            let expected = beginnings.join("` or `");
            complaints.push(format!(
                "{}:{number}: expected `{expected}` and what the file is for, found {first:?}",
                file.path
            ));
        }
    }
    expect_none(complaints);
}

#[test]
fn only_the_binary_reads_the_environment() {
    let host = files().iter().filter(|file| file.is_host_source() && !file.path.starts_with("host/tollgate/"));
    let reads = [
        "env::var",
        "env::vars",
        "env::args",
        "env::current_dir",
        "env::home_dir",
        " env = \"",
        "(env = \"",
        ", env)]",
    ];
    expect_none(found(
        host,
        &reads,
        "no reading of the environment: only host/tollgate does, and passes on what it read",
    ));
}

#[test]
fn only_the_store_names_sled() {
    let others = files().iter().filter(|file| file.path.starts_with("host/") && !file.path.starts_with("host/store/"));
    let others = others.filter(|file| ["rs", "toml"].contains(&file.extension()));
    expect_none(found(others, &["sled::", "sled.workspace", "sled ="], "no sled: only host/store names it"));
}

/// Lines of code that have one of these texts.
fn found<'a>(files: impl Iterator<Item = &'a File>, texts: &[&str], expected: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        let lines = file.code().filter(|(_, line)| texts.iter().any(|text| line.contains(text)));
        complaints.extend(
            lines.map(|(number, line)| format!("{}:{number}: expected {expected}, found {:?}", file.path, line.trim())),
        );
    }
    complaints
}

#[test]
fn git_holds_text_only() {
    let is_binary = |file: &File| std::str::from_utf8(&file.bytes).is_err() || file.bytes.contains(&0);
    let binary = files().iter().filter(|file| is_binary(file) || file.extension() == "wasm");
    let complaint = |file: &File| format!("{}:1: expected text: components are built, or written as WAT", file.path);
    expect_none(binary.map(complaint).collect());
}
