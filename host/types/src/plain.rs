//! How texts of strangers are shown: nothing in them reaches a terminal, a log or a report but as text.

use std::fmt;

/// A text without what a terminal would obey: control characters are escaped, and with them the ends of lines.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_told() {
        assert_eq!(Plain("a\u{1b}b\u{9b}c\nd\u{7f}é").to_string(), "a\\u{1b}b\\u{9b}c\\nd\\u{7f}é");
    }
}
