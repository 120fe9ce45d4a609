//! What the outbound worker reads by type, and the values that are given for it, checked as a dispatch checks them.

#![allow(clippy::indexing_slicing, reason = "an id is of the arena that it is looked up in: who decoded made both")]

use std::collections::BTreeMap;

use serde_json::Value;
use tollgate_types::{Declaration, Declarations, ParameterType, Parameters, UnknownParameters};
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
    let mut found = declared.iter().filter(|own| own.name.meets(&name)).map(|own| own.name.to_string());
    match (found.next(), found.next()) {
        (Some(one), Some(other)) => Err(ComposeError::Ambiguous { name, one, other }),
        (None, _) if !read.kind.optional() => {
            let given: Vec<_> = declared.iter().map(|own| own.name.as_str()).collect();
            let given = if given.is_empty() { "none".to_owned() } else { given.join(", ") };
            Err(ComposeError::Missing { name, kind: read.kind.to_string(), given })
        }
        _ => Ok(()),
    }
}

/// Whether an interface is the worker's own with typed parameters: its name, without a version.
pub(crate) fn is_own(name: &str) -> bool {
    !name.starts_with("wasi:") && !name.starts_with("tollgate:") && name.rsplit('/').next() == Some("parameters")
}

fn reads(worker: &Worker<'_>) -> Result<Vec<Declaration>, ComposeError> {
    let mut own = worker.imports().filter(|(import, _)| is_own(import.split('@').next().unwrap_or_default()));
    match (own.next(), own.next()) {
        (Some((one, _)), Some((other, _))) => Err(ComposeError::Two(one, other)),
        (Some((import, Some(id))), None) => functions(&worker.resolve, &import, id),
        _ => Ok(Vec::new()),
    }
}

fn functions(resolve: &Resolve, import: &str, id: InterfaceId) -> Result<Vec<Declaration>, ComposeError> {
    let one = |(item, function): (&String, &Function)| {
        let wrong = |found| ComposeError::Shape { import: import.to_owned(), item: item.clone(), found };
        let kind = result(resolve, function).map_err(wrong)?;
        let name = item.parse().map_err(|_invalid| wrong("a function with a name that no parameter can have"))?;
        Ok(Declaration { name, kind })
    };
    let interface = &resolve.interfaces[id];
    if let Some((item, _)) = interface.types.iter().find(|(_, id)| resolve.types[**id].kind == TypeDefKind::Resource) {
        return Err(ComposeError::Shape { import: import.to_owned(), item: item.clone(), found: "a resource" });
    }
    interface.functions.iter().map(one).collect()
}

fn result(resolve: &Resolve, function: &Function) -> Result<ParameterType, &'static str> {
    if function.kind != FunctionKind::Freestanding {
        return Err("a resource's, or waits");
    }
    if !function.params.is_empty() {
        return Err("a function with arguments");
    }
    let result = function.result.as_ref().ok_or("a function that gives nothing")?;
    kind(resolve, result).ok_or("a function of a type that no JSON value has")
}

/// The type, where JSON values can have it.
pub(crate) fn kind(resolve: &Resolve, of: &Type) -> Option<ParameterType> {
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
        Type::F32 => ParameterType::Float(32),
        Type::F64 => ParameterType::Float(64),
        Type::Char => ParameterType::Char,
        Type::String => ParameterType::String,
        Type::ErrorContext => return None,
        Type::Id(id) => return defined(resolve, &resolve.types[*id].kind),
    })
}

fn defined(resolve: &Resolve, of: &TypeDefKind) -> Option<ParameterType> {
    let kind = |of: &Type| kind(resolve, of);
    Some(match of {
        TypeDefKind::Type(of) => return kind(of),
        TypeDefKind::List(item) => ParameterType::List(Box::new(kind(item)?)),
        TypeDefKind::Option(some) => ParameterType::Option(Box::new(kind(some)?)),
        TypeDefKind::Tuple(tuple) => ParameterType::Tuple(tuple.types.iter().map(kind).collect::<Option<_>>()?),
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter().map(|field| Some((field.name.clone(), kind(&field.ty)?)));
            ParameterType::Record(fields.collect::<Option<_>>()?)
        }
        TypeDefKind::Enum(of) => ParameterType::Enum(of.cases.iter().map(|case| case.name.clone()).collect()),
        TypeDefKind::Flags(of) => ParameterType::Flags(of.flags.iter().map(|flag| flag.name.clone()).collect()),
        TypeDefKind::Variant(variant) => {
            let cases = variant.cases.iter().map(|case| match &case.ty {
                None => Some((case.name.clone(), None)),
                Some(payload) => Some((case.name.clone(), Some(kind(payload)?))),
            });
            ParameterType::Variant(cases.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}
