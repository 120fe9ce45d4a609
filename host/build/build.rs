//! What is embedded is no source to cargo: here it is told to look, and the languages' folders are gathered, without what
//! builds leave in them. And it is told where the runtime of Go's bindings is, which the crate that generates them carries.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

const LANGUAGES: [&str; 5] = ["c", "go", "js", "python", "rust"];

/// What builds leave beside sources: `.gitignore`, and Python's.
const BUILT: [&str; 4] = [".tollgate", "__pycache__", "node_modules", "target"];

fn main() -> Result<(), Box<dyn Error>> {
    let gathered = PathBuf::from(env::var("OUT_DIR")?).join("guests");
    if gathered.exists() {
        fs::remove_dir_all(&gathered)?;
    }
    for language in LANGUAGES {
        let folder = Path::new("../../guests").join(language);
        println!("cargo::rerun-if-changed={}", folder.display());
        gather(&folder, &gathered.join(language))?;
    }
    println!("cargo::rerun-if-changed=../../wit");
    println!("cargo::rerun-if-changed=../../Cargo.lock");
    let runtime = go_runtime().ok_or("cargo's metadata names no package wit-bindgen-go")?;
    println!("cargo::rustc-env=TOLLGATE_GO_RUNTIME={runtime}");
    println!("cargo::rustc-env=TOLLGATE_GUESTS={}", gathered.display());
    Ok(())
}

/// Copies a folder's sources.
fn gather(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if BUILT.iter().any(|built| name == *built) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            gather(&entry.path(), &to.join(name))?;
        } else {
            fs::copy(entry.path(), to.join(name))?;
        }
    }
    Ok(())
}

/// The folder of the module `go.bytecodealliance.org/pkg`.
fn go_runtime() -> Option<String> {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let target = env::var("TARGET").unwrap_or_default();
    let metadata = Command::new(cargo)
        .args(["metadata", "--locked", "--format-version", "1", "--filter-platform", &target])
        .output();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.ok()?.stdout).ok()?;
    let mut packages = metadata.get("packages")?.as_array()?.iter();
    let package = packages.find(|package| package.get("name").is_some_and(|name| name == "wit-bindgen-go"))?;
    Some(package.get("manifest_path")?.as_str()?.replace("Cargo.toml", "src/pkg"))
}
