//! Built guest components.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The workspace's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The bytes of a guest, built by `just guests`.
pub fn guest(name: &str) -> anyhow::Result<Vec<u8>> {
    let file = format!("{}.wasm", name.replace('-', "_"));
    let path = root().join("target/guests/wasm32-wasip2/release").join(file);
    let dashed = path.with_file_name(format!("{name}.wasm"));
    let found = if path.exists() { path } else { dashed };
    std::fs::read(&found).with_context(|| format!("{} is not there: run `just guests`", found.display()))
}
