//! How a difference is told.

use std::fmt;

use similar::TextDiff;

use crate::plain::Plain;

/// A difference. Texts are in quotes, with line ends and all that would not be seen escaped; where one of the two has several
/// lines, each line of both is in quotes of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where: `body`, `origin[0].headers.authorization`.
    pub at: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// What of both may be told, where a secret may be in them.
    pub(super) told: Option<(String, String)>,
}

impl Mismatch {
    /// A difference in words of one's own.
    pub fn new(at: &str, expected: impl fmt::Display, found: impl fmt::Display) -> Self {
        Self { at: at.to_owned(), expected: expected.to_string(), found: found.to_string(), told: None }
    }

    /// Without what is called like a secret where it stands: the value of such a header, of a key of a URL, or of a body.
    pub fn redacted(self) -> Self {
        let (expected, found) = self.told.unwrap_or((self.expected, self.found));
        Self { at: self.at, expected, found, told: None }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, expected, found, .. } = self;
        let at = Plain(at);
        if expected.contains('\n') || found.contains('\n') {
            let lines = difference(expected, found);
            write!(f, "{at}:")?;
            return lines.lines().try_for_each(|line| write!(f, "\n{}", Plain(line)));
        }
        write!(f, "{at}: expected {}, found {}", Plain(expected), Plain(found))
    }
}

/// Both texts, line by line: `-` is expected, `+` is found.
pub(crate) fn difference(expected: &str, found: &str) -> String {
    // The last line is one like the others.
    let (expected, found) = (format!("{expected}\n"), format!("{found}\n"));
    let diff = TextDiff::from_lines(&expected, &found);
    diff.iter_all_changes().map(|change| format!("{}{}", change.tag(), change.value())).collect()
}
