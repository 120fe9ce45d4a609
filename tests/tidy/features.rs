//! The host is the same whichever way it is built: `cargo build -p tollgate` and a build of the workspace give each package
//! beneath it the same features. Features of wasmtime decide which code runs customers' workers, and what is compiled for
//! one set of them may be refused by another.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use tollgate_tests::root;

use crate::expect_none;

/// Packages that may differ, with the features that the workspace adds, and the reason that they change nothing for the host.
const MAY_DIFFER: [(&str, &[&str], &str); 3] = [
    ("libc", &["extra_traits"], "`Debug` and `Eq` for C's types, which the tests' terminal (portable-pty) asks for"),
    ("num-traits", &["default", "std"], "proptest asks for them: functions that the host does not call"),
    (
        "regex-syntax",
        &[
            "default",
            "unicode",
            "unicode-age",
            "unicode-bool",
            "unicode-case",
            "unicode-gencat",
            "unicode-perl",
            "unicode-script",
            "unicode-segment",
        ],
        "proptest asks for Unicode's tables: the host's own patterns have none",
    ),
];

type Features = BTreeSet<String>;

/// The features of each `NAME vVERSION`, as cargo chooses them for a build. What runs while others compile may have other
/// features than what they are linked with.
fn features(of: &[&str]) -> BTreeMap<String, BTreeSet<Features>> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["tree", "--offline", "--locked", "--prefix", "none", "--format", "{p}|{f}"]);
    let tree = cargo.args(of).output().unwrap();
    assert!(tree.status.success(), "cargo tree: {}", String::from_utf8_lossy(&tree.stderr));
    let mut packages = BTreeMap::<_, BTreeSet<_>>::new();
    for line in String::from_utf8(tree.stdout).unwrap().lines() {
        let Some((package, features)) = line.trim_end_matches(" (*)").split_once('|') else { continue };
        let features = features.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned).collect();
        packages.entry(package.replace(" (proc-macro)", "")).or_default().insert(features);
    }
    packages
}

fn name(package: &str) -> &str {
    package.split(' ').next().unwrap_or_default()
}

/// What a build of the workspace may give a package that has these features in the host's own.
fn expected(package: &str, alone: &BTreeSet<Features>) -> BTreeSet<Features> {
    let more = MAY_DIFFER.iter().find(|(may, ..)| *may == name(package)).map_or(&[][..], |(_, more, _)| more);
    let with_more =
        |features: &Features| features.iter().cloned().chain(more.iter().map(|&one| one.to_owned())).collect();
    alone.iter().map(with_more).collect()
}

#[test]
fn the_host_has_the_same_features_alone_and_in_the_workspace() {
    let alone = features(&["--package", "tollgate", "--edges", "normal,build"]);
    let workspace = features(&["--workspace", "--edges", "normal,build,dev"]);
    assert!(alone.keys().any(|package| name(package) == "wasmtime"), "cargo tree names no wasmtime: {alone:?}");
    let mut complaints = Vec::new();
    for (package, features) in &alone {
        let (expected, found) = (expected(package, features), workspace.get(package));
        if found != Some(&expected) {
            complaints.push(format!(
                "Cargo.toml: expected {expected:?} for {package} in a build of the workspace (the host's own, and what MAY_DIFFER \
                 of tests/tidy/features.rs adds), found {found:?}"
            ));
        }
    }
    let gone = MAY_DIFFER.iter().filter(|(may, ..)| !alone.keys().any(|package| name(package) == *may));
    complaints
        .extend(gone.map(|(may, ..)| format!("tests/tidy/features.rs: the host has no {may}: take it off the list")));
    expect_none(complaints);
}
