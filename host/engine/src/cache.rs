//! Compiled code on disk: `<WASI version>-<engine hash>/<script digest>`, each file as `file.rs` describes it.
//!
//! Loading compiled code is running it: a wrong file is machine code of a stranger's choosing. So only this host writes the folder
//! (opened once, through cap-std, not reachable by any worker), and a file is loaded only if its checked header names the script that was
//! asked for and the engine that asks. A file that is damaged, truncated, of another script or of another engine is reported once: the
//! script is compiled again, and its file is replaced. Anyone who can write files as this host's user can run code as it anyway.
//!
//! A file is written under a temporary name, synced and then renamed, so that a reader finds all of it or none, also after a power
//! cut. The rename itself is not synced: if a power cut undoes it, the script is compiled again.

mod file;
mod foreign;

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

use cap_std::fs::Dir;
use tollgate_types::ScriptDigest;
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::Version;
use crate::engine_hash::EngineHash;
use file::Unusable;

pub use foreign::Removed;
pub(crate) use foreign::remove_foreign;

pub(crate) struct Cache {
    dir: Dir,
    /// The name of `dir` in the folder of compiled code.
    name: String,
    engine: EngineHash,
    written: AtomicU64,
}

impl Cache {
    pub(crate) fn new(compiled: &Dir, version: Version, engine: &Engine) -> io::Result<Self> {
        let engine = EngineHash::of(engine);
        let name = format!("{version:?}-{engine}").to_lowercase();
        compiled.create_dir_all(&name)?;
        Ok(Self { dir: compiled.open_dir(&name)?, name, engine, written: AtomicU64::new(0) })
    }

    /// The name of this engine's folder in the folder of compiled code.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The engine whose code is kept.
    pub(crate) fn engine(&self) -> EngineHash {
        self.engine
    }

    /// The component, if its compiled code is there, whole and its own.
    pub(crate) fn get(&self, engine: &Engine, digest: &ScriptDigest) -> Option<Component> {
        let file = match self.dir.read(digest.to_string()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            read => read.map_err(Unusable::from),
        };
        let component = file.and_then(|file| self.load(engine, digest, &file));
        component.inspect_err(|reason| self.report(digest, reason)).ok()
    }

    /// The component of code that was just compiled and could not be kept.
    pub(crate) fn unkept(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
        #[allow(unsafe_code, reason = "this host compiled it, and it was on no disk")]
        unsafe {
            Component::deserialize(engine, code)
        }
    }

    fn load(&self, engine: &Engine, digest: &ScriptDigest, file: &[u8]) -> Result<Component, Unusable> {
        let code = file::code(file, digest, self.engine)?;
        #[allow(unsafe_code, reason = "only this host writes the folder, and the checksum was just compared")]
        let component = unsafe { Component::deserialize(engine, code) };
        component.map_err(Unusable::Refused)
    }

    /// Reports a file that is not used. An upgrade of the host is no fault.
    fn report(&self, digest: &ScriptDigest, reason: &Unusable) {
        let path = format!("{}/{digest}", self.name);
        match reason {
            Unusable::OlderFormat => tracing::info!(path, %reason, "compiled code is not used, compiling again"),
            _ => tracing::warn!(path, %reason, "compiled code is not used, compiling again"),
        }
    }

    /// Keeps compiled code, in the place of what was kept.
    pub(crate) fn put(&self, digest: &ScriptDigest, code: &[u8]) -> io::Result<()> {
        let temporary = format!("{digest}.{}.{}", std::process::id(), self.written.fetch_add(1, Ordering::Relaxed));
        let kept = self
            .write(&temporary, digest, code)
            .and_then(|()| self.dir.rename(&temporary, &self.dir, digest.to_string()));
        kept.inspect_err(|_| {
            // What is left would fill a disk that is full already; the error that counts is the first.
            let _ = self.dir.remove_file(&temporary);
        })
    }

    fn write(&self, name: &str, digest: &ScriptDigest, code: &[u8]) -> io::Result<()> {
        let mut file = self.dir.create(name)?;
        file.write_all(&file::head(digest, self.engine, code))?;
        file.write_all(code)?;
        file.sync_all()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
mod tests;
