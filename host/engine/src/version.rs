//! Which version of WASI a component is written for.

use wasmparser::{Parser, Payload};

use crate::EngineError;

/// A version of WASI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// WASI 0.2.
    P2,
    /// WASI 0.3.
    P3,
}

impl Version {
    /// That of a script's bytes: 0.3 where anything in it exports the 0.3 handler. Says what people upload by mistake.
    pub(crate) fn of(script: &[u8]) -> Result<Self, EngineError> {
        let wrong = |text: &str| Err(EngineError::Compile(text.to_owned()));
        match script {
            [b'\0', b'a', b's', b'm', _, _, 1, 0, ..] => {}
            [b'\0', b'a', b's', b'm', _, _, 0, 0, ..] => {
                return wrong(
                    "it is a core module: build it for wasm32-wasip2, or wrap it with `wasm-tools component new`",
                );
            }
            _ => return wrong("it does not start as WebAssembly does"),
        }
        let unreadable = |error: wasmparser::BinaryReaderError| EngineError::Compile(error.to_string());
        for payload in Parser::new(0).parse_all(script) {
            if let Payload::ComponentExportSection(exports) = payload.map_err(unreadable)? {
                for export in exports {
                    if export.map_err(unreadable)?.name.name.starts_with("wasi:http/handler@0.3.") {
                        return Ok(Self::P3);
                    }
                }
            }
        }
        Ok(Self::P2)
    }
}
