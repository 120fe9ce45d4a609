//! Each crate depends only on floors below its own, as the table of ARCHITECTURE.md has them.

use std::collections::BTreeMap;

use crate::files::file;
use crate::{expect_none, files};

/// The composition tests' library is a crate of floor 3 outside `host/`.
const LIBRARY: (&str, u32) = ("tollgate-test", 3);

/// A crate that uses one of its own floor, with the reason.
const BESIDE: [(&str, &str, &str); 1] =
    [("tollgate-test", "tollgate-gateway", "a test sees an error as the client of a host does")];

/// The crates of the table, by their packages' names.
fn floors() -> BTreeMap<String, u32> {
    let mut floors = BTreeMap::from([(LIBRARY.0.to_owned(), LIBRARY.1)]);
    for (_, line) in file("ARCHITECTURE.md").lines() {
        let mut cells = line.split('|').skip(1).map(str::trim);
        let Some(Ok(floor)) = cells.next().map(str::parse) else { continue };
        for name in cells.next().unwrap_or_default().split('`').skip(1).step_by(2) {
            floors.insert(package(name), floor);
        }
    }
    floors
}

fn package(name: &str) -> String {
    if name == "tollgate" { name.to_owned() } else { format!("tollgate-{name}") }
}

#[test]
fn each_crate_depends_only_on_floors_below_its_own() {
    let floors = floors();
    let mut complaints = Vec::new();
    for manifest in files() {
        let name = match manifest.path.strip_prefix("host/").and_then(|path| path.strip_suffix("/Cargo.toml")) {
            Some(folder) => package(folder),
            None if manifest.path == "tests/library/Cargo.toml" => LIBRARY.0.to_owned(),
            None => continue,
        };
        let Some(own) = floors.get(&name) else {
            complaints.push(format!("{}:1: expected crate {name} in the table of ARCHITECTURE.md", manifest.path));
            continue;
        };
        let mut table = "";
        for (number, line) in manifest.lines() {
            table = if line.starts_with('[') { line } else { table };
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            let Some(floor) = floors.get(dependency).filter(|_| table == "[dependencies]") else { continue };
            let allowed = BESIDE.iter().any(|(from, to, _)| (*from, *to) == (&*name, dependency));
            if floor >= own && !allowed {
                let at = format!("{}:{number}", manifest.path);
                complaints
                    .push(format!("{at}: expected a crate below floor {own}, found {dependency} of floor {floor}"));
            }
        }
    }
    expect_none(complaints);
}

#[test]
fn every_crate_of_the_table_is_there() {
    let packages: Vec<_> =
        files().iter().filter_map(|file| file.path.strip_prefix("host/")?.strip_suffix("/Cargo.toml")).collect();
    let there = |name: &String| name == LIBRARY.0 || packages.iter().any(|folder| package(folder) == *name);
    let gone = floors().into_keys().filter(|name| !there(name));
    expect_none(gone.map(|name| format!("ARCHITECTURE.md: expected a crate of host/, found {name}")).collect());
}
