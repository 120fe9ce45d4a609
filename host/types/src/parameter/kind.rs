//! The type of a parameter: a WIT type, and which JSON values have it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ParameterError;

/// The type of a parameter: a WIT type that a JSON value can be checked against.
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
            Self::Float(_) => value.is_number(),
            Self::List(item) => value.as_array().is_some_and(|items| items.iter().all(|value| item.admits(value))),
            Self::Option(some) => value.is_null() || some.admits(value),
        }
    }

    /// Whether nothing need be given.
    pub(super) fn optional(&self) -> bool {
        matches!(self, Self::Option(_))
    }
}

impl FromStr for ParameterType {
    type Err = ParameterError;

    fn from_str(text: &str) -> Result<Self, ParameterError> {
        let text = text.trim();
        let inner = |head: &str| text.strip_prefix(head)?.trim().strip_prefix('<')?.strip_suffix('>');
        if let Some(item) = inner("list") {
            return Ok(Self::List(Box::new(item.parse()?)));
        }
        if let Some(some) = inner("option") {
            return Ok(Self::Option(Box::new(some.parse()?)));
        }
        Ok(match text {
            "json" => Self::Json,
            "bool" => Self::Bool,
            "string" => Self::String,
            "char" => Self::Char,
            "u8" => Self::Unsigned(8),
            "u16" => Self::Unsigned(16),
            "u32" => Self::Unsigned(32),
            "u64" => Self::Unsigned(64),
            "s8" => Self::Signed(8),
            "s16" => Self::Signed(16),
            "s32" => Self::Signed(32),
            "s64" => Self::Signed(64),
            "f32" => Self::Float(32),
            "f64" => Self::Float(64),
            _ => return Err(ParameterError::Type { text: text.chars().take(80).collect() }),
        })
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
        }
    }
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
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn integers_are_bounded_by_their_bits() {
        let admits = |kind: &str, value: Value| kind.parse::<ParameterType>().unwrap().admits(&value);
        assert!(admits("u8", json!(255)) && !admits("u8", json!(256)));
        assert!(admits("s8", json!(-128)) && !admits("s8", json!(-129)));
        assert!(admits("u64", json!(u64::MAX)) && admits("s64", json!(i64::MIN)));
        assert!(!admits("s64", json!(u64::MAX)) && !admits("u32", json!(1.0)));
    }
}
