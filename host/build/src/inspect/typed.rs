//! Typed parameters, read from a component's world as a host reads them from its type: what is wrong with them is said in the
//! same words (`tollgate_types::TypedError`).

use tollgate_types::{Declaration, FunctionError, ParameterType, TypeShape, TypedError, declare_reads, is_parameters};
use wit_parser::{Function, FunctionKind, InterfaceId, Resolve, Type, TypeDefKind, WorldId, WorldItem};

/// The parameters that a component reads by type.
pub(super) fn reads(resolve: &Resolve, world: WorldId) -> Result<Vec<Declaration>, TypedError> {
    let import = |(key, item): (&_, &WorldItem)| match item {
        WorldItem::Interface { id, .. } => Some((resolve.name_world_key(key), *id)),
        _ => None,
    };
    let imports = resolve.worlds[world].imports.iter().filter_map(import);
    let mut own = imports.filter(|(name, _)| is_parameters(name));
    match (own.next(), own.next()) {
        (Some((one, _)), Some((other, _))) => Err(TypedError::Two(one, other)),
        (Some((name, id)), None) => functions(resolve, &name, id),
        (None, _) => Ok(Vec::new()),
    }
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
    let result = function.result.as_ref().ok_or(FunctionError::Nothing)?;
    ParameterType::of_component(result, &|of| look(resolve, of))
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
