//! The standard error, for every verb: what is said beside the result. Where nobody reads it, the verb goes on without being
//! heard, and its exit code says how it went.

use std::fmt;
use std::io::{self, Write as _};

/// Writes a line, as `eprintln!` does.
macro_rules! tell {
    ($format:literal $($rest:tt)*) => { $crate::err::write(format_args!("{}\n", format_args!($format $($rest)*))) };
}
pub(crate) use tell;

pub(crate) fn write(text: fmt::Arguments<'_>) {
    let _unread = io::stderr().lock().write_fmt(text);
}
