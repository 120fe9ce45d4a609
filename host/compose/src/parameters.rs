//! What the outbound worker reads by type, and the values that are given for it, checked as a dispatch checks them.

#![allow(clippy::indexing_slicing, reason = "an id is of the arena that it is looked up in: who decoded made both")]

use std::collections::BTreeMap;

use serde_json::Value;
use tollgate_types::{
    Declaration, Declarations, Found, FunctionError, ParameterType, Parameters, TypeShape, TypedError,
    UnknownParameters, declare_reads, is_parameters,
};
use wit_parser::{Function, FunctionKind, InterfaceId, Resolve, Type, TypeDefKind};

use crate::ComposeError;
use crate::worker::Worker;

/// Checked values, and the types by which they are read.
#[derive(Debug, Default)]
pub(crate) struct Given {
    pub(crate) values: Parameters,
    pub(crate) reads: Vec<Declaration>,
}

/// Checks the given values against what the worker reads. Nobody declares them but who gives them: each name is declared by
/// being given, with the worker's type where it reads it by type.
pub(crate) fn check(worker: &Worker<'_>, given: &BTreeMap<String, Value>) -> Result<Given, ComposeError> {
    let reads = reads(worker)?;
    let one = |name: &String| Ok(Declaration { name: name.parse()?, kind: ParameterType::Json });
    let declared = given.keys().map(one).collect::<Result<Vec<_>, ComposeError>>()?;
    let declared = Declarations::new(declared, UnknownParameters::Refuse)?;
    for read in &reads {
        agree(&declared, read)?;
    }
    let values = declared.typed_by(&reads).check(given)?;
    Ok(Given { values, reads })
}

fn agree(declared: &Declarations, read: &Declaration) -> Result<(), ComposeError> {
    let name = read.name.to_string();
    match declared.find(&name) {
        Found::None if !read.kind.optional() => {
            let given: Vec<_> = declared.iter().map(|own| own.name.as_str()).collect();
            let given = if given.is_empty() { "none".to_owned() } else { given.join(", ") };
            Err(ComposeError::Missing { name, kind: read.kind.to_string(), given })
        }
        _ => Ok(()),
    }
}

fn reads(worker: &Worker<'_>) -> Result<Vec<Declaration>, ComposeError> {
    let mut own = worker.imports().filter(|(import, _)| is_parameters(import));
    match (own.next(), own.next()) {
        (Some((one, _)), Some((other, _))) => Err(TypedError::Two(one, other).into()),
        (Some((import, Some(id))), None) => functions(&worker.resolve, &import, id),
        _ => Ok(Vec::new()),
    }
}

fn functions(resolve: &Resolve, import: &str, id: InterfaceId) -> Result<Vec<Declaration>, ComposeError> {
    let interface = &resolve.interfaces[id];
    if let Some((item, _)) = interface.types.iter().find(|(_, id)| resolve.types[**id].kind == TypeDefKind::Resource) {
        let (interface, item) = (import.to_owned(), item.clone());
        return Err(TypedError::Shape { interface, item, found: FunctionError::Resource }.into());
    }
    let functions = interface.functions.iter().map(|(name, function)| (name.clone(), function)).collect();
    Ok(declare_reads(import, functions, |function| result(resolve, function))?)
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
    kind(resolve, function.result.as_ref().ok_or(FunctionError::Nothing)?)
}

/// The type, where JSON values can have it.
pub(crate) fn kind(resolve: &Resolve, of: &Type) -> Result<ParameterType, FunctionError> {
    ParameterType::of_component(of, &|of| look(resolve, of))
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
