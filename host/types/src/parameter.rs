//! Parameters: the values that a dispatch attaches for the outbound worker, and how a binding declares them.
//!
//! A declaration is a list of names (any JSON value fits) or a table of names with WIT types. `customer_name` and
//! `customer-name` are one name, since TOML and JavaScript write `_` where WIT writes `-`; the worker reads it either way.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longest name of a parameter, in bytes.
const NAME_BYTES: usize = 128;
/// Most parameters that a binding may declare.
const DECLARED: usize = 64;
/// Most bytes of one dispatch's parameters, as JSON text: they are copied for every dispatch.
const VALUES_BYTES: usize = 64 * 1024;

/// The name of a parameter. Compared with `-` and `_` as one, shown as it was declared.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ParameterName(String);

impl ParameterName {
    /// The name as it was declared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which names are compared.
    pub fn key(&self) -> String {
        self.0.replace('-', "_")
    }

    /// Whether this text, in either spelling, is the name.
    pub fn is(&self, text: &str) -> bool {
        let same = |(a, b): (u8, u8)| a == b || (b"-_".contains(&a) && b"-_".contains(&b));
        self.0.len() == text.len() && self.0.bytes().zip(text.bytes()).all(same)
    }
}

impl FromStr for ParameterName {
    type Err = ParameterError;

    fn from_str(text: &str) -> Result<Self, ParameterError> {
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
        let rest = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if starts && rest && text.len() <= NAME_BYTES {
            return Ok(Self(text.to_owned()));
        }
        Err(ParameterError::Name { name: text.chars().take(80).collect() })
    }
}

impl TryFrom<String> for ParameterName {
    type Error = ParameterError;

    fn try_from(text: String) -> Result<Self, ParameterError> {
        text.parse()
    }
}

impl From<ParameterName> for String {
    fn from(name: ParameterName) -> Self {
        name.0
    }
}

impl fmt::Display for ParameterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

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

    fn optional(&self) -> bool {
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

/// One declared parameter.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Declaration {
    /// Its name.
    pub name: ParameterName,
    /// Its type; `json` where the binding lists names alone.
    #[serde(rename = "type")]
    pub kind: ParameterType,
}

impl PartialEq for Declaration {
    fn eq(&self, other: &Self) -> bool {
        self.name.is(other.name.as_str()) && self.kind == other.kind
    }
}

/// What happens to a parameter that a dispatch gives and the binding does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownParameters {
    /// The dispatch fails, naming it.
    #[default]
    Refuse,
    /// It is dropped, as Cloudflare's prototype did.
    Ignore,
}

/// The parameters that a binding declares.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Declarations {
    declared: Vec<Declaration>,
    #[serde(default)]
    unknown: UnknownParameters,
}

impl Declarations {
    /// Declarations, refused if two have one name or there are too many.
    pub fn new(declared: Vec<Declaration>, unknown: UnknownParameters) -> Result<Self, ParameterError> {
        if declared.len() > DECLARED {
            return Err(ParameterError::TooMany { found: declared.len(), most: DECLARED });
        }
        for (place, one) in declared.iter().enumerate() {
            if declared.iter().skip(place + 1).any(|other| other.name.is(one.name.as_str())) {
                return Err(ParameterError::Twice { name: one.name.to_string() });
            }
        }
        Ok(Self { declared, unknown })
    }

    /// The declared parameters, in the order of the binding.
    pub fn iter(&self) -> impl Iterator<Item = &Declaration> {
        self.declared.iter()
    }

    /// What happens to a parameter that is not among them.
    pub fn unknown(&self) -> UnknownParameters {
        self.unknown
    }

    /// Checks what a dispatch gives against the declarations.
    ///
    /// Every declared parameter must be there (B07) unless its type is an option, and have its type (B16); nothing
    /// else may be there (B06).
    pub fn check(&self, given: &BTreeMap<String, Value>) -> Result<Parameters, ParameterError> {
        self.refuse_unknown(given)?;
        let mut values = Vec::with_capacity(self.declared.len());
        for Declaration { name, kind } in &self.declared {
            let mut found = given.iter().filter(|(text, _)| name.is(text)).map(|(_, value)| value);
            let value = match (found.next(), found.next()) {
                (Some(_), Some(_)) => return Err(ParameterError::Twice { name: name.to_string() }),
                (Some(value), None) => value.clone(),
                (None, _) if kind.optional() => Value::Null,
                (None, _) => return Err(ParameterError::Missing { name: name.to_string(), declared: self.names() }),
            };
            if !kind.admits(&value) {
                return Err(ParameterError::Mismatch {
                    name: name.to_string(),
                    kind: kind.to_string(),
                    value: excerpt(&value),
                });
            }
            values.push((name.clone(), value));
        }
        let found: usize = values.iter().map(|(_, value)| value.to_string().len()).sum();
        if found > VALUES_BYTES {
            return Err(ParameterError::TooLarge { found, most: VALUES_BYTES });
        }
        Ok(Parameters(values))
    }

    fn refuse_unknown(&self, given: &BTreeMap<String, Value>) -> Result<(), ParameterError> {
        if self.unknown == UnknownParameters::Ignore {
            return Ok(());
        }
        match given.keys().find(|text| !self.declared.iter().any(|one| one.name.is(text))) {
            Some(text) => {
                Err(ParameterError::Undeclared { name: text.chars().take(80).collect(), declared: self.names() })
            }
            None => Ok(()),
        }
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.declared.iter().map(|one| one.name.as_str()).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

fn excerpt(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= 80 { text } else { text.chars().take(80).chain(['…']).collect() }
}

/// The checked values of one dispatch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters(Vec<(ParameterName, Value)>);

impl PartialEq for ParameterName {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.0)
    }
}

