//! What a component is: its world, the version of WASI that it is for, and which roles it can play. It is read, not compiled:
//! an answer takes milliseconds. A host has the last word when the component is deployed.

#![allow(clippy::indexing_slicing, reason = "an id is of the arena that it is looked up in: wit-parser made both")]

use std::collections::BTreeSet;

use include_dir::{Dir, DirEntry};
use tollgate_types::{Indescribable, describable, fits_platform, is_parameters, reads_of_world};
use wit_component::{DecodedWasm, OutputToString, WitPrinter, decode};
use wit_parser::{PackageId, Resolve, UnresolvedPackageGroup, WorldId, WorldItem};

use crate::wit::PLATFORM;
use crate::{Role, Wasi};
use wasmparser::component_types::ComponentEntityType;
use wasmparser::types::Types;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

#[cfg(test)]
mod tests;

/// A component, as far as it says what it is.
#[derive(Debug, Clone)]
pub struct Inspection {
    /// What it is for; none where it serves no requests.
    pub wasi: Option<Wasi>,
    /// Its world, as WIT.
    pub world: String,
    /// Every role, with what keeps the component from it: nothing where it can play it.
    pub roles: Vec<(Role, Vec<String>)>,
}

/// Why a component cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InspectError {
    /// The bytes are something else. The text says what.
    #[error("{0}")]
    Other(String),
    /// It is a component, and WIT cannot describe it.
    #[error(transparent)]
    Indescribable(#[from] Indescribable),
}

/// Reads a component.
///
/// # Errors
/// If the bytes are no component, or one that WIT cannot describe.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, InspectError> {
    let other = |found: &str| Err(InspectError::Other(found.to_owned()));
    match bytes {
        [0, b'a', b's', b'm', _, _, 0, 0, ..] => return other("a core module, expected a component"),
        [0, b'a', b's', b'm', ..] => {}
        _ => return other("it does not start as WebAssembly does"),
    }
    let invalid = |error: String| InspectError::Other(format!("no component: {error}"));
    let types = Validator::new_with_features(WasmFeatures::all()).validate_all(bytes);
    let types = types.map_err(|error| invalid(error.to_string()))?;
    // Before anything is decoded: the decoder panics on what WIT cannot describe.
    describable(&types, bytes)?;
    let decoded = decode(bytes).map_err(|error| invalid(format!("{error:#}")))?;
    let DecodedWasm::Component(resolve, world) = decoded else { return Err(Indescribable::Package.into()) };
    let exports = |name: &str| resolve.worlds[world].exports.values().any(|item| item_name(&resolve, item) == name);
    let wasi = match (exports("wasi:http/handler@0.3"), exports("wasi:http/incoming-handler@0.2")) {
        (true, _) => Some(Wasi::P3),
        (false, true) => Some(Wasi::P2),
        (false, false) => None,
    };
    let empty = empty_imports(&types, bytes);
    let roles = [Role::User, Role::Outbound, Role::Dispatch];
    let roles = roles.map(|role| (role, obstacles(&resolve, world, &empty, wasi, role))).into();
    Ok(Inspection { wasi, world: printed(&resolve, world).map_err(InspectError::Other)?, roles })
}

/// What keeps a component from a role.
fn obstacles(
    resolve: &Resolve,
    world: WorldId,
    empty: &BTreeSet<String>,
    wasi: Option<Wasi>,
    role: Role,
) -> Vec<String> {
    let Some(wasi) = wasi else {
        let handlers = "wasi:http/incoming-handler@0.2 (WASI 0.2) or wasi:http/handler@0.3 (WASI 0.3)";
        return vec![format!("it exports no {handlers}, and so serves no requests")];
    };
    let everybodys = everybodys(wasi);
    let mut dispatches = false;
    let mut found = Vec::new();
    let names: Vec<_> = resolve.worlds[world].imports.keys().map(|key| resolve.name_world_key(key)).collect();
    if let Err(mismatch) = fits_platform(names.iter().map(String::as_str)) {
        return vec![mismatch.to_string()];
    }
    let interfaces = resolve.worlds[world].imports.iter().filter_map(|(key, item)| match item {
        WorldItem::Interface { id, .. } => Some((resolve.name_world_key(key), *id)),
        WorldItem::Function(_) | WorldItem::Type { .. } => None,
    });
    if let (Role::Outbound | Role::Dispatch, Err(wrong)) = (role, reads_of_world(resolve, interfaces)) {
        found.push(wrong.to_string());
    }
    for (key, item) in &resolve.worlds[world].imports {
        let name = item_name(resolve, item);
        dispatches |= name.starts_with(DISPATCHER);
        if everybodys.contains(&name) || empty.contains(&resolve.name_world_key(key)) {
            continue;
        }
        let operators = matches!(item, WorldItem::Interface { .. }) && operators(&name);
        match (operators, role) {
            (true, Role::Outbound | Role::Dispatch) => {}
            (true, Role::User) => found.push(format!("it imports {name}, which only the operator's workers have")),
            (false, _) => found.push(format!("it imports {name}, which no host has")),
        }
    }
    if role == Role::Dispatch && !dispatches {
        found.push(format!("it does not import {DISPATCHER}, and so dispatches to nobody"));
    }
    found
}

