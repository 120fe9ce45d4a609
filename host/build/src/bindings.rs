//! wit-bindgen's bindings for languages whose toolchains bring none.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use include_dir::{Dir, include_dir};
use wit_bindgen_core::{Files, WorldGenerator};
use wit_parser::Resolve;

use crate::BuildError;
use crate::kit::unpack;

/// What Go's bindings import, of the release that the generator was made for; carried along, since a build should not
/// depend on a module proxy. `build.rs` says where it is.
static GO_RUNTIME: Dir<'_> = include_dir!("$TOLLGATE_GO_RUNTIME");

/// A language with bindings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bindings {
    /// C: `worker.c`, `worker.h`, and an object file that says which world it is.
    C,
    /// Go: packages of a module `wit_component`, and the module `go.bytecodealliance.org/pkg` in the folder `runtime`.
    Go,
}

impl FromStr for Bindings {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "c" => Ok(Self::C),
            "go" => Ok(Self::Go),
            _ => Err("no such bindings: expected one of c, go".to_owned()),
        }
    }
}

/// Writes a world's bindings into a folder.
pub fn write(language: Bindings, wit: &Path, world: &str, to: &Path) -> Result<(), BuildError> {
    let wrong = |reason: String| BuildError::Wit { path: wit.to_owned(), reason };
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit).map_err(|error| wrong(format!("{error:#}")))?;
    let world = resolve.select_world(&[package], Some(world)).map_err(|error| wrong(format!("{error:#}")))?;
    let mut generator: Box<dyn WorldGenerator> = match language {
        Bindings::C => wit_bindgen_c::Opts::default().build(),
        Bindings::Go => {
            unpack(&GO_RUNTIME, "".as_ref(), &to.join("runtime"))?;
            wit_bindgen_go::Opts { format: wit_bindgen_go::Format::False, ..Default::default() }.build()
        }
    };
    let mut files = Files::default();
    generator.generate(&mut resolve, world, &mut files).map_err(|error| wrong(format!("{error:#}")))?;
    for (name, contents) in files.iter() {
        let path = to.join(name);
        if fs::read(&path).is_ok_and(|found| found == contents) {
            continue; // Compilers look at a file's time.
        }
        let folder = path.parent().unwrap_or(to);
        fs::create_dir_all(folder).map_err(BuildError::io("create", folder))?;
        fs::write(&path, contents).map_err(BuildError::io("write", &path))?;
    }
    Ok(())
}
