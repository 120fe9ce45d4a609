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

use tollgate_types::{Declaration, FunctionError, ParameterType, TypeShape, TypedError, declare_reads, is_parameters};
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

impl TypedParameters {
    /// Reads them from a component's type.
    pub fn of(engine: &Engine, component: &Component) -> Result<Self, TypedError> {
        let mut found = Self::default();
        for (name, import) in component.component_type().imports(engine) {
            let ComponentItem::ComponentInstance(instance) = import.ty else { continue };
            if name.starts_with("wasi:") || name.starts_with("tollgate:platform/") {
                continue;
            }
            if is_parameters(name) {
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
                if let Some(result) = results.first_mut() {
                    *result = value;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

fn functions(engine: &Engine, interface: &str, instance: &ComponentInstance) -> Result<Vec<Declaration>, TypedError> {
    let mut functions = Vec::new();
    for (item, export) in instance.exports(engine) {
        let wrong = |found| TypedError::Shape { interface: interface.to_owned(), item: item.to_owned(), found };
        match export.ty {
            ComponentItem::Type(_) => {}
            ComponentItem::ComponentFunc(func) => functions.push((item.to_owned(), func)),
            ComponentItem::Resource(_) => return Err(wrong(FunctionError::Resource)),
            _ => return Err(wrong(FunctionError::Item)),
        }
    }
    declare_reads(interface, functions, |func| result(&func))
}

fn result(func: &ComponentFunc) -> Result<ParameterType, FunctionError> {
    if func.async_() {
        return Err(FunctionError::Async);
    }
    if func.params().len() > 0 {
        return Err(FunctionError::Arguments);
    }
    let result = func.results().next().ok_or(FunctionError::Nothing)?;
    ParameterType::of_component(&result, &look)
}

/// What a type is made of.
fn look(of: &Type) -> TypeShape<Type> {
    TypeShape::Plain(match of {
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
        Type::Enum(of) => ParameterType::Enum(of.names().map(str::to_owned).collect()),
        Type::Flags(flags) => ParameterType::Flags(flags.names().map(str::to_owned).collect()),
        Type::List(list) => return TypeShape::List(list.ty()),
        Type::Option(option) => return TypeShape::Option(option.ty()),
        Type::Tuple(tuple) => return TypeShape::Tuple(tuple.types().collect()),
        Type::Record(record) => {
            return TypeShape::Record(record.fields().map(|field| (field.name.to_owned(), field.ty)).collect());
        }
        Type::Variant(variant) => {
            return TypeShape::Variant(variant.cases().map(|case| (case.name.to_owned(), case.ty)).collect());
        }
        Type::Result(_) => return TypeShape::Other("`result`"),
        Type::Map(_) => return TypeShape::Other("`map`"),
        Type::FixedLengthList(_) => return TypeShape::Other("`list` of a fixed length"),
        Type::Own(_) | Type::Borrow(_) => return TypeShape::Other("a resource"),
        Type::Future(_) => return TypeShape::Other("`future`"),
        Type::Stream(_) => return TypeShape::Other("`stream`"),
        Type::ErrorContext => return TypeShape::Other("`error-context`"),
    })
}
