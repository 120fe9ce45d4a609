//! The name of a parameter.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ParameterError;

/// Longest name of a parameter, in bytes.
const NAME_BYTES: usize = 128;

/// The name of a parameter. Compared with `-` and `_` as one, shown as it was declared.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ParameterName(String);

impl ParameterName {
    /// The name as it was declared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this text, in either spelling, is the name.
    pub fn is(&self, text: &str) -> bool {
        same(&self.0, text)
    }

    /// Whether this is the name that WIT spells so. WIT knows no capitals: `customer-name` meets `customer_name` and
    /// `customerName`.
    pub fn meets(&self, wit: &str) -> bool {
        letters(&self.0).eq(letters(wit))
    }
}

/// Whether two texts are one name: `-` and `_` are one letter.
pub(super) fn same(one: &str, other: &str) -> bool {
    let same = |(a, b): (u8, u8)| a == b || (b"-_".contains(&a) && b"-_".contains(&b));
    one.len() == other.len() && one.bytes().zip(other.bytes()).all(same)
}

fn letters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|byte| !b"-_".contains(byte)).map(|byte| byte.to_ascii_lowercase())
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

impl PartialEq for ParameterName {
    fn eq(&self, other: &Self) -> bool {
        self.is(&other.0)
    }
}
