//! A worker that was read: its world, and which of its imports ask for nothing.

#![allow(clippy::indexing_slicing, reason = "an id is of the arena that it is looked up in: who decoded made both")]

use std::collections::BTreeSet;

use tollgate_types::{Indescribable, describable};
use wasmparser::component_types::ComponentEntityType;
use wasmparser::types::Types;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};
use wit_component::{DecodedWasm, decode};
use wit_parser::{InterfaceId, Resolve, TypeDefKind, WorldId, WorldItem};

use crate::{ComposeError, Part};

/// A component of WASI 0.3 that serves requests.
pub(crate) struct Worker<'a> {
    pub(crate) part: Part,
    pub(crate) bytes: &'a [u8],
    pub(crate) resolve: Resolve,
    pub(crate) world: WorldId,
    /// Imports with types alone. In `resolve`, an interface that is exported too has the export's functions.
    pub(crate) empty: BTreeSet<String>,
    /// The name of the handler that it exports.
    pub(crate) handler: String,
}

impl<'a> Worker<'a> {
    pub(crate) fn read(part: Part, bytes: &'a [u8]) -> Result<Self, ComposeError> {
        match bytes {
            [0, b'a', b's', b'm', _, _, 0, 0, ..] => return Err(ComposeError::Other { part, found: "a core module" }),
            [0, b'a', b's', b'm', ..] => {}
            _ => return Err(ComposeError::Other { part, found: "no WebAssembly" }),
        }
        let invalid = |reason| ComposeError::Invalid { part, reason };
        let types = Validator::new_with_features(WasmFeatures::all()).validate_all(bytes);
        let types = types.map_err(|error| invalid(error.to_string()))?;
        // Before anything is decoded: the decoder panics on what WIT cannot describe.
        match describable(&types, bytes) {
            Ok(()) => {}
            Err(Indescribable::Package) => return Err(ComposeError::Other { part, found: "a WIT package" }),
            Err(reason) => return Err(ComposeError::Indescribable { part, reason }),
        }
        let mut empty = empty_imports(&types, bytes);
        let DecodedWasm::Component(resolve, world) = decode(bytes).map_err(|error| invalid(format!("{error:#}")))?
        else {
            return Err(ComposeError::Other { part, found: "a WIT package" });
        };
        for (key, item) in &resolve.worlds[world].imports {
            if matches!(item, WorldItem::Interface { id, .. } if has_resources(&resolve, *id)) {
                empty.remove(&resolve.name_world_key(key));
            }
        }
        let exports = |track: &str| {
            let mut names = resolve.worlds[world].exports.keys().map(|key| resolve.name_world_key(key));
            names.find(|name| is_of(name, track))
        };
        let handler = match (exports(HANDLER), exports("wasi:http/incoming-handler@0.2")) {
            (Some(handler), _) => handler,
            (None, Some(_)) => return Err(ComposeError::Wasi2 { part }),
            (None, None) => return Err(ComposeError::NoHandler { part }),
        };
        Ok(Self { part, bytes, resolve, world, empty, handler })
    }

    /// The interfaces that it imports, by name; none for what is no interface.
    pub(crate) fn imports(&self) -> impl Iterator<Item = (String, Option<InterfaceId>)> {
        self.resolve.worlds[self.world].imports.iter().map(|(key, item)| {
            let id = match item {
                WorldItem::Interface { id, .. } => Some(*id),
                WorldItem::Function(_) | WorldItem::Type { .. } => None,
            };
            (self.resolve.name_world_key(key), id)
        })
    }
}

/// The way in, on the track that is composed.
pub(crate) const HANDLER: &str = "wasi:http/handler@0.3";

/// The way out.
pub(crate) const CLIENT: &str = "wasi:http/client@0.3";

/// Whether a name with a version is on this track: `a:b/c@0.3.1` is of `a:b/c@0.3`.
pub(crate) fn is_of(name: &str, track: &str) -> bool {
    name.strip_prefix(track).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether a component is one by all the rules.
pub(crate) fn validate(bytes: &[u8]) -> Result<(), ComposeError> {
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    validator.validate_all(bytes).map_err(ComposeError::link("validate the composed component"))?;
    Ok(())
}

fn has_resources(resolve: &Resolve, interface: InterfaceId) -> bool {
    resolve.interfaces[interface].types.values().any(|id| resolve.types[*id].kind == TypeDefKind::Resource)
}

/// The imports of types alone.
fn empty_imports(types: &Types, bytes: &[u8]) -> BTreeSet<String> {
    let is_type = |item: &ComponentEntityType| matches!(item, ComponentEntityType::Type { .. });
    let is_empty = |import: &str| match types.as_ref().component_item_for_import(import).map(|item| item.ty) {
        Some(ComponentEntityType::Instance(id)) => types[id].exports.values().all(|item| is_type(&item.ty)),
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
