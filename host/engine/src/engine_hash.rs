//! A name for an engine, which compiled code carries: of wasmtime's release, its settings and the processor.

use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Bytes of an engine's hash as text.
pub(crate) const ENGINE_BYTES: usize = 16;

/// Tells the code of one engine from that of another version, configuration or processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EngineHash(u64);

impl EngineHash {
    pub(crate) fn of(engine: &wasmtime::Engine) -> Self {
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Self(hasher.finish())
    }

    pub(crate) fn number(self) -> u64 {
        self.0
    }

    #[cfg(test)]
    pub(crate) const fn of_number(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for EngineHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0ENGINE_BYTES$x}", self.0)
    }
}
