//! The type of a parameter: a WIT type, and which JSON values have it.

pub mod form;
mod parse;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::form::{case_of, find, flags_of, record_admits};
use super::ParameterError;

/// The type of a parameter: a WIT type that a JSON value can be checked against. WIT writes records, enums, variants and
/// flags as declarations with names; here they stand where they are used: `record { id: u64, plan: enum { free, paid } }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ParameterType {
    /// Any JSON value.
    Json,
    /// `bool`.
    Bool,
    /// `string`.
    String,
    /// `char`: a string of one Unicode scalar value.
    Char,
    /// `u8` to `u64`, with the number of bits.
    Unsigned(u8),
    /// `s8` to `s64`, with the number of bits.
    Signed(u8),
    /// `f32` or `f64`, with the number of bits.
    Float(u8),
    /// `list<…>`: an array.
    List(Box<ParameterType>),
    /// `option<…>`: the value, or null, or nothing given at all.
    Option(Box<ParameterType>),
    /// `tuple<…>`: an array of as many values.
    Tuple(Vec<ParameterType>),
    /// `record { … }`: an object. A field that is an option may be absent; no other field may be there.
    Record(Vec<(String, ParameterType)>),
    /// `enum { … }`: a string, one of the names.
    Enum(Vec<String>),
    /// `variant { … }`: a string for a case alone, an object of one key for a case with a value.
    Variant(Vec<(String, Option<ParameterType>)>),
    /// `flags { … }`: an array of names, each once.
    Flags(Vec<String>),
}

impl ParameterType {
    /// Whether a JSON value has this type. Integers must fit whole: 1.0 is not a `u32`.
    pub fn admits(&self, value: &Value) -> bool {
        match self {
            Self::Json => true,
            Self::Bool => value.is_boolean(),
            Self::String => value.is_string(),
            Self::Char => value.as_str().is_some_and(|text| text.chars().count() == 1),
            Self::Unsigned(bits) => value.as_u64().is_some_and(|n| n <= u64::MAX >> (64 - u32::from(*bits))),
            Self::Signed(bits) => value.as_i64().is_some_and(|n| {
                let shift = 64 - u32::from(*bits);
                (i64::MIN >> shift..=i64::MAX >> shift).contains(&n)
            }),
            Self::Float(32) => value.as_f64().is_some_and(|n| n.abs() <= f64::from(f32::MAX)),
            Self::Float(_) => value.is_number(),
            Self::List(item) => value.as_array().is_some_and(|items| items.iter().all(|value| item.admits(value))),
            Self::Option(some) => value.is_null() || some.admits(value),
            Self::Tuple(types) => value.as_array().is_some_and(|items| {
                items.len() == types.len() && types.iter().zip(items).all(|(kind, value)| kind.admits(value))
            }),
            Self::Record(fields) => value.as_object().is_some_and(|object| record_admits(fields, object)),
            Self::Enum(names) => value.as_str().is_some_and(|text| find(names, text).is_some()),
            Self::Variant(cases) => case_of(cases, value).is_some(),
            Self::Flags(names) => value.as_array().is_some_and(|items| flags_of(names, items).is_some()),
        }
    }

    /// Whether nothing need be given.
    pub fn optional(&self) -> bool {
        matches!(self, Self::Option(_))
    }
}

impl fmt::Display for ParameterType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json => f.write_str("json"),
            Self::Bool => f.write_str("bool"),
            Self::String => f.write_str("string"),
            Self::Char => f.write_str("char"),
            Self::Unsigned(bits) => write!(f, "u{bits}"),
            Self::Signed(bits) => write!(f, "s{bits}"),
            Self::Float(bits) => write!(f, "f{bits}"),
            Self::List(item) => write!(f, "list<{item}>"),
            Self::Option(some) => write!(f, "option<{some}>"),
            Self::Tuple(types) => write!(f, "tuple<{}>", joined(types.iter().map(ToString::to_string))),
            Self::Record(fields) => {
                let field = |(name, kind): &(String, ParameterType)| format!("{name}: {kind}");
                write!(f, "record {{ {} }}", joined(fields.iter().map(field)))
            }
            Self::Enum(names) => write!(f, "enum {{ {} }}", names.join(", ")),
            Self::Variant(cases) => {
                let case = |(name, payload): &(String, Option<ParameterType>)| match payload {
                    None => name.clone(),
                    Some(kind) => format!("{name}({kind})"),
                };
                write!(f, "variant {{ {} }}", joined(cases.iter().map(case)))
            }
            Self::Flags(names) => write!(f, "flags {{ {} }}", names.join(", ")),
        }
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

impl TryFrom<String> for ParameterType {
    type Error = ParameterError;

    fn try_from(text: String) -> Result<Self, ParameterError> {
        text.parse()
    }
}

impl From<ParameterType> for String {
    fn from(kind: ParameterType) -> Self {
        kind.to_string()
    }
}

#[cfg(test)]
mod tests;
