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

/// The compiler for Rust's guests.
pub(crate) fn rustc() -> anyhow::Result<String> {
    let output = std::process::Command::new(root().join("guests/toolchain.sh")).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The suite's workers as `TOLLGATE_PAIRING` wants them: dispatcher, user and outbound (with and without typed parameters),
/// each a version of WASI for one in Rust, or another language, with `-3` behind it for WASI 0.3: `0.2,0.3,0.2`, or
/// `js,0.2,python-3`. Without it, all are Rust's of 0.2. The workers of the golden example are paired alike; Rust's are those
/// that `tollgate new` copies.
pub fn paired(name: &str) -> String {
    let place = match name {
        "test-dispatch" | "example-dispatch" => 0,
        "test-user" | "example-user" => 1,
        "test-outbound" | "test-typed" | "example-outbound" => 2,
        other => return other.to_owned(),
    };
    let pairing = std::env::var("TOLLGATE_PAIRING").unwrap_or_default();
    let wanted = pairing.split(',').nth(place).filter(|wanted| !wanted.is_empty()).unwrap_or("0.2");
    let example = name.strip_prefix("example-");
    let (language, suffix) = match wanted {
        "0.2" => ("rust", ""),
        "0.3" => ("rust", "-3"),
        other => other.strip_suffix("-3").map_or((other, ""), |language| (language, "-3")),
    };
    match example {
        Some(role) => format!("{language}/{role}{suffix}"),
        None if language == "rust" => format!("{name}{suffix}"),
        None => format!("{language}/{name}{suffix}"),
    }
}
