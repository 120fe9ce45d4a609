//! `invocation`: what a worker may know of the dispatch that started it.

use wasmtime::Result;

use crate::PlatformCtx;
use crate::generated::tollgate::platform::invocation::Host;

impl Host for PlatformCtx<'_> {
    fn props(&mut self) -> Result<String> {
        Ok(self.props.to_owned())
    }
}
