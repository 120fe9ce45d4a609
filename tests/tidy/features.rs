//! The host is the same whichever way it is built: `cargo build -p tollgate` and a build of the workspace give each package
//! beneath it the same features. Features of wasmtime decide which code runs customers' workers, and what is compiled for
//! one set of them may be refused by another.

use std::collections::BTreeSet;
use std::process::Command;

use tollgate_tests::root;

use crate::expect_none;

/// Packages that may differ, with what the workspace adds and the reason that it changes nothing for the host.
const MAY_DIFFER: [(&str, &str); 3] = [
    ("libc", "extra_traits: `Debug` and `Eq` for C's types, which the tests' terminal (portable-pty) asks for"),
    ("num-traits", "proptest asks for `std` and `autocfg`'s checks: functions that the host does not call"),
    ("regex-syntax", "proptest asks for Unicode's tables: the host's own patterns have none"),
];

/// Packages with their features, as cargo chooses them for a build: `NAME vVERSION|FEATURES`.
fn features(of: &[&str]) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["tree", "--offline", "--locked", "--prefix", "none", "--format", "{p}|{f}"]);
    let tree = cargo.args(of).output().unwrap();
    assert!(tree.status.success(), "cargo tree: {}", String::from_utf8_lossy(&tree.stderr));
    let text = String::from_utf8(tree.stdout).unwrap();
    text.lines().map(|line| line.trim_end_matches(" (*)").replace(" (proc-macro)", "")).collect()
}

fn name(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

#[test]
fn the_host_has_the_same_features_alone_and_in_the_workspace() {
    let alone = features(&["--package", "tollgate", "--edges", "normal,build"]);
    let workspace = features(&["--workspace", "--edges", "normal,build,dev"]);
    assert!(alone.iter().any(|line| name(line) == "wasmtime"), "cargo tree names no wasmtime: {alone:?}");
    let differ: Vec<_> = alone.difference(&workspace).collect();
    let others = |line: &str| workspace.iter().filter(|other| name(other) == name(line)).cloned().collect::<Vec<_>>();
    let unknown = differ.iter().filter(|line| !MAY_DIFFER.iter().any(|(may, _)| *may == name(line)));
    let complaint = |line: &&&String| {
        format!(
            "Cargo.toml: expected the features of a build of the workspace, {:?}, found `{line}` in the host's own",
            others(line)
        )
    };
    let mut complaints: Vec<_> = unknown.map(|line| complaint(&line)).collect();
    let same = MAY_DIFFER.iter().filter(|(may, _)| !differ.iter().any(|line| name(line) == *may));
    complaints.extend(
        same.map(|(may, _)| format!("tests/tidy/features.rs: {may} does not differ any more: take it off the list")),
    );
    expect_none(complaints);
}
