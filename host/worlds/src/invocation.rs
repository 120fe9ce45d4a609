//! `invocation`: what a worker may know of the dispatch that started it.

use wasmtime::Result;

use crate::PlatformCtx;
use crate::generated::{p2, p3};

macro_rules! host {
    ($version:ident) => {
        impl $version::tollgate::platform::invocation::Host for PlatformCtx<'_> {
            fn props(&mut self) -> Result<String> {
                Ok(self.props.to_owned())
            }
        }
    };
}

host!(p2);
host!(p3);
