//! Whether WIT can describe what a component imports and exports. A component can be valid without that: its names, types and
//! packages follow wider rules than WIT's. `wit-parser` panics on many such components, or overflows its stack, so whatever
//! decodes a component asks here first. Nothing is decoded here; the rules are those that `wit-parser` takes for granted.

#![allow(clippy::indexing_slicing, reason = "an id is of the types that it is looked up in: the validator made both")]

use std::collections::BTreeMap;

use wasmparser::component_types::{ComponentAnyTypeId, ComponentEntityType, ComponentItem};
use wasmparser::names::{ComponentName, ComponentNameKind};
use wasmparser::types::Types;
use wasmparser::{Parser, Payload};

use crate::excerpt;
use packages::Packages;

mod packages;
mod shape;
#[cfg(test)]
mod tests;

/// Why WIT cannot describe a component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Indescribable {
    /// It holds types alone.
    #[error("a WIT package, expected a component")]
    Package,
    /// A name that is not a plain name or `namespace:package/interface`.
    #[error("{0:?} is not supported: a name is a plain name or `namespace:package/interface@version`")]
    Name(String),
    /// A function that has an interface's name.
    #[error("{0:?} is not supported: it has the name of an interface and is a function")]
    FunctionName(String),
    /// An import or export that is neither an interface, a function nor a type that WIT has.
    #[error("{name:?} is not supported: it is {found}")]
    Kind {
        /// Its name.
        name: String,
        /// What it is.
        found: &'static str,
    },
    /// A method or constructor whose resource is not defined beside it.
    #[error("{0:?} is not supported: its resource is defined elsewhere")]
    Method(String),
    /// A type that is there twice: an interface that is imported and exported again as it is, or with another shape.
    #[error("{0:?} is not supported: the type is imported and exported again under this name")]
    Again(String),
    /// An interface with a type of something that is in no package.
    #[error("{0:?} is not supported: it uses a type that is in no package")]
    Unpackaged(String),
    /// Packages that use one another's types.
    #[error("{0:?} is not supported: its package and another one use types of each other")]
    Cycle(String),
}

/// Whether WIT can describe a component that was validated with these types.
///
/// # Errors
/// The first import or export that WIT cannot describe.
pub fn describable(types: &Types, component: &[u8]) -> Result<(), Indescribable> {
    let externs = externs(types, component);
    let is_types = |(_, item, import): &(&str, &ComponentItem, bool)| !import && is_component_type(item);
    if !externs.is_empty() && externs.iter().all(is_types) {
        return Err(Indescribable::Package);
    }
    let mut reader = Reader { types, owners: BTreeMap::new(), scopes: BTreeMap::new(), packages: Packages::default() };
    externs.into_iter().try_for_each(|(name, item, import)| reader.world_item(name, item, import))?;
    reader.packages.acyclic().map_err(Indescribable::Cycle)
}

fn is_component_type(item: &ComponentItem) -> bool {
    matches!(item.ty, ComponentEntityType::Type { created: ComponentAnyTypeId::Component(_), .. })
}

/// What the component itself imports and exports, in order: name, type, and whether it is an import.
fn externs<'a>(types: &'a Types, component: &'a [u8]) -> Vec<(&'a str, &'a ComponentItem, bool)> {
    let (mut found, mut depth) = (Vec::new(), 0_usize);
    for payload in Parser::new(0).parse_all(component).map_while(Result::ok) {
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                let names = section.into_iter().flatten().map(|import| import.name.name);
                found.extend(names.filter_map(|name| Some((name, types.component_item_for_import(name)?, true))));
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                let names = section.into_iter().flatten().map(|export| export.name.name);
                found.extend(names.filter_map(|name| Some((name, types.component_item_for_export(name)?, false))));
            }
            _ => {}
        }
    }
    found
}

/// Where types and functions are: the world, an interface of a package, or one without a name of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    World,
    Interface(String),
    Plain { name: String, import: bool },
}

/// The types of a scope, by name, and which of them are its own resources.
#[derive(Default)]
struct Named {
    types: BTreeMap<String, ComponentAnyTypeId>,
    resources: Vec<String>,
}

struct Reader<'a> {
    types: &'a Types,
    /// Where each type was named first.
    owners: BTreeMap<ComponentAnyTypeId, Scope>,
    scopes: BTreeMap<Scope, Named>,
    packages: Packages,
}

