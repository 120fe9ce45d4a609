//! `test --watch`: again whenever something changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tollgate_test::Lab;

use super::components::Components;
use super::{Options, once, scenarios};
use crate::watch::{Look, Watched};

/// How often files are looked at.
const LOOK: Duration = Duration::from_millis(100);

pub(super) fn run(options: &Options, lab: &Lab, components: &Components) -> anyhow::Result<()> {
    loop {
        let before = look(options);
        components.forget();
        if let Err(error) = once(options, lab, components) {
            crate::report::print(&error);
        }
        anstream::println!("watching; Ctrl-C stops");
        loop {
            let since = Instant::now();
            let changed = look(options).iter().zip(&before).any(|(now, then)| now.differs(then).is_some());
            if changed || look(options).len() != before.len() {
                break;
            }
            // Large folders are looked at less often.
            std::thread::sleep(LOOK.max(since.elapsed() * 20));
        }
    }
}

/// Scenario files, and the workers that they name.
fn look(options: &Options) -> Vec<Look> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    let mut files: BTreeSet<PathBuf> = scenarios::files(&options.paths).unwrap_or_default().into_iter().collect();
    // What cannot be read now is told by the run, and is looked at by itself until it can.
    for scenario in scenarios::read(options).unwrap_or_default() {
        for part in scenario.parts() {
            let path = part.path().to_owned();
            if path.is_dir() {
                folders.insert(path)
            } else {
                files.insert(path)
            };
        }
    }
    let files: Vec<_> = files.into_iter().collect();
    let of_files = Look::of_files(&files);
    // A folder that cannot be looked at is one that does not change; its worker's build says what is wrong with it.
    let of = |folder| Look::at(&Watched { folder, built: None, files: Vec::new() }).unwrap_or_default();
    folders.into_iter().map(of).chain([of_files]).collect()
}
