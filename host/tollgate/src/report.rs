//! How an error is shown: `error:`, its causes, a hint, and the exit code that says whose fault it was.

use std::borrow::Cow;
use std::fmt;
use std::process::ExitCode;

use tollgate_store::StoreError;
use tollgate_test::Plain;

use crate::err::tell;

/// An error with something to try.
#[derive(Debug)]
pub(crate) struct Hinted {
    /// What went wrong.
    pub(crate) error: String,
    /// What to try.
    pub(crate) hint: String,
    /// 1: refused; 2: wrong usage, or our fault.
    pub(crate) code: u8,
}

impl Hinted {
    /// The host refused.
    pub(crate) fn refused(error: String, hint: &str) -> anyhow::Error {
        Self { error, hint: hint.to_owned(), code: 1 }.into()
    }

    /// The command was not used as it wants to be.
    pub(crate) fn usage(error: String, hint: &str) -> anyhow::Error {
        Self { error, hint: hint.to_owned(), code: 2 }.into()
    }
}

impl fmt::Display for Hinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)
    }
}

impl std::error::Error for Hinted {}

/// Prints what went wrong, once, and chooses the exit code.
pub(crate) fn exit(done: anyhow::Result<()>) -> ExitCode {
    let Err(error) = done else { return ExitCode::SUCCESS };
    print(&error);
    ExitCode::from(hinted(&error).map_or(2, |hinted| hinted.code))
}

/// Prints what went wrong.
pub(crate) fn print(error: &anyhow::Error) {
    tell!("error: {}", told(error));
    for cause in error.chain().skip(1) {
        tell!("caused by: {}", told(cause));
    }
    if let Some(hint) = hint(error) {
        tell!("hint: {}", told(hint));
    }
}

/// A text of several lines, each without what a terminal would obey: a component's names are in it, and a host's answers.
pub(crate) fn told(text: impl fmt::Display) -> String {
    let text = text.to_string();
    let lines: Vec<_> = text.split('\n').map(|line| Plain(line).to_string()).collect();
    lines.join("\n")
}

/// Something to try, if an error knows of it.
pub(crate) fn hint(error: &anyhow::Error) -> Option<Cow<'_, str>> {
    let hint = hinted(error).map(|hinted| Cow::Borrowed(hinted.hint.as_str())).filter(|hint| !hint.is_empty());
    hint.or_else(|| error.chain().find_map(|cause| cause.downcast_ref::<StoreError>()?.hint()).map(Cow::Owned))
}

fn hinted(error: &anyhow::Error) -> Option<&Hinted> {
    error.chain().find_map(|cause| cause.downcast_ref::<Hinted>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_obeyed_but_its_lines() {
        assert_eq!(told("a\u{1b}]0;x\u{7}\n  b\rc\n"), "a\\u{1b}]0;x\\u{7}\n  b\\rc\n");
    }
}
