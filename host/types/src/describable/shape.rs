//! Whether two types have the same shape: that of an interface which is imported and exported under one name.

use wasmparser::component_types::{ComponentAnyTypeId, ComponentDefinedType, ComponentValType};
use wasmparser::types::Types;

/// Whether both are resources, or both are values that are made of the same parts. Names in them are not compared.
pub(super) fn same(types: &Types, one: ComponentAnyTypeId, other: ComponentAnyTypeId) -> bool {
    match (one, other) {
        (ComponentAnyTypeId::Defined(one), ComponentAnyTypeId::Defined(other)) => {
            let types = types.as_ref();
            defined(types, &types[one], &types[other])
        }
        (ComponentAnyTypeId::Resource(_), ComponentAnyTypeId::Resource(_)) => true,
        _ => false,
    }
}

fn defined(types: wasmparser::types::TypesRef<'_>, one: &ComponentDefinedType, other: &ComponentDefinedType) -> bool {
    let (parts, others) = (parts(one), parts(other));
    let value = |(one, other): (&ComponentValType, &ComponentValType)| match (one, other) {
        (ComponentValType::Primitive(one), ComponentValType::Primitive(other)) => one == other,
        (ComponentValType::Type(one), ComponentValType::Type(other)) => {
            one == other || defined(types, &types[*one], &types[*other])
        }
        _ => false,
    };
    std::mem::discriminant(one) == std::mem::discriminant(other)
        && parts.len() == others.len()
        && parts.into_iter().zip(others).all(value)
}

/// The types that a type is made of.
fn parts(of: &ComponentDefinedType) -> Vec<&ComponentValType> {
    match of {
        ComponentDefinedType::Primitive(_)
        | ComponentDefinedType::Flags(_)
        | ComponentDefinedType::Enum(_)
        | ComponentDefinedType::Own(_)
        | ComponentDefinedType::Borrow(_) => Vec::new(),
        ComponentDefinedType::Record(record) => record.fields.values().collect(),
        ComponentDefinedType::Variant(variant) => variant.cases.values().filter_map(|case| case.ty.as_ref()).collect(),
        ComponentDefinedType::Tuple(tuple) => tuple.types.iter().collect(),
        ComponentDefinedType::List { element, .. } | ComponentDefinedType::FixedLengthList { element, .. } => {
            vec![element]
        }
        ComponentDefinedType::Map { key, value, .. } => vec![key, value],
        ComponentDefinedType::Option { ty, .. } => vec![ty],
        ComponentDefinedType::Result { ok, err, .. } => [ok, err].into_iter().flatten().collect(),
        ComponentDefinedType::Future { ty, .. } | ComponentDefinedType::Stream { ty, .. } => ty.iter().collect(),
    }
}