impl Reader<'_> {
    fn world_item(&mut self, name: &str, item: &ComponentItem, import: bool) -> Result<(), Indescribable> {
        match item.ty {
            ComponentEntityType::Instance(_) => {
                let scope = scope(name, item, import)?;
                self.instance(&scope, item)
            }
            ComponentEntityType::Func(_) => self.function(&Scope::World, name),
            ComponentEntityType::Type { .. } if import => self.type_of(&Scope::World, name, item),
            _ => Err(kind(name, item)),
        }
    }

    fn instance(&mut self, scope: &Scope, item: &ComponentItem) -> Result<(), Indescribable> {
        let types = self.types;
        let ComponentEntityType::Instance(id) = item.ty else { return Ok(()) };
        if let Scope::Interface(name) = scope {
            self.packages.add(name);
        }
        types.as_ref()[id].exports.iter().try_for_each(|(name, item)| match item.ty {
            ComponentEntityType::Type { .. } => self.type_of(scope, name, item),
            ComponentEntityType::Func(_) => self.function(scope, name),
            _ => Err(kind(name, item)),
        })
    }

    fn function(&mut self, scope: &Scope, name: &str) -> Result<(), Indescribable> {
        let parsed = parsed(name)?;
        let resource = match parsed.kind() {
            ComponentNameKind::Label(_) => return Ok(()),
            ComponentNameKind::Constructor(resource) => resource.as_str().to_owned(),
            ComponentNameKind::Method(name) | ComponentNameKind::Static(name) => name.resource().as_str().to_owned(),
            _ => return Err(Indescribable::FunctionName(excerpt(name))),
        };
        match self.scopes.get(scope).is_some_and(|named| named.resources.contains(&resource)) {
            true => Ok(()),
            false => Err(Indescribable::Method(excerpt(name))),
        }
    }

    fn type_of(&mut self, scope: &Scope, name: &str, item: &ComponentItem) -> Result<(), Indescribable> {
        let ComponentEntityType::Type { referenced, created } = item.ty else { return Ok(()) };
        if !matches!(referenced, ComponentAnyTypeId::Defined(_) | ComponentAnyTypeId::Resource(_)) {
            return Err(kind(name, item));
        }
        let owner = self.owner(referenced);
        let named = self.scopes.entry(scope.clone()).or_default();
        match named.types.get(name) {
            Some(before) if !shape::same(self.types, *before, referenced) => {
                return Err(Indescribable::Again(excerpt(name)));
            }
            Some(_) => {}
            None => {
                named.types.insert(name.to_owned(), referenced);
                let own = owner.is_none() && matches!(referenced, ComponentAnyTypeId::Resource(_));
                named.resources.extend(own.then(|| name.to_owned()));
                self.packages.uses(scope, owner.as_ref())?;
            }
        }
        match self.owners.insert(created, scope.clone()) {
            None => Ok(()),
            Some(_) => Err(Indescribable::Again(excerpt(name))),
        }
    }

    /// Where a type, or what it is an alias of, was named.
    fn owner(&self, of: ComponentAnyTypeId) -> Option<Scope> {
        let chain = std::iter::successors(Some(of), |id| self.types.peel_alias(*id));
        chain.into_iter().find_map(|id| self.owners.get(&id)).cloned()
    }
}

/// Where what is in an instance belongs.
fn scope(name: &str, item: &ComponentItem, import: bool) -> Result<Scope, Indescribable> {
    let named = item.implements.as_deref().unwrap_or(name);
    match (parsed(named)?.kind(), &item.implements) {
        (ComponentNameKind::Interface(_), _) => Ok(Scope::Interface(named.to_owned())),
        (ComponentNameKind::Label(_), None) => Ok(Scope::Plain { name: name.to_owned(), import }),
        _ => Err(Indescribable::Name(excerpt(named))),
    }
}

fn parsed(name: &str) -> Result<ComponentName, Indescribable> {
    ComponentName::new(name, 0).map_err(|_invalid| Indescribable::Name(excerpt(name)))
}

fn kind(name: &str, item: &ComponentItem) -> Indescribable {
    let found = match item.ty {
        ComponentEntityType::Value(_) => "a value",
        ComponentEntityType::Module(_) => "a core module",
        ComponentEntityType::Component(_) => "a component",
        ComponentEntityType::Instance(_) => "an instance in an instance",
        ComponentEntityType::Func(_) => "a function",
        ComponentEntityType::Type { .. } => {
            "a type that belongs in an interface, or that is of no value and no resource"
        }
    };
    Indescribable::Kind { name: excerpt(name), found }
}
