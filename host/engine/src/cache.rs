//! Compiled code on disk: `<WASI version>-<engine hash>/<script digest>`, each file its own SHA-256 followed by wasmtime's bytes.
//!
//! Loading compiled code is running it: a wrong file is machine code of a stranger's choosing. So only this host writes
//! the folder (opened once, through cap-std, not reachable by any worker), the name carries the engine's hash, so that
//! another version or configuration never reads it, and the checksum catches a torn or flipped file, which then counts
//! as absent. Whoever can write files as this host's user can run code as it anyway.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};

use cap_std::fs::Dir;
use tollgate_types::ScriptDigest;
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::Version;

/// Bytes of the checksum, as hexadecimal text.
const CHECKSUM_BYTES: usize = 64;

pub(crate) struct Cache {
    dir: Dir,
    written: AtomicU64,
}

impl Cache {
    pub(crate) fn new(compiled: &Dir, version: Version, engine: &Engine) -> io::Result<Self> {
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let name = format!("{version:?}-{:016x}", hasher.finish()).to_lowercase();
        compiled.create_dir_all(&name)?;
        Ok(Self { dir: compiled.open_dir(&name)?, written: AtomicU64::new(0) })
    }

    /// The component, if its compiled code is there and whole.
    pub(crate) fn get(&self, engine: &Engine, digest: &ScriptDigest) -> Option<Component> {
        let file = self.dir.read(digest.to_string()).ok()?;
        let (checksum, compiled) = file.split_at_checked(CHECKSUM_BYTES)?;
        if checksum != ScriptDigest::of(compiled).to_string().as_bytes() {
            tracing::warn!(%digest, "compiled code is damaged, compiling again");
            return None;
        }
        #[allow(unsafe_code, reason = "only this host writes the folder, and the checksum was just compared")]
        let component = unsafe { Component::deserialize(engine, compiled) };
        component.inspect_err(|error| tracing::warn!(%digest, %error, "compiled code was not taken")).ok()
    }

    /// Keeps compiled code: to a temporary file, then renamed, so that a reader sees all of it or none.
    pub(crate) fn put(&self, digest: &ScriptDigest, compiled: &[u8]) -> io::Result<()> {
        let temporary = format!("{digest}.{}.{}", std::process::id(), self.written.fetch_add(1, Ordering::Relaxed));
        let kept =
            self.write(&temporary, compiled).and_then(|()| self.dir.rename(&temporary, &self.dir, digest.to_string()));
        kept.inspect_err(|_| {
            // What is left would fill a disk that is full already; the error that counts is the first.
            let _ = self.dir.remove_file(&temporary);
        })
    }

    fn write(&self, name: &str, compiled: &[u8]) -> io::Result<()> {
        let mut file = self.dir.create(name)?;
        file.write_all(ScriptDigest::of(compiled).to_string().as_bytes())?;
        file.write_all(compiled)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_compiled_code_that_could_not_be_kept() {
        let folder = std::env::temp_dir().join(format!("tollgate-cache-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let dir = Dir::open_ambient_dir(&folder, cap_std::ambient_authority()).unwrap();
        let digest = ScriptDigest::of(b"script");
        // A folder where the file belongs.
        dir.create_dir(digest.to_string()).unwrap();
        let cache = Cache { dir, written: AtomicU64::new(0) };
        cache.put(&digest, b"compiled").unwrap_err();
        let names: Vec<_> = cache.dir.entries().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(names, [digest.to_string().as_str()]);
    }
}
