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

/// Where a guest is: `name`, or `language/name` for one that is not written in Rust.
pub fn guest_path(name: &str) -> anyhow::Result<PathBuf> {
    let built = root().join("target/guests");
    let found = if name.contains('/') {
        built.join(format!("{name}.wasm"))
    } else {
        let path = built.join("wasm32-wasip2/release").join(format!("{}.wasm", name.replace('-', "_")));
        let dashed = path.with_file_name(format!("{name}.wasm"));
        if path.exists() { path } else { dashed }
    };
    ensure!(found.exists(), "{} is not there: run `just guests`", found.display());
    Ok(found)
}

/// Whether a language's workers are built. One whose tools are missing is skipped, and said to be; in CI it is an error.
pub fn language(name: &str) -> anyhow::Result<bool> {
    let there = root().join("target/guests").join(name).is_dir();
    let every = std::env::var("TOLLGATE_EVERY_LANGUAGE").is_ok_and(|every| every != "0");
    ensure!(there || !every, "the workers of {name} are not there: run `just guests`");
    if !there {
        println!("skipped: {name}, which `just guests` did not build");
    }
    Ok(there)
}

/// The suite's three workers as `TOLLGATE_PAIRING` wants them: dispatcher, user and outbound, each a version of WASI for
/// one in Rust, or another language: `0.2,0.3,0.2`, or `js,0.2,0.2`. Without it, all are Rust's of 0.2. The workers of the
/// golden example are paired alike.
pub(crate) fn paired(name: &str) -> String {
    let place = match name {
        "test-dispatch" | "example-dispatch" => 0,
        "test-user" | "example-user" => 1,
        "test-outbound" | "test-typed" | "example-outbound" => 2,
        other => return other.to_owned(),
    };
    let pairing = std::env::var("TOLLGATE_PAIRING").unwrap_or_default();
    let example = name.strip_prefix("example-");
    match (pairing.split(',').nth(place), example) {
        (None | Some("" | "0.2"), _) | (Some("0.3"), Some(_)) => name.to_owned(),
        (Some("0.3"), None) => format!("{name}-3"),
        // What reads every type there is, is Rust's alone.
        (Some(_), None) if name == "test-typed" => name.to_owned(),
        (Some(language), _) => format!("{language}/{}", example.unwrap_or(name)),
    }
}