impl Parameters {
    /// The value of a parameter, by either spelling of its name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(own, _)| own.is(name)).map(|(_, value)| value)
    }

    /// All of them, in the order of the binding.
    pub fn iter(&self) -> impl Iterator<Item = (&ParameterName, &Value)> {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

/// Why parameters were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A name that cannot be one.
    #[error("invalid parameter name {name:?}: expected a letter or `_`, then letters, digits, `-` or `_`")]
    Name {
        /// What was found.
        name: String,
    },
    /// A type that is not known.
    #[error(
        "unknown parameter type {text:?}: expected json, bool, string, char, u8…u64, s8…s64, f32, f64, list<…> or option<…>"
    )]
    Type {
        /// What was found.
        text: String,
    },
    /// One name twice.
    #[error("parameter {name:?} is there twice (`-` and `_` are one)")]
    Twice {
        /// The name.
        name: String,
    },
    /// More parameters than a binding may declare.
    #[error("{found} parameters declared: at most {most}")]
    TooMany {
        /// How many there were.
        found: usize,
        /// How many may be.
        most: usize,
    },
    /// Given, but not declared.
    #[error("parameter {name:?} is not declared by the binding; declared: {declared}")]
    Undeclared {
        /// The one given.
        name: String,
        /// Those declared.
        declared: String,
    },
    /// Declared, but not given.
    #[error("parameter {name:?} is declared by the binding and was not given; declared: {declared}")]
    Missing {
        /// The one missing.
        name: String,
        /// Those declared.
        declared: String,
    },
    /// Of another type than declared.
    #[error("parameter {name:?} is declared {kind} and cannot be {value}")]
    Mismatch {
        /// The parameter.
        name: String,
        /// Its declared type.
        kind: String,
        /// The value given.
        value: String,
    },
    /// Too many bytes.
    #[error("parameters of {found} bytes: at most {most}")]
    TooLarge {
        /// How large they were.
        found: usize,
        /// How large they may be.
        most: usize,
    },
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn declare(list: &[(&str, &str)]) -> Declarations {
        let one =
            |(name, kind): &(&str, &str)| Declaration { name: name.parse().unwrap(), kind: kind.parse().unwrap() };
        Declarations::new(list.iter().map(one).collect(), UnknownParameters::Refuse).unwrap()
    }

    fn given(value: Value) -> BTreeMap<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn both_spellings_are_one_name() {
        let values = declare(&[("customer_name", "json")]).check(&given(json!({ "customer-name": "a" }))).unwrap();
        assert_eq!(values.get("customer_name"), Some(&json!("a")));
        assert_eq!(values.get("customer-name"), Some(&json!("a")));
    }

    #[test]
    fn undeclared_missing_and_mistyped_are_named() {
        let declared = declare(&[("customer_name", "string"), ("quota", "u32")]);
        let refused = |value| declared.check(&given(value)).unwrap_err().to_string();
        let undeclared = refused(json!({ "customer_name": "a", "quota": 1, "plan": 1 }));
        assert_eq!(undeclared, "parameter \"plan\" is not declared by the binding; declared: customer_name, quota");
        let missing = refused(json!({ "customer_name": "a" }));
        assert_eq!(
            missing,
            "parameter \"quota\" is declared by the binding and was not given; declared: customer_name, quota"
        );
        let mistyped = refused(json!({ "customer_name": "a", "quota": -1 }));
        assert_eq!(mistyped, "parameter \"quota\" is declared u32 and cannot be -1");
    }

    #[test]
    fn integers_are_bounded_by_their_bits() {
        let admits = |kind: &str, value: Value| kind.parse::<ParameterType>().unwrap().admits(&value);
        assert!(admits("u8", json!(255)) && !admits("u8", json!(256)));
        assert!(admits("s8", json!(-128)) && !admits("s8", json!(-129)));
        assert!(admits("u64", json!(u64::MAX)) && admits("s64", json!(i64::MIN)));
        assert!(!admits("s64", json!(u64::MAX)) && !admits("u32", json!(1.0)));
    }

    #[test]
    fn an_option_may_be_absent_and_lists_are_checked_inside() {
        let declared = declare(&[("tags", "option<list<string>>")]);
        assert_eq!(declared.check(&given(json!({}))).unwrap().get("tags"), Some(&Value::Null));
        assert!(declared.check(&given(json!({ "tags": ["a"] }))).is_ok());
        assert!(declared.check(&given(json!({ "tags": [1] }))).is_err());
    }

    #[test]
    fn unknown_parameters_may_be_ignored() {
        let declared = Declarations::new(vec![], UnknownParameters::Ignore).unwrap();
        assert_eq!(declared.check(&given(json!({ "x": 1 }))).unwrap(), Parameters::default());
    }

    #[test]
    fn one_name_twice_is_refused() {
        let one = |name: &str| Declaration { name: name.parse().unwrap(), kind: ParameterType::Json };
        let twice = Declarations::new(vec![one("a_b"), one("a-b")], UnknownParameters::Refuse);
        assert!(matches!(twice, Err(ParameterError::Twice { .. })));
    }
}
