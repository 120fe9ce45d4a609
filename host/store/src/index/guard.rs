//! A guard for calls of sled, which panics at some failures of the disk: the panic becomes an error and prints nothing.

use std::cell::Cell;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use crate::StoreError;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// The result of a call. After a panic the database is not used again: its users give it up at the first error.
pub(super) fn guarded<T>(act: &'static str, call: impl FnOnce() -> sled::Result<T>) -> Result<T, StoreError> {
    silence();
    let before = GUARDED.replace(true);
    let called = catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(before);
    let stopped = || sled::Error::Io(io::Error::other("sled stopped at a failure that it does not report"));
    called.unwrap_or_else(|_| Err(stopped())).map_err(StoreError::sled(act))
}

/// The message of a panic is for a fault of ours. Other panics are reported as before.
fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                before(panic);
            }
        }));
    });
}

#[cfg(test)]
#[allow(clippy::panic, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let error = guarded::<()>("read", || panic!("as sled does")).map_err(|error| error.to_string());
        assert_eq!(error, Err("cannot read the records".to_owned()));
        assert!(!GUARDED.get() && guarded("read", || Ok(7)).is_ok());
    }
}
