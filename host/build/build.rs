//! What is embedded is no source to cargo: here it is told to look. And it is told where the runtime of Go's bindings is,
//! which the crate that generates them carries.

use std::process::Command;

fn main() -> Result<(), &'static str> {
    for folder in ["guests/c", "guests/go", "guests/js", "guests/python", "guests/rust", "wit"] {
        println!("cargo::rerun-if-changed=../../{folder}");
    }
    println!("cargo::rerun-if-changed=../../Cargo.lock");
    let runtime = go_runtime().ok_or("cargo's metadata names no package wit-bindgen-go")?;
    println!("cargo::rustc-env=TOLLGATE_GO_RUNTIME={runtime}");
    Ok(())
}

/// The folder of the module `go.bytecodealliance.org/pkg`.
fn go_runtime() -> Option<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let target = std::env::var("TARGET").unwrap_or_default();
    let metadata = Command::new(cargo)
        .args(["metadata", "--locked", "--format-version", "1", "--filter-platform", &target])
        .output();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.ok()?.stdout).ok()?;
    let mut packages = metadata.get("packages")?.as_array()?.iter();
    let package = packages.find(|package| package.get("name").is_some_and(|name| name == "wit-bindgen-go"))?;
    Some(package.get("manifest_path")?.as_str()?.replace("Cargo.toml", "src/pkg"))
}
