//! The type of a parameter: a WIT type, and which JSON values have it.

mod bounds;
pub mod form;
mod misfit;
mod parse;
mod shape;
mod size;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use misfit::Misfit;
pub use shape::TypeShape;

use super::ParameterError;
use super::name::same_words;

/// The type of a parameter: a WIT type that a JSON value can be checked against. WIT writes records, enums, variants and
/// flags as declarations with names; here they stand where they are used: `record { id: u64, plan: enum { free, paid } }`.
///
/// `FromStr` reads what somebody declares, within bounds (`bounds.rs`); serde reads what was declared before, without.
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
    /// Whether nothing need be given.
    pub fn optional(&self) -> bool {
        matches!(self, Self::Option(_))
    }

    /// Whether the same JSON values have both types: JSON says by names, and so an order of names is no difference.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::List(one), Self::List(other)) | (Self::Option(one), Self::Option(other)) => one.same(other),
            (Self::Tuple(ones), Self::Tuple(others)) => {
                ones.len() == others.len() && ones.iter().zip(others).all(|(one, other)| one.same(other))
            }
            (Self::Record(ones), Self::Record(others)) => all_in(ones, others, Self::same),
            (Self::Variant(ones), Self::Variant(others)) => all_in(ones, others, |one, other| match (one, other) {
                (Some(one), Some(other)) => one.same(other),
                (one, other) => one.is_none() && other.is_none(),
            }),
            (Self::Enum(ones), Self::Enum(others)) | (Self::Flags(ones), Self::Flags(others)) => {
                ones.len() == others.len() && ones.iter().all(|one| others.iter().any(|other| same_words(one, other)))
            }
            (one, other) => one == other,
        }
    }
}

fn all_in<T>(ones: &[(String, T)], others: &[(String, T)], same: impl Fn(&T, &T) -> bool) -> bool {
    let there = |(name, one): &(String, T)| {
        others.iter().any(|(other_name, other)| same_words(name, other_name) && same(one, other))
    };
    ones.len() == others.len() && ones.iter().all(there)
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
        parse::kept(&text)
    }
}

impl From<ParameterType> for String {
    fn from(kind: ParameterType) -> Self {
        kind.to_string()
    }
}

#[cfg(test)]
mod tests;
