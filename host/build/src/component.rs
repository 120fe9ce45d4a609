//! A component of what a kit wrote: as it is, or made of a core module for `wasi_snapshot_preview1`.

use std::fs;
use std::path::Path;

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata, metadata};
use wit_parser::Resolve;

use crate::BuildError;

/// How every core module begins.
const CORE_MODULE: &[u8] = b"\0asm\x01\0\0\0";

/// Makes a component of the file where it is a core module, for the one world of `wit`; `what` was run to write it.
pub(crate) fn finish(file: &Path, wit: &Path, what: String) -> Result<(), BuildError> {
    let bytes = fs::read(file).map_err(BuildError::io("read", file))?;
    if !bytes.starts_with(CORE_MODULE) {
        return Ok(());
    }
    let component = encode(bytes, wit).map_err(|reason| BuildError::Module { what, reason })?;
    fs::write(file, component).map_err(BuildError::io("write", file))
}

fn encode(mut module: Vec<u8>, wit: &Path) -> Result<Vec<u8>, String> {
    let words = |error| format!("{error:#}");
    // C's bindings say which world they are of; Go's do not.
    if metadata::decode(&module).map_err(words)?.0.is_none() {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(wit).map_err(|error| format!("{error:#}"))?;
        let world = resolve.select_world(&[package], None).map_err(|error| format!("{error:#}"))?;
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).map_err(words)?;
    }
    let mut encoder = ComponentEncoder::default();
    encoder.module(&module).map_err(words)?;
    encoder.adapter(WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER).map_err(words)?;
    encoder.encode().map_err(words)
}
