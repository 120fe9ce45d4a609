//! The name of a parameter, and when two texts are one name.
//!
//! TOML and Python write `customer_name`, JavaScript writes `customerName`, and WIT writes `customer-name`: all are the words
//! "customer" and "name", and so one name. A name that is meant may be spelt even more freely (`customername`): it is then
//! found by its letters, where no closer one is there. No two names that are declared beside each other may have the same
//! letters: WIT, where `-` tells no names apart, could not say both. (What was declared before that was a rule is kept, and
//! so two such names may still be met.)

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ParameterError;
use crate::excerpt;

/// Longest name of a parameter, in bytes.
const NAME_BYTES: usize = 128;

/// The name of a parameter: shown as it was declared, and compared by its words.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ParameterName(String);

impl ParameterName {
    /// The name as it was declared.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether WIT takes both for one name.
    pub(super) fn is_one_with(&self, other: &Self) -> bool {
        same_letters(&self.0, &other.0)
    }

    /// Whether a variable of this name would be hidden by the parameter. Variables are told apart by their case, so `REGION`
    /// stays beside `region`.
    pub fn hides(&self, variable: &str) -> bool {
        same(&self.0, variable)
    }
}

/// What is found under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<T> {
    /// Nothing.
    None,
    /// This.
    One(T),
    /// Either of two: the name is neither of them, and is as close to the one as to the other.
    Either(T, T),
}

impl<T> Found<T> {
    /// What is found, where it is one.
    pub fn one(self) -> Option<T> {
        match self {
            Self::One(found) => Some(found),
            Self::None | Self::Either(..) => None,
        }
    }
}

/// What a name means among others: the one that is spelt like it, else the one of the same words, else the one of the same
/// letters.
pub fn among<'n, T>(name: &str, all: impl Iterator<Item = (&'n str, T)> + Clone) -> Found<T> {
    let closeness: [fn(&str, &str) -> bool; 4] = [|one, other| one == other, same, same_words, same_letters];
    for close in closeness {
        let mut close = all.clone().filter(|(other, _)| close(other, name)).map(|(_, what)| what);
        match (close.next(), close.next()) {
            (Some(one), None) => return Found::One(one),
            (Some(one), Some(other)) => return Found::Either(one, other),
            (None, _) => {}
        }
    }
    Found::None
}

/// Whether two texts are one name but for `-` and `_`.
fn same(one: &str, other: &str) -> bool {
    let same = |(a, b): (u8, u8)| a == b || (b"-_".contains(&a) && b"-_".contains(&b));
    one.len() == other.len() && one.bytes().zip(other.bytes()).all(same)
}

/// Whether two texts are the same words.
pub(super) fn same_words(one: &str, other: &str) -> bool {
    same(one, other) || same_letters(one, other) && words(&spelt(one)) == words(&spelt(other))
}

/// The words of a name that WIT spells, for comparison: `tier-1` and `tier1` are one name to WIT.
fn words(spelt: &str) -> String {
    let mut words = String::new();
    for letter in spelt.chars() {
        if letter.is_ascii_digit() && words.ends_with('-') {
            words.pop();
        }
        words.push(letter);
    }
    words
}

/// Whether two texts are one name to WIT, which looks at neither case nor `-` (the component model's "strongly unique").
pub(super) fn same_letters(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(text: &str) -> impl Iterator<Item = u8> {
    // The letter that WIT puts before a digit, where a name begins with one.
    let first = text.trim_start_matches(['-', '_']).starts_with(|c: char| c.is_ascii_digit()).then_some(b'n');
    let rest = text.bytes().filter(|byte| !b"-_".contains(byte)).map(|byte| byte.to_ascii_lowercase());
    first.into_iter().chain(rest)
}

/// A name as WIT spells it: its words in lower case, `-` between them, a letter first. Empty where it has no words.
pub(super) fn spelt(name: &str) -> String {
    let mut spelt = String::new();
    let mut before = '-';
    for letter in name.chars() {
        let begins = letter.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
        let apart = letter == '-' || letter == '_';
        if (begins || apart) && !spelt.is_empty() && !spelt.ends_with('-') {
            spelt.push('-');
        }
        if !apart {
            if spelt.is_empty() && letter.is_ascii_digit() {
                spelt.push('n');
            }
            spelt.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    spelt.truncate(spelt.trim_end_matches('-').len());
    spelt
}

impl FromStr for ParameterName {
    type Err = ParameterError;

    fn from_str(text: &str) -> Result<Self, ParameterError> {
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
        let rest = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if starts && rest && text.len() <= NAME_BYTES {
            return Ok(Self(text.to_owned()));
        }
        Err(ParameterError::Name { name: excerpt(text) })
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
        same_words(&self.0, &other.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn find<'a>(name: &str, all: &[&'a str]) -> Found<&'a str> {
        among(name, all.iter().map(|one| (*one, *one)))
    }

    #[test]
    fn one_name_is_spelt_in_many_ways() {
        for name in
            ["customer-name", "customer_name", "customerName", "CustomerName", "CUSTOMER_NAME", "_customer__name_"]
        {
            assert_eq!(spelt(name), "customer-name", "{name}");
            assert_eq!(find(name, &["customer_name"]), Found::One("customer_name"), "{name}");
        }
        let spellings = [("_1", "n1"), ("tier_1", "tier-1"), ("url2X", "url2-x"), ("userID", "user-id"), ("_-", "")];
        for (name, wit) in spellings {
            assert_eq!(spelt(name), wit, "{name}");
        }
        assert_eq!(find("tier1", &["tier-1"]), Found::One("tier-1"));
        assert_eq!(find("n1", &["_1"]), Found::One("_1"));
        assert_eq!(find("customer", &["customer-name"]), Found::None);
    }

    #[test]
    fn the_closest_of_several_is_meant() {
        assert_eq!(find("user-id", &["userid", "user_id"]), Found::One("user_id"));
        assert_eq!(find("userId", &["userid", "user_id"]), Found::One("user_id"));
        assert_eq!(find("userid", &["userid", "user_id"]), Found::One("userid"));
        assert_eq!(find("user-id", &["us_erid", "userid"]), Found::Either("us_erid", "userid"));
    }
}
