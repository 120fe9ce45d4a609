//! Built guest components.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

/// The workspace's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The bytes of a guest, built by `just guests`.
pub fn guest(name: &str) -> anyhow::Result<Vec<u8>> {
    let path = guest_path(name)?;
    std::fs::read(&path).with_context(|| path.display().to_string())
}

/// Where a guest is.
pub fn guest_path(name: &str) -> anyhow::Result<PathBuf> {
    let file = format!("{}.wasm", name.replace('-', "_"));
    let path = root().join("target/guests/wasm32-wasip2/release").join(file);
    let dashed = path.with_file_name(format!("{name}.wasm"));
    let found = if path.exists() { path } else { dashed };
    ensure!(found.exists(), "{} is not there: run `just guests`", found.display());
    Ok(found)
}

/// The versions of WASI that the suite's three workers are written for, told by `TOLLGATE_PAIRING`: dispatcher, user and
/// outbound, such as `0.2,0.3,0.2`. Without it, all are of 0.2.
pub(crate) fn paired(name: &str) -> String {
    let place = match name {
        "test-dispatch" => 0,
        "test-user" => 1,
        "test-outbound" | "test-typed" => 2,
        other => return other.to_owned(),
    };
    let pairing = std::env::var("TOLLGATE_PAIRING").unwrap_or_default();
    match pairing.split(',').nth(place) {
        Some("0.3") => format!("{name}-3"),
        _ => name.to_owned(),
    }
}
