//! Types as they are written: WIT's notation, with declarations standing where they are used.

use std::str::FromStr;

use super::ParameterType;
use super::bounds::TEXT_BYTES;
use crate::excerpt;
use crate::parameter::ParameterError;

/// How deep anything is nested that was ever kept: no component has deeper types.
const DEEPEST: u32 = 128;

impl FromStr for ParameterType {
    type Err = ParameterError;

    fn from_str(text: &str) -> Result<Self, ParameterError> {
        if text.len() > TEXT_BYTES {
            return Err(ParameterError::TooLong { most: TEXT_BYTES });
        }
        let kind = kept(text)?;
        kind.declarable()?;
        Ok(kind)
    }
}

/// A type that was declared before, and is read back: by this version's bounds it might be refused.
pub(super) fn kept(text: &str) -> Result<ParameterType, ParameterError> {
    let whole = || {
        let mut rest = Rest(text);
        let kind = rest.kind(DEEPEST)?;
        rest.at_end().then_some(kind)
    };
    whole().ok_or_else(|| ParameterError::Type { text: excerpt(text) })
}

/// What is left to read. Every method gives `None` where something else stands there.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn kind(&mut self, depth: u32) -> Option<ParameterType> {
        let depth = depth.checked_sub(1)?;
        Some(match self.word()? {
            "json" => ParameterType::Json,
            "bool" => ParameterType::Bool,
            "string" => ParameterType::String,
            "char" => ParameterType::Char,
            "u8" => ParameterType::Unsigned(8),
            "u16" => ParameterType::Unsigned(16),
            "u32" => ParameterType::Unsigned(32),
            "u64" => ParameterType::Unsigned(64),
            "s8" => ParameterType::Signed(8),
            "s16" => ParameterType::Signed(16),
            "s32" => ParameterType::Signed(32),
            "s64" => ParameterType::Signed(64),
            "f32" => ParameterType::Float(32),
            "f64" => ParameterType::Float(64),
            "list" => ParameterType::List(Box::new(self.within('<', '>', |rest| rest.kind(depth))?)),
            "option" => ParameterType::Option(Box::new(self.within('<', '>', |rest| rest.kind(depth))?)),
            "tuple" => ParameterType::Tuple(self.several('<', '>', |rest| rest.kind(depth))?),
            "record" => ParameterType::Record(self.named(|rest| {
                rest.symbol(':')?;
                rest.kind(depth)
            })?),
            "variant" => ParameterType::Variant(self.named(|rest| {
                if rest.peek() != Some('(') {
                    return Some(None);
                }
                rest.within('(', ')', |rest| rest.kind(depth)).map(Some)
            })?),
            "enum" => ParameterType::Enum(self.names()?),
            "flags" => ParameterType::Flags(self.names()?),
            _ => return None,
        })
    }

    fn names(&mut self) -> Option<Vec<String>> {
        Some(self.named(|_| Some(()))?.into_iter().map(|(name, ())| name).collect())
    }

    /// `{ name…, name… }`
    fn named<T>(&mut self, mut more: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<(String, T)>> {
        self.several('{', '}', |rest| Some((rest.name()?, more(rest)?)))
    }

    /// One or more between brackets, with commas between, and one at the end if you like.
    fn several<T>(&mut self, open: char, close: char, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.symbol(open)?;
        let mut all = vec![one(self)?];
        while self.peek() == Some(',') {
            self.symbol(',')?;
            if self.peek() == Some(close) {
                break;
            }
            all.push(one(self)?);
        }
        self.symbol(close)?;
        Some(all)
    }

    fn within<T>(&mut self, open: char, close: char, inner: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.symbol(open)?;
        let found = inner(self)?;
        self.symbol(close)?;
        Some(found)
    }

    /// A name: words with `-` between; `_` is taken for it.
    fn name(&mut self) -> Option<String> {
        let name = self.word()?.replace('_', "-");
        name.split('-').all(|word| !word.is_empty()).then_some(name)
    }

    fn word(&mut self) -> Option<&'a str> {
        let text = self.0.trim_start();
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let (word, rest) = text.split_at(text.find(|c| !letter(c)).unwrap_or(text.len()));
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }

    fn symbol(&mut self, symbol: char) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(symbol)?;
        Some(())
    }

    fn peek(&self) -> Option<char> {
        self.0.trim_start().chars().next()
    }

    fn at_end(&self) -> bool {
        self.0.trim().is_empty()
    }
}
