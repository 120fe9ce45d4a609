//! The standard output, for every verb. Who reads it may go away at any time, as `head` does: that is no fault of anybody's, so
//! the verb goes on without being heard, and its exit code says what it would have said. That nothing can be written for another
//! reason, as on a full disk, is told at the end.

use std::fmt;
use std::io::{self, ErrorKind, Write as _};
use std::sync::{Mutex, PoisonError};

/// Why the last thing could not be written.
static LOST: Mutex<Option<io::Error>> = Mutex::new(None);

/// Writes a line, as `println!` does.
macro_rules! say {
    () => { $crate::out::write(format_args!("\n")) };
    ($format:literal $($rest:tt)*) => { $crate::out::write(format_args!("{}\n", format_args!($format $($rest)*))) };
}
pub(crate) use say;

/// Writes what a terminal can show: styles are left out where there is none.
pub(crate) fn write(text: fmt::Arguments<'_>) {
    let mut out = anstream::stdout().lock();
    if let Err(error) = out.write_fmt(text).and_then(|()| out.flush()) {
        *lost() = Some(error);
    }
}

/// Whether nobody reads any more.
pub(crate) fn is_closed() -> bool {
    lost().as_ref().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

/// That something could not be written although somebody may read.
pub(crate) fn check() -> anyhow::Result<()> {
    match lost().take() {
        Some(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("cannot write to the standard output"))
        }
        _ => Ok(()),
    }
}

fn lost() -> std::sync::MutexGuard<'static, Option<io::Error>> {
    LOST.lock().unwrap_or_else(PoisonError::into_inner)
}
