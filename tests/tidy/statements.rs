//! Every conformance statement that a test or a text names by its id has its own text in `statements.txt`.

use std::collections::BTreeMap;

use crate::files::file;
use crate::{expect_none, files};

const STATEMENTS: &str = "tests/conformance/statements.txt";

/// What looks like an id and is none: WebAssembly's types, and a standard of C.
const NO_IDS: [&str; 5] = ["F32", "F64", "I32", "I64", "C23"];

/// The statements' texts, by their ids.
fn statements() -> BTreeMap<&'static str, &'static str> {
    let lines = file(STATEMENTS).lines().filter_map(|(_, line)| line.split_once('|'));
    lines.map(|(id, text)| (id.split_whitespace().next().unwrap_or_default(), text.trim())).collect()
}

/// The ids that a line names: `A01` anywhere, and `fn a01_…`.
fn ids(line: &str) -> impl Iterator<Item = String> {
    let words = line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let test = line
        .trim_start()
        .trim_start_matches("async ")
        .strip_prefix("fn ")
        .map(|name| name.split('_').next().unwrap_or_default());
    let test = test.map(str::to_uppercase);
    words.map(str::to_owned).chain(test).filter(|word| is_id(word))
}

fn is_id(word: &str) -> bool {
    let shaped = matches!(word.as_bytes(), [b'A'..=b'J', b'0'..=b'9', b'0'..=b'9']);
    shaped && !NO_IDS.contains(&word)
}

#[test]
fn every_statement_has_a_text() {
    let bare = file(STATEMENTS).lines().filter(|(_, line)| {
        let (id, text) = line.split_once('|').unwrap_or((line, ""));
        let id = id.trim().strip_suffix(" may be missing").unwrap_or(id.trim());
        !(is_id(id) || id == "golden") || text.trim().is_empty()
    });
    let complaint = |(number, line)| format!("{STATEMENTS}:{number}: expected `ID | text`, found {line:?}");
    expect_none(bare.map(complaint).collect());
}

#[test]
fn every_id_has_a_statement() {
    let statements = statements();
    let mut complaints = Vec::new();
    let texts = files().iter().filter(|file| ["rs", "md", "wit"].contains(&file.extension()));
    for file in texts.filter(|file| !file.path.starts_with("wit/0.2/deps") && !file.path.starts_with("wit/0.3/deps")) {
        for (number, line) in file.lines() {
            let unknown = ids(line).filter(|id| !statements.contains_key(id.as_str()));
            complaints.extend(
                unknown.map(|id| format!("{}:{number}: expected a statement of {STATEMENTS}, found {id}", file.path)),
            );
        }
    }
    expect_none(complaints);
}
