//! The tables of limits and of threats are complete, and the tests that they name exist.

use std::collections::{BTreeMap, BTreeSet};

use crate::files::{File, file};
use crate::{expect_none, files};

const LIMITS: &str = "docs/limits.md";
const CONFIGURATION: &str = "docs/configuration.md";

/// Pages whose tables name tests.
const TABLES: [&str; 2] = [LIMITS, "SECURITY.md"];

/// Rows without a test, with the reason.
const UNTESTED: [(&str, &str); 1] = [("store.cache_bytes", "sled's own cache: a host with any cache does the same")];

/// The cells of a row.
fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect()
}

/// Every number of the configuration by its whole name, with its default. A test of the binary compares the page with the code.
fn keys() -> BTreeMap<String, &'static str> {
    let (mut section, mut keys) = ("", BTreeMap::new());
    for (_, line) in file(CONFIGURATION).lines() {
        if let Some(name) = line.strip_prefix("## `[") {
            section = name.trim_end_matches("]`");
        } else if let [key, value, default, _, _] = cells(line)[..]
            && value.rsplit_once(" to ").is_some_and(|(_, most)| most.parse::<u64>().is_ok())
        {
            keys.insert(format!("{section}.{key}"), default);
        }
    }
    keys
}

#[test]
fn every_number_of_the_configuration_is_in_the_table_of_limits() {
    let rows: BTreeMap<_, _> = file(LIMITS).lines().map(|(_, line)| (cells(line)[0], cells(line))).collect();
    let keys = keys();
    assert!(keys.contains_key("limits.cpu_ms") && keys.contains_key("compile.queue"), "{keys:?}");
    let default = |key: &str| rows.get(key).and_then(|row| row.get(1).copied());
    let wrong = keys.iter().filter(|(key, expected)| default(key) != Some(expected));
    let missing = wrong.map(|(key, default)| format!("{LIMITS}: expected a row `{key}` with the default {default}"));
    let named = rows.keys().filter(|key| key.contains('.') && !key.contains(' '));
    let gone = named
        .filter(|key| !keys.contains_key(**key))
        .map(|key| format!("{LIMITS}: {key} is no number of {CONFIGURATION}"));
    expect_none(missing.chain(gone).collect());
}

/// The names of a file's functions with an attribute that ends with `test` or begins with `tokio::test`.
fn tests(of: &File) -> BTreeSet<&str> {
    let (mut names, mut is_test) = (BTreeSet::new(), false);
    for (_, line) in of.lines() {
        let line = line.trim_start();
        if line == "#[test]" || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if let Some((_, name)) = line.split_once("fn ").filter(|_| is_test) {
            names.insert(name.split(['(', '<']).next().unwrap_or_default());
            is_test = false;
        }
    }
    names
}

#[test]
fn every_test_that_a_table_names_exists() {
    let mut complaints = Vec::new();
    for page in TABLES {
        for (number, line) in file(page).lines() {
            for name in line.split('`').skip(1).step_by(2) {
                let Some((path, test)) = name.split_once(".rs::") else { continue };
                let path = format!("{path}.rs");
                let found = files().iter().find(|file| file.path == path);
                if !found.is_some_and(|file| tests(file).contains(test)) {
                    complaints.push(format!("{page}:{number}: expected a test of the repository, found `{name}`"));
                }
            }
        }
    }
    expect_none(complaints);
}

fn is_untested(line: &str) -> bool {
    UNTESTED.iter().any(|(row, _)| *row == cells(line)[0])
}

#[test]
fn every_row_of_the_tables_names_a_test() {
    let mut complaints = Vec::new();
    for page in TABLES {
        let mut names_tests = false;
        for (number, line) in file(page).lines() {
            let last = *cells(line).last().unwrap_or(&"");
            if !line.starts_with('|') || last == "test" || last == "tests" {
                names_tests = line.starts_with('|');
            } else if names_tests && !last.contains("---") && !last.contains(".rs::") && !is_untested(line) {
                complaints.push(format!("{page}:{number}: expected a test in the last column, found {last:?}"));
            }
        }
    }
    expect_none(complaints);
}
