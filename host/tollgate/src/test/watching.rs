//! `test --watch`: again whenever something changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tollgate_test::Lab;
use tollgate_test::scenario::Scenario;

use super::components::Components;
use super::{Options, once, scenarios};
use crate::out::{self, say};
use crate::watch::{Look, Watched, Written};
use crate::wrangler::Wrangler;

/// How often files are looked at.
const LOOK: Duration = Duration::from_millis(100);

pub(super) fn run(options: &Options, lab: &Lab, components: &Components) -> anyhow::Result<()> {
    let mut written: Vec<Written> = Vec::new();
    loop {
        let (before, lost) = look(options);
        components.forget();
        options.output.begin()?;
        if let Err(error) = once(options, lab, components) {
            crate::report::print(&error);
        }
        lost.iter().for_each(crate::report::print);
        let (after, _) = look(options);
        // Where other workers are named by now, each is looked at anew.
        let same = after.len() == before.len();
        written.resize_with(before.len(), Written::default);
        let settle = |((then, now), written): ((_, _), &mut Written)| written.settle(then, now);
        let before: Vec<_> =
            if same { before.into_iter().zip(after).zip(&mut written).map(settle).collect() } else { before };
        say!("watching; Ctrl-C stops");
        if out::is_closed() {
            return Ok(());
        }
        loop {
            let since = Instant::now();
            let (now, _) = look(options);
            if now.len() != before.len() || now.iter().zip(&before).any(|(now, then)| now.differs(then).is_some()) {
                break;
            }
            // Large folders are looked at less often.
            std::thread::sleep(LOOK.max(since.elapsed() * 20));
        }
    }
}

/// Scenario files and the workers that they name, with what cannot be looked at.
fn look(options: &Options) -> (Vec<Look>, Vec<anyhow::Error>) {
    let mut files: BTreeSet<PathBuf> = scenarios::files(&options.paths).found.into_iter().collect();
    let cassettes: Vec<_> = files.iter().map(|file| Scenario::cassette(file)).collect();
    files.extend(cassettes);
    // What cannot be read now is told by the run, and is looked at by itself until it can.
    let scenarios = scenarios::read(options).map(|read| read.scenarios).unwrap_or_default();
    let parts = scenarios.iter().flat_map(|scenario| scenario.parts()).map(|part| part.path().to_owned());
    let workers: BTreeSet<PathBuf> = parts.chain(options.outbound.iter().map(PathBuf::from)).collect();
    let (folders, components): (Vec<_>, Vec<_>) = workers.into_iter().partition(|path| path.is_dir());
    files.extend(components);
    let mut lost = Vec::new();
    let of = |folder: PathBuf| project(&folder).and_then(|watched| Look::at(&watched));
    let mut looks: Vec<_> =
        folders.into_iter().map(|folder| of(folder).map_err(|error| lost.push(error)).unwrap_or_default()).collect();
    looks.push(Look::of_files(&files.into_iter().collect::<Vec<_>>()));
    (looks, lost)
}

/// What a project's build reads; while its configuration cannot be read, all of it.
fn project(folder: &Path) -> anyhow::Result<Watched> {
    // As in what the walk over it gives, and in what its configuration says.
    let folder = std::path::absolute(folder)?;
    let config = folder.join("wrangler.toml");
    Ok(match Wrangler::read(&config) {
        Ok(wrangler) => Watched::project(&config, &folder, &wrangler),
        Err(_told_by_the_run) => Watched::all(folder),
    })
}
