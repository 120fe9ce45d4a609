//! Typed parameters, read from a component's world where nothing of the component is compiled: for who looks at one, and for
//! who composes two. A host reads them from the component's type (`worlds/src/typed.rs`); what is wrong with them is said in
//! the same words.

#![allow(clippy::indexing_slicing, reason = "an id is of the arena that it is looked up in: who decoded made both")]

use wit_parser::{Function, FunctionKind, InterfaceId, Resolve, Type, TypeDefKind};

use super::{Declaration, FunctionError, ParameterType, TypeShape, TypedError, declare_reads, is_parameters};

/// The parameters that a component reads by type, by the names of the interfaces that its world imports.
pub fn reads_of_world(
    resolve: &Resolve,
    imports: impl Iterator<Item = (String, InterfaceId)>,
) -> Result<Vec<Declaration>, TypedError> {
    let mut own = imports.filter(|(name, _)| is_parameters(name));
    match (own.next(), own.next()) {
        (Some((one, _)), Some((other, _))) => Err(TypedError::Two(one, other)),
        (Some((name, id)), None) => functions(resolve, &name, id),
        (None, _) => Ok(Vec::new()),
    }
}

/// The type of a world, where JSON values can have it.
pub fn type_of_world(resolve: &Resolve, of: &Type) -> Result<ParameterType, FunctionError> {
    ParameterType::of_component(of, &|of| look(resolve, of))
}

fn functions(resolve: &Resolve, import: &str, id: InterfaceId) -> Result<Vec<Declaration>, TypedError> {
    let interface = &resolve.interfaces[id];
    if let Some((item, _)) = interface.types.iter().find(|(_, id)| resolve.types[**id].kind == TypeDefKind::Resource) {
        let (interface, item) = (import.to_owned(), item.clone());
        return Err(TypedError::Shape { interface, item, found: FunctionError::Resource });
    }
    let functions = interface.functions.iter().map(|(name, function)| (name.clone(), function)).collect();
    declare_reads(import, functions, |function| result(resolve, function))
}

fn result(resolve: &Resolve, function: &Function) -> Result<ParameterType, FunctionError> {
    match function.kind {
        FunctionKind::Freestanding => {}
        FunctionKind::AsyncFreestanding => return Err(FunctionError::Async),
        _ => return Err(FunctionError::Resource),
    }
    if !function.params.is_empty() {
        return Err(FunctionError::Arguments);
    }
    type_of_world(resolve, function.result.as_ref().ok_or(FunctionError::Nothing)?)
}

/// What a type is made of.
fn look(resolve: &Resolve, of: &Type) -> TypeShape<Type> {
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
        Type::F32 => ParameterType::Float(32),
        Type::F64 => ParameterType::Float(64),
        Type::Char => ParameterType::Char,
        Type::String => ParameterType::String,
        Type::ErrorContext => return TypeShape::Other("`error-context`"),
        Type::Id(id) => return defined(resolve, &resolve.types[*id].kind),
    })
}

fn defined(resolve: &Resolve, of: &TypeDefKind) -> TypeShape<Type> {
    match of {
        TypeDefKind::Type(of) => look(resolve, of),
        TypeDefKind::List(item) => TypeShape::List(*item),
        TypeDefKind::Option(some) => TypeShape::Option(*some),
        TypeDefKind::Tuple(tuple) => TypeShape::Tuple(tuple.types.clone()),
        TypeDefKind::Record(record) => {
            TypeShape::Record(record.fields.iter().map(|field| (field.name.clone(), field.ty)).collect())
        }
        TypeDefKind::Variant(variant) => {
            TypeShape::Variant(variant.cases.iter().map(|case| (case.name.clone(), case.ty)).collect())
        }
        TypeDefKind::Enum(of) => {
            TypeShape::Plain(ParameterType::Enum(of.cases.iter().map(|case| case.name.clone()).collect()))
        }
        TypeDefKind::Flags(of) => {
            TypeShape::Plain(ParameterType::Flags(of.flags.iter().map(|flag| flag.name.clone()).collect()))
        }
        TypeDefKind::Result(_) => TypeShape::Other("`result`"),
        TypeDefKind::Map(..) => TypeShape::Other("`map`"),
        TypeDefKind::FixedLengthList(..) => TypeShape::Other("`list` of a fixed length"),
        TypeDefKind::Future(_) => TypeShape::Other("`future`"),
        TypeDefKind::Stream(_) => TypeShape::Other("`stream`"),
        TypeDefKind::Resource | TypeDefKind::Handle(_) | TypeDefKind::Unknown => TypeShape::Other("a resource"),
    }
}