const DISPATCHER: &str = "tollgate:platform/dispatcher";

/// Interfaces that customers' workers do not have.
const OPERATORS: [&str; 3] = [DISPATCHER, "tollgate:platform/parameters", "wasi:http/handler"];

/// Whether an interface is there for the operator's workers alone.
fn operators(name: &str) -> bool {
    let unversioned = name.split('@').next().unwrap_or_default();
    // The worker's own: typed parameters. What is wrong in them is said apart.
    OPERATORS.contains(&unversioned) || is_parameters(name)
}

/// The imports that ask for nothing that a host would have to have: types alone are in the component itself. An interface
/// that is exported too is one with it in the world's WIT, so the bytes are asked.
fn empty_imports(types: &Types, bytes: &[u8]) -> BTreeSet<String> {
    let is_empty = |import: &str| match types.as_ref().component_item_for_import(import).map(|item| item.ty) {
        Some(ComponentEntityType::Instance(id)) => {
            let instance = &types[id];
            let mut items = instance.exports.values();
            instance.defined_resources.is_empty()
                && items.all(|item| matches!(item.ty, ComponentEntityType::Type { .. }))
        }
        Some(ComponentEntityType::Type { .. }) => true,
        _ => false,
    };
    let mut found = BTreeSet::new();
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        if let Payload::ComponentImportSection(imports) = payload {
            let names = imports.into_iter().flatten().map(|import| import.name.name);
            found.extend(names.filter(|name| is_empty(name)).map(str::to_owned));
        }
    }
    found
}

/// The interfaces that every worker for a version of WASI may import: all of WASI, and what every world of the platform has.
/// One of 0.3 may have all of WASI 0.2 too, which the standard libraries beneath it still use.
fn everybodys(wasi: Wasi) -> BTreeSet<String> {
    let of = |version: Wasi| PLATFORM.get_dir(version.name()).map(interfaces).unwrap_or_default();
    let mut all = BTreeSet::from_iter(of(wasi));
    if wasi == Wasi::P3 {
        all.extend(of(Wasi::P2).into_iter().filter(|name| !name.starts_with("tollgate:")));
    }
    all.retain(|name| !OPERATORS.contains(&name.split('@').next().unwrap_or_default()));
    all
}

/// The interfaces of the WIT in a folder, as [`item_name`] names them.
fn interfaces(folder: &Dir<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for entry in folder.entries() {
        match entry {
            DirEntry::Dir(dir) => found.extend(interfaces(dir)),
            DirEntry::File(file) => {
                let text = file.contents_utf8().unwrap_or_default();
                let Ok(group) = UnresolvedPackageGroup::parse(file.path(), text) else { continue };
                let package = group.main;
                let names = package.interfaces.iter().filter_map(|(_, interface)| interface.name.clone());
                let version = package.name.version.as_ref().map(track).unwrap_or_default();
                let whole = |name| format!("{}:{}/{name}{version}", package.name.namespace, package.name.name);
                found.extend(names.map(whole));
            }
        }
    }
    found
}

/// `@0.2` of 0.2.12: versions of one track are one interface.
fn track(version: &semver::Version) -> String {
    match (version.major, version.minor) {
        (0, minor) => format!("@0.{minor}"),
        (major, _) => format!("@{major}"),
    }
}

/// An import or export, by its package, name and track.
fn item_name(resolve: &Resolve, item: &WorldItem) -> String {
    match item {
        WorldItem::Interface { id, .. } => {
            let interface = &resolve.interfaces[*id];
            let name = interface.name.as_deref().unwrap_or_default();
            let Some(package) = interface.package.map(|id| &resolve.packages[id].name) else { return name.to_owned() };
            let version = package.version.as_ref().map(track).unwrap_or_default();
            format!("{}:{}/{name}{version}", package.namespace, package.name)
        }
        WorldItem::Function(function) => function.name.clone(),
        WorldItem::Type { id, .. } => resolve.types[*id].name.clone().unwrap_or_default(),
    }
}

/// The world as WIT, with the packages that are the worker's own.
fn printed(resolve: &Resolve, world: WorldId) -> Result<String, String> {
    let Some(package) = resolve.worlds[world].package else { return Err("a world without a package".to_owned()) };
    let own = |(id, other): (PackageId, &wit_parser::Package)| {
        let theirs = other.name.namespace == "wasi" || other.name.namespace == "tollgate";
        (id != package && !theirs).then_some(id)
    };
    let nested: Vec<_> = resolve.packages.iter().filter_map(own).collect();
    let mut printer = WitPrinter::new(OutputToString::default());
    printer.print(resolve, package, &nested).map_err(|error| format!("{error:#}"))?;
    Ok(printer.output.to_string())
}
