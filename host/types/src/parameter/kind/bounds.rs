//! What a type may be where somebody declares it, in a binding or by a component. What was declared once is kept as text
//! and read without these bounds: a record written by another version, with other bounds, is read all the same.

use super::ParameterType;
use crate::excerpt;
use crate::parameter::ParameterError;
use crate::parameter::name::same_letters;

/// How deep types may be nested: what checks a value recurses as deep.
pub(super) const DEPTH: usize = 16;
/// Longest type, in bytes, as it is written and as it is kept: so many fit into a worker's record and into an error.
pub(super) const TEXT_BYTES: usize = 4 * 1024;
/// Most flags that a component may have of one type.
const FLAGS: usize = 32;

impl ParameterType {
    /// Whether it may be declared.
    pub(super) fn declarable(&self) -> Result<(), ParameterError> {
        self.bounded(DEPTH)?;
        if self.to_string().len() > TEXT_BYTES {
            return Err(ParameterError::TooLong { most: TEXT_BYTES });
        }
        Ok(())
    }

    fn bounded(&self, depth: usize) -> Result<(), ParameterError> {
        let depth = depth.checked_sub(1).ok_or(ParameterError::TooDeep { most: DEPTH })?;
        match self {
            Self::List(item) | Self::Option(item) => item.bounded(depth),
            Self::Tuple(kinds) => kinds.iter().try_for_each(|kind| kind.bounded(depth)),
            Self::Record(fields) => {
                names(fields.iter().map(|(name, _)| name))?;
                fields.iter().try_for_each(|(_, kind)| kind.bounded(depth))
            }
            Self::Variant(cases) => {
                names(cases.iter().map(|(name, _)| name))?;
                cases.iter().filter_map(|(_, payload)| payload.as_ref()).try_for_each(|kind| kind.bounded(depth))
            }
            Self::Flags(all) if all.len() > FLAGS => {
                Err(ParameterError::TooManyFlags { found: all.len(), most: FLAGS })
            }
            Self::Flags(all) | Self::Enum(all) => names(all.iter()),
            _ => Ok(()),
        }
    }
}

/// Each one that WIT has, and no two that it takes for one.
fn names<'a>(all: impl Iterator<Item = &'a String> + Clone) -> Result<(), ParameterError> {
    for (place, name) in all.clone().enumerate() {
        if !is_wit(name) {
            return Err(ParameterError::NameInType { name: excerpt(name) });
        }
        if let Some(other) = all.clone().skip(place + 1).find(|other| same_letters(name, other)) {
            return Err(ParameterError::TwiceInType { name: name.clone(), other: other.clone() });
        }
    }
    Ok(())
}

/// WIT's names: words with `-` between, each in small letters or in capitals; the first begins with a letter.
fn is_wit(name: &str) -> bool {
    let has = |word: &str, letter: fn(&u8) -> bool| word.as_bytes().iter().any(letter);
    let word = |word: &str| {
        let known = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
        known && !(has(word, u8::is_ascii_lowercase) && has(word, u8::is_ascii_uppercase))
    };
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.split('-').all(word)
}
