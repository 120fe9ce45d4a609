//! `invocation`: what a worker may know of the dispatch that started it.

use wasmtime::{Result, format_err};

use crate::PlatformCtx;
use crate::generated::{p2, p3};

/// Longest reason for a failure, in characters: it goes into the log and into the dispatcher's error.
const REASON: usize = 1_000;

macro_rules! host {
    ($version:ident) => {
        impl $version::tollgate::platform::invocation::Host for PlatformCtx<'_> {
            fn props(&mut self) -> Result<String> {
                Ok(self.props.to_owned())
            }

            fn fail(&mut self, reason: String) -> Result<()> {
                Err(format_err!("{}", reason.chars().take(REASON).collect::<String>()))
            }
        }
    };
}

host!(p2);
host!(p3);
