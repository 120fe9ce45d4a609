//! How texts of strangers are shown: nothing in them reaches a terminal or a report but as text, and nothing in them is unseen.

pub use tollgate_types::Plain;

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
    }
}
