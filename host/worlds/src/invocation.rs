//! `invocation`: what a worker may know of the dispatch that started it.

use wasmtime::{Result, format_err};

use crate::PlatformView;
use crate::interface::Interface;

/// Longest reason for a failure, in characters: it goes into the log and into the dispatcher's error.
const REASON: usize = 1_000;

pub(crate) fn link<T: PlatformView + 'static>(mut interface: Interface<'_, T>) -> Result<()> {
    interface.function("props", |platform, (): ()| Ok((platform.props.to_owned(),)))?;
    interface.function("fail", |_, (reason,): (String,)| -> Result<()> {
        Err(format_err!("{}", reason.chars().take(REASON).collect::<String>()))
    })
}
