//! A component's import, exported by another name.
//!
//! The head, the types and the import, is that of a component which calls the import, as `wit-component` writes it. In the
//! place of that component's code stands an instance of the import's own items.

#![allow(clippy::indexing_slicing, reason = "an id is of the types that it is looked up in: the validator made both")]

use wasm_encoder::{
    Alias, Component, ComponentAliasSection, ComponentExportKind, ComponentExportSection, ComponentInstanceSection,
    RawSection,
};
use wasmparser::component_types::ComponentEntityType;
use wasmparser::{ComponentTypeRef, Parser, Payload, Validator, WasmFeatures};

/// The head of a component, and then its import exported by another name; its function has another name too.
pub(super) fn instead_of_code(
    caller: &[u8],
    import: &str,
    export: &str,
    names: (&str, &str),
) -> wasmparser::Result<Vec<u8>> {
    let mut component = Component::new();
    let mut validator = Validator::new_with_features(WasmFeatures::all());
    let (mut instances, mut instance) = (0, 0);
    for payload in Parser::new(0).parse_all(caller) {
        let payload = payload?;
        if let Payload::ModuleSection { .. } = payload {
            break;
        }
        validator.payload(&payload)?;
        if let Payload::ComponentImportSection(imports) = &payload {
            for one in imports.clone() {
                let one = one?;
                if one.name.name == import {
                    instance = instances;
                }
                instances += u32::from(matches!(one.ty, ComponentTypeRef::Instance(_)));
            }
        }
        if let Some((id, range)) = payload.as_section() {
            component.section(&RawSection { id, data: caller.get(range).unwrap_or_default() });
        }
    }
    let items = items(&validator, instance);
    append(&mut component, &items, instance, (instances, export), names);
    Ok(component.finish())
}

/// The items of an instance, with the index that each has once all of them are aliased.
fn items(validator: &Validator, instance: u32) -> Vec<(String, ComponentExportKind, u32)> {
    let Some(types) = validator.types(0) else { return Vec::new() };
    let (mut next_type, mut next_function) = (types.component_type_count(), types.component_function_count());
    let mut items = Vec::new();
    for (name, item) in &types[types.component_instance_at(instance)].exports {
        let (kind, next) = match item.ty {
            ComponentEntityType::Func(_) => (ComponentExportKind::Func, &mut next_function),
            _ => (ComponentExportKind::Type, &mut next_type),
        };
        items.push((name.clone(), kind, *next));
        *next += 1;
    }
    items
}

fn append(
    component: &mut Component,
    items: &[(String, ComponentExportKind, u32)],
    instance: u32,
    (made, export): (u32, &str),
    (from, to): (&str, &str),
) {
    let mut aliases = ComponentAliasSection::new();
    for (name, kind, _) in items {
        aliases.alias(Alias::InstanceExport { instance, kind: *kind, name });
    }
    let mut instances = ComponentInstanceSection::new();
    instances
        .export_items(items.iter().map(|(name, kind, index)| (if name == from { to } else { name }, *kind, *index)));
    let mut exports = ComponentExportSection::new();
    exports.export(export, ComponentExportKind::Instance, made, None);
    component.section(&aliases).section(&instances).section(&exports);
}
