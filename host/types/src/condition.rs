//! Conditions of a change: what must be there for the change to be made. They are those of HTTP, `If-Match` and `If-None-Match`
//! (RFC 9110, 13.1.1 and 13.1.2), with its entity tags (8.8.3).

use std::fmt;
use std::iter::Peekable;
use std::str::Chars;

use crate::{Version, excerpt};

/// Names one state of a worker or a namespace: the worker's version, or the namespace's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// A weak tag says that two states are much alike. The host gives none; a client may send one.
    weak: bool,
    text: String,
}

/// What must be there for a change to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Anything.
    Exists,
    /// Nothing.
    Absent,
    /// A state with one of these tags.
    Is(Vec<Tag>),
    /// Nothing, or a state with none of these tags.
    IsNot(Vec<Tag>),
}

/// A header that is not a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected `*`, or tags in double quotes such as `\"7\"` or `\"7\", \"8\"`, found `{found}`")]
pub struct ConditionError {
    found: String,
}

impl Tag {
    /// A tag with this text, which has no double quote.
    pub fn new(text: impl Into<String>) -> Self {
        Self { weak: false, text: text.into() }
    }

    /// RFC 9110, 8.8.3.2, strong comparison.
    fn is(&self, other: &Self) -> bool {
        !self.weak && !other.weak && self.text == other.text
    }

    /// The same, weak comparison.
    fn is_like(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl From<Version> for Tag {
    fn from(Version(number): Version) -> Self {
        Self::new(number.to_string())
    }
}

impl fmt::Display for Tag {
    /// As a header has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weak = if self.weak { "W/" } else { "" };
        write!(f, "{weak}\"{}\"", self.text)
    }
}

impl Condition {
    /// The condition of a header `If-Match`.
    pub fn if_match(header: &str) -> Result<Self, ConditionError> {
        Ok(tags(header)?.map_or(Self::Exists, Self::Is))
    }

    /// The condition of a header `If-None-Match`.
    pub fn if_none_match(header: &str) -> Result<Self, ConditionError> {
        Ok(tags(header)?.map_or(Self::Absent, Self::IsNot))
    }

    /// Whether it holds for what is there.
    pub fn holds(&self, there: Option<&Tag>) -> bool {
        match self {
            Self::Exists => there.is_some(),
            Self::Absent => there.is_none(),
            Self::Is(tags) => there.is_some_and(|there| tags.iter().any(|tag| tag.is(there))),
            Self::IsNot(tags) => there.is_none_or(|there| !tags.iter().any(|tag| tag.is_like(there))),
        }
    }
}

impl fmt::Display for Condition {
    /// What follows "expected".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |tags: &[Tag]| excerpt(&tags.iter().map(Tag::to_string).collect::<Vec<_>>().join(" or "));
        match self {
            Self::Exists => f.write_str("that it exists"),
            Self::Absent => f.write_str("that it does not exist"),
            Self::Is(tags) => f.write_str(&listed(tags)),
            Self::IsNot(tags) => write!(f, "anything but {}", listed(tags)),
        }
    }
}

/// The tags of a header; `None` for `*`, which stands for any.
fn tags(header: &str) -> Result<Option<Vec<Tag>>, ConditionError> {
    let refused = || ConditionError { found: excerpt(header) };
    if header.trim() == "*" {
        return Ok(None);
    }
    let (mut rest, mut tags) = (header.chars().peekable(), vec![]);
    loop {
        skip_spaces(&mut rest);
        // A list may have empty elements: RFC 9110, 5.6.1.2.
        if !matches!(rest.peek(), None | Some(',')) {
            tags.push(tag(&mut rest).ok_or_else(refused)?);
            skip_spaces(&mut rest);
        }
        match rest.next() {
            Some(',') => {}
            None if !tags.is_empty() => return Ok(Some(tags)),
            _ => return Err(refused()),
        }
    }
}

/// A tag may have commas in it, so a list cannot be split at them.
fn tag(rest: &mut Peekable<Chars<'_>>) -> Option<Tag> {
    let weak = rest.next_if_eq(&'W').is_some();
    if weak {
        rest.next_if_eq(&'/')?;
    }
    rest.next_if_eq(&'"')?;
    let is_of_tag = |one: &char| !matches!(one, '"' | ' ' | '\u{7f}') && !one.is_ascii_control();
    let text = std::iter::from_fn(|| rest.next_if(is_of_tag)).collect();
    rest.next_if_eq(&'"')?;
    Some(Tag { weak, text })
}

fn skip_spaces(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if(|one| matches!(one, ' ' | '\t')).is_some() {}
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// Whether both headers hold for nothing, version 7 and version 8.
    fn hold(header: &str) -> [[bool; 3]; 2] {
        let there = [None, Some(Tag::from(Version(7))), Some(Tag::from(Version(8)))];
        let conditions = [Condition::if_match(header).unwrap(), Condition::if_none_match(header).unwrap()];
        conditions.map(|condition| there.each_ref().map(|tag| condition.holds(tag.as_ref())))
    }

    #[test]
    fn a_condition_holds_for_the_states_that_its_header_names() {
        let cases = [
            ("*", [[false, true, true], [true, false, false]]),
            ("\"7\"", [[false, true, false], [true, false, true]]),
            (" , \"6\" ,\t\"8\",", [[false, false, true], [true, true, false]]),
            ("\"7,8\"", [[false, false, false], [true, true, true]]),
            ("\"\"", [[false, false, false], [true, true, true]]),
            // A weak tag never equals by the strong comparison, which `If-Match` asks for.
            ("W/\"7\"", [[false, false, false], [true, false, true]]),
        ];
        for (header, expected) in cases {
            assert_eq!(hold(header), expected, "{header}");
        }
    }

    #[test]
    fn a_header_that_is_not_a_condition_is_refused_with_what_it_is() {
        for header in
            ["", " ", ",", "7", "\"7", "7\"", "'7'", "*, \"7\"", "\"7\" \"8\"", "w/\"7\"", "W\"7\"", "\"a b\""]
        {
            let error = Condition::if_match(header).unwrap_err().to_string();
            assert!(error.ends_with(&format!("found `{header}`")), "{error}");
            assert!(Condition::if_none_match(header).is_err(), "{header}");
        }
    }

    #[test]
    fn a_condition_says_what_it_expects() {
        let said =
            |header| [Condition::if_match(header), Condition::if_none_match(header)].map(|it| it.unwrap().to_string());
        assert_eq!(said("*"), ["that it exists", "that it does not exist"]);
        assert_eq!(said("\"7\", W/\"8\""), ["\"7\" or W/\"8\"", "anything but \"7\" or W/\"8\""]);
    }
}
