//! Everything that the WIT has is linked, for each role: the functions are linked by hand, and nothing else compares the two. The
//! same holds for the WIT of every release (`tests/compatibility/`), on a host of this version and on one of the next.

use std::path::{Path, PathBuf};

use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine};
use wit_parser::Resolve;

use crate::next::{State, next};
use crate::{Role, linker_p2, linker_p3};

#[path = "../../compose/tests/guests/made.rs"]
#[allow(dead_code, clippy::indexing_slicing, reason = "shared with the tests of compose, which use the rest of it")]
mod made;

pub(crate) fn engine() -> Engine {
    Engine::new(Config::new().concurrency_support(true)).unwrap()
}

/// A component that imports every function of a role's world, in the WIT of a folder.
fn importing_all(engine: &Engine, wit: &Path, role: &str) -> Component {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit).unwrap();
    let world = resolve.select_world(&[package], Some(&format!("{role}-worker"))).unwrap();
    Component::new(engine, made::of_world(&resolve, world)).unwrap()
}

/// The WIT of this version.
fn of_today(wasi: &str) -> PathBuf {
    root().join("wit").join(wasi)
}

/// The WIT of each release, as it was.
fn of_releases(wasi: &str) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("tests/compatibility")).unwrap();
    let releases = folder.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    releases.map(|release| release.join("wit").join(wasi)).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

const WORLDS: [(&str, Role); 3] =
    [("user", Role::Customer), ("outbound", Role::Operator), ("dispatch", Role::Operator)];

fn linker(engine: &Engine, wasi: &str, role: Role) -> Linker<State> {
    let linker = if wasi == "0.2" { linker_p2(engine, role) } else { linker_p3(engine, role) };
    linker.unwrap()
}

#[test]
fn every_function_of_the_wit_is_linked() {
    let engine = engine();
    for wasi in ["0.2", "0.3"] {
        for (world, role) in WORLDS {
            let component = importing_all(&engine, &of_today(wasi), world);
            let linked = linker(&engine, wasi, role).instantiate_pre(&component);
            assert!(linked.is_ok(), "{world} {wasi}: {:#}", linked.err().unwrap());
        }
    }
}

#[test]
fn every_function_of_every_released_wit_is_linked_here_and_in_the_next_version() {
    let engine = engine();
    for wasi in ["0.2", "0.3"] {
        let releases = of_releases(wasi);
        assert!(!releases.is_empty());
        for (wit, (world, role)) in releases.iter().flat_map(|wit| WORLDS.map(|world| (wit, world))) {
            let component = importing_all(&engine, wit, world);
            for (host, linker) in [("this", linker(&engine, wasi, role)), ("the next", next(&engine, wasi, role))] {
                let linked = linker.instantiate_pre(&component);
                assert!(linked.is_ok(), "{world} of {} in {host} version: {:#}", wit.display(), linked.err().unwrap());
            }
        }
    }
}

#[test]
fn a_customers_worker_gets_no_operators_interface() {
    let engine = engine();
    for wasi in ["0.2", "0.3"] {
        for world in ["outbound", "dispatch"] {
            let component = importing_all(&engine, &of_today(wasi), world);
            let error = linker(&engine, wasi, Role::Customer).instantiate_pre(&component).err().unwrap();
            assert!(format!("{error:#}").contains("matching implementation was not found"), "{error:#}");
        }
    }
}
