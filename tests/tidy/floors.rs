//! Each crate depends only on floors below its own, as the table of ARCHITECTURE.md has them.

use std::collections::BTreeMap;

use toml::{Table, Value};

use crate::files::{File, file};
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

/// A manifest, or a part of one.
fn manifest(of: &File) -> Table {
    of.text().parse().unwrap()
}

/// The dependencies of a manifest, with their packages' names: those of all targets, of tests and of build scripts too.
fn dependencies(manifest: &Table, workspace: &Table) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (key, value) in manifest {
        let Some(table) = value.as_table() else { continue };
        if key.ends_with("dependencies") {
            found.extend(table.iter().map(|(name, how)| (name.clone(), named(name, how, workspace))));
        } else {
            found.extend(dependencies(table, workspace));
        }
    }
    found
}

/// The package that a dependency's name stands for. `package` may stand here or in the workspace's own table.
fn named(name: &str, how: &Value, workspace: &Table) -> String {
    let package = |how: &Value| how.get("package").and_then(Value::as_str).map(str::to_owned);
    package(how).or_else(|| package(workspace.get(name)?)).unwrap_or_else(|| name.to_owned())
}

/// The workspace's own table of dependencies.
fn of_workspace() -> Table {
    manifest(file("Cargo.toml"))["workspace"]["dependencies"].as_table().unwrap().clone()
}

/// The dependencies of a crate that are not below its floor.
fn not_below(name: &str, manifest: &Table, floors: &BTreeMap<String, u32>, workspace: &Table) -> Vec<(String, String)> {
    let allowed = |to: &str| BESIDE.iter().any(|(from, beside, _)| (*from, *beside) == (name, to));
    let below = |to: &str| floors.get(to).is_none_or(|floor| *floor < floors[name]);
    let mut found = dependencies(manifest, workspace);
    found.retain(|(_, package)| !below(package) && !allowed(package));
    found
}

#[test]
fn each_crate_depends_only_on_floors_below_its_own() {
    let (floors, workspace) = (floors(), of_workspace());
    let mut complaints = Vec::new();
    for file in files() {
        let name = match file.path.strip_prefix("host/").and_then(|path| path.strip_suffix("/Cargo.toml")) {
            Some(folder) => package(folder),
            None if file.path == "tests/library/Cargo.toml" => LIBRARY.0.to_owned(),
            None => continue,
        };
        let Some(own) = floors.get(&name) else {
            complaints.push(format!("{}:1: expected crate {name} in the table of ARCHITECTURE.md", file.path));
            continue;
        };
        for (dependency, package) in not_below(&name, &manifest(file), &floors, &workspace) {
            let (line, _) = file.lines().find(|(_, line)| line.starts_with(&dependency)).unwrap_or((1, ""));
            let at = format!("{}:{line}", file.path);
            let floor = floors[&package];
            complaints.push(format!("{at}: expected a crate below floor {own}, found {package} of floor {floor}"));
        }
    }
    expect_none(complaints);
}

#[test]
fn a_dependency_is_seen_in_every_table_and_by_its_packages_name() {
    let floors = BTreeMap::from([("low".to_owned(), 1), ("own".to_owned(), 2), ("high".to_owned(), 3)]);
    let text = "[dependencies]\nlow.workspace = true\n[build-dependencies]\na = { package = \"high\" }\n\
                [dev-dependencies]\nhigh = \"1\"\n[target.'cfg(unix)'.dependencies]\nb.workspace = true\n";
    let workspace = "b = { package = \"high\", path = \"b\" }".parse().unwrap();
    let mut found = not_below("own", &text.parse().unwrap(), &floors, &workspace);
    found.sort();
    assert_eq!(found, ["a", "b", "high"].map(|name| (name.to_owned(), "high".to_owned())));
}

#[test]
fn every_crate_of_the_table_is_there() {
    let packages: Vec<_> =
        files().iter().filter_map(|file| file.path.strip_prefix("host/")?.strip_suffix("/Cargo.toml")).collect();
    let there = |name: &String| name == LIBRARY.0 || packages.iter().any(|folder| package(folder) == *name);
    let gone = floors().into_keys().filter(|name| !there(name));
    expect_none(gone.map(|name| format!("ARCHITECTURE.md: expected a crate of host/, found {name}")).collect());
}
