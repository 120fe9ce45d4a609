//! No circles between the files of a crate: a file can be read after those that it uses.
//!
//! A file counts with the folder beside it, whose files may use it by `super`. What it uses is read off its paths that begin
//! with `crate::`; a name that the crate's root exports is the file's that the root takes it from.

use std::collections::{BTreeMap, BTreeSet};

use crate::{File, expect_none, files};

/// Circles of today, by crate. Each is a fault to be mended, and no other file may join it.
const TODAY: &[(&str, &[&str])] = &[
    ("host/build", &["component", "error", "kit", "language", "project", "wit"]),
    ("host/compose", &["answers", "bindings", "sockets"]),
    ("host/compose", &["code", "module"]),
    (
        "host/engine",
        &[
            "body",
            "cache",
            "call",
            "continuation",
            "guest",
            "instance",
            "loaded",
            "machine",
            "outcome",
            "progress",
            "proposals",
            "version",
        ],
    ),
    ("host/worlds", &["bindings", "dispatcher", "hand_over", "passing"]),
    ("tests/library", &["composition", "expect", "lab", "run", "trace", "worker"]),
];

type Graph = BTreeMap<String, BTreeSet<String>>;

/// A crate's folder, and files of it that use each other.
type Circle = (&'static str, BTreeSet<String>);

#[test]
fn files_of_a_crate_use_each_other_in_one_direction() {
    let sources = files().iter().filter(|file| file.is_host_source());
    let crates: BTreeSet<_> = sources.filter_map(folder).collect();
    let circles: Vec<Circle> =
        crates.into_iter().flat_map(|of| circles(&graph(of)).into_iter().map(move |circle| (of, circle))).collect();
    let new = circles.iter().filter(|(of, circle)| !TODAY.iter().any(|known| covers(known, of, circle)));
    let new = new.map(|(of, circle)| format!("{of}/src: expected no circle between files, found {circle:?}"));
    let gone = TODAY.iter().filter(|known| !circles.iter().any(|(of, circle)| covers(known, of, circle)));
    let gone = gone.map(|(of, _)| format!("tests/tidy/circles.rs: the circle of {of} is gone: take it off the list"));
    expect_none(new.chain(gone).collect());
}

fn covers((of, files): &(&str, &[&str]), folder: &str, circle: &BTreeSet<String>) -> bool {
    *of == folder && circle.iter().all(|name| files.contains(&name.as_str()))
}

/// The folder of the crate that a file is of.
fn folder(file: &File) -> Option<&str> {
    file.path.split_once("/src/").map(|(folder, _)| folder)
}

/// A file's name below `src`, with what is in the folder beside it.
fn module(file: &File) -> Option<&str> {
    let (_, below) = file.path.split_once("/src/")?;
    Some(below.split('/').next().unwrap_or(below).trim_end_matches(".rs"))
        .filter(|name| *name != "lib" && *name != "main")
}

/// Which files of a crate use which.
fn graph(crate_folder: &str) -> Graph {
    let inside: Vec<_> = files()
        .iter()
        .filter(|file| file.is_host_source() && !file.path.ends_with("/tests.rs") && folder(file) == Some(crate_folder))
        .collect();
    let names: BTreeSet<_> = inside.iter().filter_map(|file| module(file)).collect();
    let exports = inside.iter().filter(|file| module(file).is_none()).flat_map(|root| exports(root)).collect();
    let mut graph = Graph::new();
    for file in inside {
        let Some(own) = module(file) else { continue };
        let uses = paths(file).filter_map(|name| target(&name, &names, &exports)).filter(|used| used != own);
        graph.entry(own.to_owned()).or_default().extend(uses);
    }
    graph
}

fn target(name: &str, names: &BTreeSet<&str>, exports: &BTreeMap<String, String>) -> Option<String> {
    if names.contains(name) { Some(name.to_owned()) } else { exports.get(name).cloned() }
}

/// The names that a crate's root exports, with the files that they are from.
fn exports(root: &File) -> BTreeMap<String, String> {
    let mut exports = BTreeMap::new();
    for statement in code(root).split(';') {
        let Some((_, path)) = statement.split_once("use ").filter(|(before, _)| {
            before.trim_end().rsplit('\n').next().is_some_and(|line| line.trim_start().starts_with("pub"))
        }) else {
            continue;
        };
        let path: String = path.split_whitespace().collect();
        let Some((from, names)) = path.split_once("::") else { continue };
        for name in names.split(['{', '}', ',', ':']).filter(|name| !name.is_empty()) {
            exports.insert(name.to_owned(), from.to_owned());
        }
    }
    exports
}

/// What stands behind `crate::` in a file, one name each: of `crate::{a, b::C}`, `a` and `b`.
fn paths(file: &File) -> impl Iterator<Item = String> {
    let code = code(file);
    let used: Vec<_> = code.split("crate::").skip(1).flat_map(first_names).collect();
    used.into_iter()
}

fn first_names(path: &str) -> Vec<String> {
    let word = |text: &str| {
        text.trim()
            .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let Some(group) = path.strip_prefix('{') else { return vec![word(path)] };
    let (mut depth, mut names, mut start) = (0, Vec::new(), 0);
    for (place, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(word(&group[start..place]));
                return names;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(word(&group[start..place]));
                start = place + 1;
            }
            _ => {}
        }
    }
    names
}

fn code(file: &File) -> String {
    file.code().map(|(_, line)| format!("{line}\n")).collect()
}

/// Sets of files each of which uses, over others, every other one of its set.
fn circles(graph: &Graph) -> Vec<BTreeSet<String>> {
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for name in graph.keys() {
        let circle: BTreeSet<_> =
            reached(graph, name).into_iter().filter(|other| reached(graph, other).contains(name)).collect();
        if !circle.is_empty() && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// What a file uses, and what that uses.
fn reached(graph: &Graph, from: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut ahead = vec![from.to_owned()];
    while let Some(name) = ahead.pop() {
        for used in graph.get(&name).into_iter().flatten() {
            if reached.insert(used.clone()) {
                ahead.push(used.clone());
            }
        }
    }
    reached
}
