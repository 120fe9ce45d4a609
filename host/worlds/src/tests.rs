//! Everything that the WIT has is linked, for each role: the functions are linked by hand, and nothing else compares the two.

use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine};
use wit_parser::Resolve;

use crate::next::State;
use crate::{Role, linker_p2, linker_p3};

#[path = "../../compose/tests/guests/made.rs"]
#[allow(dead_code, clippy::indexing_slicing, reason = "shared with the tests of compose, which use the rest of it")]
mod made;

pub(crate) fn engine() -> Engine {
    Engine::new(Config::new().concurrency_support(true)).unwrap()
}

/// A component that imports every function of a role's world.
fn importing_all(engine: &Engine, wasi: &str, role: &str) -> Component {
    let mut resolve = Resolve::default();
    let wit = format!("{}/../../wit/{wasi}", env!("CARGO_MANIFEST_DIR"));
    let (package, _) = resolve.push_dir(wit).unwrap();
    let world = resolve.select_world(&[package], Some(&format!("{role}-worker"))).unwrap();
    Component::new(engine, made::of_world(&resolve, world)).unwrap()
}

fn linker(engine: &Engine, wasi: &str, role: Role) -> Linker<State> {
    let linker = if wasi == "0.2" { linker_p2(engine, role) } else { linker_p3(engine, role) };
    linker.unwrap()
}

#[test]
fn every_function_of_the_wit_is_linked() {
    let engine = engine();
    for wasi in ["0.2", "0.3"] {
        for (world, role) in [("user", Role::Customer), ("outbound", Role::Operator), ("dispatch", Role::Operator)] {
            let component = importing_all(&engine, wasi, world);
            let linked = linker(&engine, wasi, role).instantiate_pre(&component);
            assert!(linked.is_ok(), "{world} {wasi}: {:#}", linked.err().unwrap());
        }
    }
}

#[test]
fn a_customers_worker_gets_no_operators_interface() {
    let engine = engine();
    for wasi in ["0.2", "0.3"] {
        for world in ["outbound", "dispatch"] {
            let component = importing_all(&engine, wasi, world);
            let error = linker(&engine, wasi, Role::Customer).instantiate_pre(&component).err().unwrap();
            assert!(format!("{error:#}").contains("matching implementation was not found"), "{error:#}");
        }
    }
}
