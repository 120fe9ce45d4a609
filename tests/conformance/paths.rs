//! Every path of the suite's workers is used by a test, and is there for both versions of WASI.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

/// What stands before a path of the outbound.
const OF_THE_OUTBOUND: [&str; 2] = ["fetch_outbound(\"", "http://outbound.test"];
/// What stands before a quoted path that is not the user's.
const NOT_OF_THE_USER: [&str; 3] = ["fetch_outbound(", "fetch_origin(", "origin.url("];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The paths of a worker: in its arms, `start` comes before each and a quote after it.
fn paths(source: &str, start: &str) -> Result<BTreeSet<String>> {
    let source = root().join("guests/rust").join(source);
    let text = std::fs::read_to_string(&source).with_context(|| source.display().to_string())?;
    let arms = text.lines().filter(|line| line.contains("=>")).filter_map(|line| line.trim().strip_prefix(start));
    let paths: BTreeSet<_> = arms.filter_map(|arm| arm.split('"').next()).map(str::to_owned).collect();
    ensure!(!paths.is_empty(), "{} has no arm that begins with {start}", source.display());
    Ok(paths)
}

/// The suite's own source, but for this file.
fn tests() -> Result<String> {
    let mut text = String::new();
    for boundary in ["composition", "conformance", "streaming", "operator"] {
        for file in std::fs::read_dir(root().join("tests").join(boundary))? {
            let file = file?.path();
            if file.extension().is_some_and(|kind| kind == "rs") && !file.ends_with("paths.rs") {
                text.push_str(&std::fs::read_to_string(file)?);
            }
        }
    }
    Ok(text)
}

/// What comes before each use of a path, which a quote, a query or a further part ends.
fn before<'a>(tests: &'a str, path: &str) -> Vec<&'a str> {
    let uses = tests.match_indices(path).filter(|(at, _)| tests[at + path.len()..].starts_with(['"', '?', '/']));
    uses.map(|(at, _)| &tests[..at]).collect()
}

fn ends(text: &str, with: &[&str]) -> bool {
    with.iter().any(|end| text.ends_with(end))
}

#[test]
fn every_path_of_the_user_is_used() -> Result<()> {
    let (two, three) = (paths("test/test-user/src/lib.rs", "\"/")?, paths("p3/test-user/src/lib.rs", "\"/")?);
    assert_eq!(two, three);
    let tests = tests()?;
    for path in two {
        let used = before(&tests, &format!("\"/{path}")).into_iter().any(|before| !ends(before, &NOT_OF_THE_USER));
        assert!(used, "no test asks the user for /{path}");
    }
    Ok(())
}

#[test]
fn every_path_of_the_outbound_is_used() -> Result<()> {
    let start = "[_, \"";
    let (two, three) = (paths("test/test-outbound/src/lib.rs", start)?, paths("p3/test-outbound/src/lib.rs", start)?);
    assert_eq!(two, three);
    let tests = tests()?;
    for path in two {
        let used = before(&tests, &format!("/{path}")).into_iter().any(|before| ends(before, &OF_THE_OUTBOUND));
        assert!(used, "no test asks the outbound for /{path}");
    }
    Ok(())
}
