//! Typed parameters: an operator's worker may import an interface of its own, named `parameters`, with a function for each
//! parameter. What it reads is found in the component's type, and linked with functions made for that type.
//!
//! ```wit
//! interface parameters {
//!     customer-name: func() -> string;
//!     quota: func() -> option<u32>;
//! }
//! ```
//!
//! Types may come from other interfaces of the worker's own that hold nothing but types. Resources, streams, futures and
//! results are no values that a dispatch could attach.

mod value;

use std::borrow::Cow;

use tollgate_types::{Declaration, ParameterType};
use wasmtime::component::types::{ComponentFunc, ComponentInstance, ComponentItem, Type};
use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Engine, Result, StoreContextMut};

use crate::PlatformView;

/// What a component reads of its dispatch by name and type.
#[derive(Debug, Clone, Default)]
pub struct TypedParameters {
    /// Its interface `parameters`; none where it has none.
    interface: Option<String>,
    /// Interfaces with the types for it.
    types: Vec<String>,
    /// A declaration for each function.
    pub reads: Vec<Declaration>,
}

/// Why a component's typed parameters cannot be linked.
#[derive(Debug, thiserror::Error)]
pub enum TypedError {
    /// Two interfaces of that name.
    #[error("it imports two interfaces named `parameters`, {0:?} and {1:?}: expected one")]
    Two(String, String),
    /// Something other than a function without arguments that gives a value.
    #[error("{interface}: {item:?} is {found}: expected a function without arguments that gives a parameter's value")]
    Shape {
        /// The interface.
        interface: String,
        /// What is wrong in it.
        item: String,
        /// What it is.
        found: &'static str,
    },
}

impl TypedParameters {
    /// Reads them from a component's type.
    pub fn of(engine: &Engine, component: &Component) -> Result<Self, TypedError> {
        let mut found = Self::default();
        for (name, import) in component.component_type().imports(engine) {
            let ComponentItem::ComponentInstance(instance) = import.ty else { continue };
            if name.starts_with("wasi:") || name.starts_with("tollgate:") {
                continue;
            }
            if local_name(name) == "parameters" {
                if let Some(other) = &found.interface {
                    return Err(TypedError::Two(other.clone(), name.to_owned()));
                }
                found.interface = Some(name.to_owned());
                found.reads = functions(engine, name, &instance)?;
            } else if instance.exports(engine).all(|(_, item)| matches!(item.ty, ComponentItem::Type(_))) {
                found.types.push(name.to_owned());
            }
        }
        Ok(found)
    }

    /// The linker, or one that has a function for each parameter too.
    pub fn linked<'a, T: PlatformView + 'static>(&self, linker: &'a Linker<T>) -> Result<Cow<'a, Linker<T>>> {
        if self.interface.is_none() && self.types.is_empty() {
            return Ok(Cow::Borrowed(linker));
        }
        let mut linker = linker.clone();
        self.link(&mut linker)?;
        Ok(Cow::Owned(linker))
    }

    /// Links a function for each parameter.
    fn link<T: PlatformView + 'static>(&self, linker: &mut Linker<T>) -> Result<()> {
        for types in &self.types {
            linker.instance(types)?;
        }
        let Some(interface) = &self.interface else { return Ok(()) };
        let mut instance = linker.instance(interface)?;
        for read in self.reads.clone() {
            let name = read.name.as_str().to_owned();
            instance.func_new(&name, move |mut store: StoreContextMut<'_, T>, _, _, results: &mut [Val]| {
                let value = value::of(&read, store.data_mut().platform().parameters)?;
                results.first_mut().into_iter().for_each(|result| result.clone_from(&value));
                Ok(())
            })?;
        }
        Ok(())
    }
}

/// `parameters` of `example:outbound/parameters@0.1.0`.
fn local_name(import: &str) -> &str {
    let unversioned = import.split('@').next().unwrap_or_default();
    unversioned.rsplit('/').next().unwrap_or_default()
}

fn functions(engine: &Engine, interface: &str, instance: &ComponentInstance) -> Result<Vec<Declaration>, TypedError> {
    let mut reads = Vec::new();
    for (item, export) in instance.exports(engine) {
        let wrong = |found| TypedError::Shape { interface: interface.to_owned(), item: item.to_owned(), found };
        match export.ty {
            ComponentItem::Type(_) => {}
            ComponentItem::ComponentFunc(func) => {
                let name =
                    item.parse().map_err(|_invalid| wrong("a function with a name that no parameter can have"))?;
                reads.push(Declaration { name, kind: result(&func).map_err(wrong)? });
            }
            ComponentItem::Resource(_) => return Err(wrong("a resource")),
            _ => return Err(wrong("neither a type nor a function")),
        }
    }
    Ok(reads)
}

fn result(func: &ComponentFunc) -> Result<ParameterType, &'static str> {
    if func.params().len() > 0 {
        return Err("a function with arguments");
    }
    let mut results = func.results();
    let result = results.next().ok_or("a function that gives nothing")?;
    kind(&result).ok_or("a function of a type that no JSON value has")
}

/// The type, where JSON values can have it.
fn kind(of: &Type) -> Option<ParameterType> {
    Some(match of {
        Type::Bool => ParameterType::Bool,
        Type::S8 => ParameterType::Signed(8),
        Type::S16 => ParameterType::Signed(16),
        Type::S32 => ParameterType::Signed(32),
        Type::S64 => ParameterType::Signed(64),
        Type::U8 => ParameterType::Unsigned(8),
        Type::U16 => ParameterType::Unsigned(16),
        Type::U32 => ParameterType::Unsigned(32),
        Type::U64 => ParameterType::Unsigned(64),
        Type::Float32 => ParameterType::Float(32),
        Type::Float64 => ParameterType::Float(64),
        Type::Char => ParameterType::Char,
        Type::String => ParameterType::String,
        Type::List(list) => ParameterType::List(Box::new(kind(&list.ty())?)),
        Type::Option(option) => ParameterType::Option(Box::new(kind(&option.ty())?)),
        Type::Tuple(tuple) => ParameterType::Tuple(tuple.types().map(|one| kind(&one)).collect::<Option<_>>()?),
        Type::Record(record) => ParameterType::Record(
            record.fields().map(|field| Some((field.name.to_owned(), kind(&field.ty)?))).collect::<Option<_>>()?,
        ),
        Type::Enum(of) => ParameterType::Enum(of.names().map(str::to_owned).collect()),
        Type::Flags(flags) => ParameterType::Flags(flags.names().map(str::to_owned).collect()),
        Type::Variant(variant) => ParameterType::Variant(
            variant
                .cases()
                .map(|case| match &case.ty {
                    None => Some((case.name.to_owned(), None)),
                    Some(payload) => Some((case.name.to_owned(), Some(kind(payload)?))),
                })
                .collect::<Option<_>>()?,
        ),
        _ => return None,
    })
}
