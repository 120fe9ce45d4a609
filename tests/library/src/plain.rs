//! How texts of strangers are shown: nothing in them reaches a terminal or a report but as text, and nothing in them is unseen.

use std::fmt;

/// A text without what a terminal would obey: control characters are escaped.
#[derive(Debug, Clone, Copy)]
pub struct Plain<'a>(pub &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|one| match one.is_control() {
            true => write!(f, "{}", one.escape_default()),
            false => write!(f, "{one}"),
        })
    }
}

/// A text in quotes, with line ends and all that would not be seen escaped: as a whole, or each of its lines on one of its
/// own. An empty text has one line.
pub(crate) fn quoted(text: &str, by_lines: bool) -> String {
    if !by_lines || text.is_empty() {
        return format!("{text:?}");
    }
    let lines: Vec<_> = text.split_inclusive('\n').map(|line| format!("{line:?}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_told() {
        assert_eq!(quoted("a \r\n\n\u{1b}[31m\u{9b}b\t", true), "\"a \\r\\n\"\n\"\\n\"\n\"\\u{1b}[31m\\u{9b}b\\t\"");
        assert_eq!((quoted("a\n", false), quoted("", true)), ("\"a\\n\"".to_owned(), "\"\"".to_owned()));
        assert_eq!(Plain("a\u{1b}b\u{9b}c\nd\u{7f}é").to_string(), "a\\u{1b}b\\u{9b}c\\nd\\u{7f}é");
    }
}
