//! Compiling a script: in this process (here), or in a process of its own (`apart.rs`), which `child.rs` runs.
//!
//! A component is a stranger's input to a large program. Some shapes take the compiler gigabytes and minutes, and a fault of the compiler
//! is a fault of the process that it runs in. So `serve` compiles in a child process, which has limits and no more rights than it
//! needs. Programs that embed the engine without the binary compile in their own process.

mod apart;
mod child;
mod confine;
mod wire;

use std::io::ErrorKind;
use std::sync::Arc;

use crate::functions::Functions;
use crate::{EngineError, Version, complexity, proposals};

pub use apart::Apart;
pub use child::compile_script;
pub use wire::SharedFunctions;

/// Compiles for one version of WASI.
pub(crate) struct Compiler {
    pub(crate) version: Version,
    pub(crate) wasmtime: wasmtime::Engine,
    pub(crate) functions: Option<Arc<Functions>>,
}

impl Compiler {
    /// The compiled code of a script. Blocks.
    pub(crate) fn compile(&self, script: &[u8]) -> Result<Vec<u8>, EngineError> {
        complexity::check(script).map_err(|error| EngineError::TooComplex(error.to_string()))?;
        let compiling = self.functions.as_ref().and_then(|functions| functions.while_compiling(script));
        let compiled = self.wasmtime.precompile_component(script).map_err(|error| self.refusal(script, &error))?;
        if let Some(compiling) = compiling {
            compiling.succeeded();
        }
        Ok(compiled)
    }

    fn refusal(&self, script: &[u8], error: &wasmtime::Error) -> EngineError {
        match proposals::unsupported(script, self.version) {
            Some(proposals) => EngineError::Unsupported(proposals),
            None if error.is::<wasmtime::OutOfMemory>() => EngineError::Compiler(ErrorKind::OutOfMemory.into()),
            None => EngineError::Compile(format!("{error:#}")),
        }
    }
}
