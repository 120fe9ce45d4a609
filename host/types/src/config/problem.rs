//! What is wrong with a configuration: which line and key, what was expected, what was found, and a hint.

use std::fmt;

use super::Key;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line of the file, from 1; none if it concerns no single line.
    pub line: Option<usize>,
    /// The key with its section; empty if it concerns the whole file.
    pub key: String,
    /// What was expected, and what was found.
    pub reason: String,
    /// Something to try.
    pub hint: Option<String>,
}

/// Everything that is wrong with a configuration, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub Vec<Problem>);

impl Problem {
    pub(super) fn new(key: &Key, reason: impl Into<String>) -> Self {
        Self { line: None, key: key.path(), reason: reason.into(), hint: None }
    }

    /// A problem of one key, which the crate that uses the value found.
    pub fn of_value(key: &str, reason: impl Into<String>) -> Self {
        Self { key: key.to_owned(), ..Self::of_file(reason) }
    }

    /// A problem of the whole file.
    pub fn of_file(reason: impl Into<String>) -> Self {
        Self { line: None, key: String::new(), reason: reason.into(), hint: None }
    }
}

impl From<Problem> for ConfigError {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.reason)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
