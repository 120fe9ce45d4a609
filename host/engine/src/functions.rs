//! Machine code of single functions, kept for components that have functions in common. Off unless `code.shared_functions_bytes`
//! is set: the mechanism in Cranelift is experimental, and all who deploy to the host share the file.
//!
//! A component in JavaScript or Python carries its language's whole runtime. In components that import the same interfaces, the
//! runtime's functions are the same too (an import more moves every offset that they use). Cranelift asks here for each function
//! before it compiles it: a second worker in JavaScript takes 14 s of CPU where the first took 36 (debug build). Between
//! compilations the functions are in one file of the folder of compiled code, and not in memory.
//!
//! Can one customer's component decide what another's function becomes? The key is a SHA-256 over what Rust's derived `Hash`
//! gives of the function's stencil (signature, instructions, layout, constants, stack slots, jump and exception tables), of the
//! target and of all settings of the compiler; see `compute_cache_key` in cranelift-codegen's `incremental_cache.rs`. So the
//! answer is no if two stencils that differ also differ in that `Hash`, which is more than SHA-256 itself promises. What the key
//! leaves out, such as which functions it calls, the value leaves out too: Cranelift fills that in for each function. Only
//! Cranelift makes entries. Only this host writes the file (`cache.rs` says why that is enough), and a file whose checksum is
//! wrong counts as absent.
//!
//! One thing can be observed: a deploy is faster if this host has compiled the same functions before.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime::CacheStore;

mod file;

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes of a component from which it may carry a runtime. Reading and writing the file takes longer than compiling less.
const LARGE_SCRIPT_BYTES: usize = 1 << 20;
/// Bytes of new functions from which the file is written again.
const WORTH_WRITING_BYTES: usize = 1 << 20;

type Key = [u8; KEY_BYTES];
type Entries = HashMap<Key, Arc<[u8]>>;

/// Functions that were compiled or used lately.
pub(crate) struct Functions {
    /// Locked while the file is read or written, and always before `kept`.
    file: Mutex<file::File>,
    kept: Mutex<Kept>,
}

/// Two generations: what was used since the young one began, and what was used in the one before it. When the young one is
/// full, it becomes the old one, and what the old one held is forgotten.
struct Kept {
    /// Bytes of a generation.
    most_bytes: usize,
    young: Entries,
    young_bytes: usize,
    old: Entries,
    /// Bytes of functions that the file does not have.
    unwritten_bytes: usize,
    /// Large scripts that are being compiled. At zero, nothing is kept in memory.
    compiling: usize,
}

/// Held while a large script is compiled.
pub(crate) struct Compiling<'a>(&'a Functions);

impl Functions {
    /// Functions whose file is in the folder of compiled code, and has at most so many bytes.
    pub(crate) fn new(compiled: &cap_std::fs::Dir, bytes: u64) -> std::io::Result<Self> {
        let most_bytes = usize::try_from(bytes.saturating_sub(file::CHECKSUM_BYTES)).unwrap_or(usize::MAX) / 2;
        let file = file::File::new(compiled, bytes)?;
        Ok(Self { file: Mutex::new(file), kept: Mutex::new(Kept::new(most_bytes)) })
    }

    /// To be held while a script is compiled. Nothing for a small one, which is not worth the time.
    pub(crate) fn while_compiling(&self, script: &[u8]) -> Option<Compiling<'_>> {
        (script.len() >= LARGE_SCRIPT_BYTES).then(|| {
            let mut file = self.file();
            self.kept().compiling += 1;
            self.read(&mut file);
            Compiling(self)
        })
    }

    /// Writes the file, if that is worth the time.
    fn write(&self) {
        if self.kept().unwritten_bytes < WORTH_WRITING_BYTES {
            return;
        }
        let mut file = self.file();
        // Another process may have written since.
        self.read(&mut file);
        let entries = {
            let mut kept = self.kept();
            kept.unwritten_bytes = 0;
            kept.all()
        };
        if let Err(error) = file.write(&entries) {
            tracing::warn!(%error, "compiled functions could not be kept");
        }
    }

    /// Takes what the file has, if it is another than the one that was read last.
    fn read(&self, file: &mut file::File) {
        for (key, code) in file.read_if_changed(|key| self.kept().has(key)) {
            self.kept().insert(key, code);
        }
    }

    fn file(&self) -> MutexGuard<'_, file::File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Compiling<'_> {
    /// To be called when the script was compiled: functions of a refused one alone do not make the file be written.
    pub(crate) fn succeeded(self) {
        self.0.write();
    }
}

impl Drop for Compiling<'_> {
    fn drop(&mut self) {
        let mut file = self.0.file();
        let mut kept = self.0.kept();
        kept.compiling -= 1;
        if kept.compiling == 0 {
            *kept = Kept::new(kept.most_bytes);
            file.forget();
        }
    }
}

impl std::fmt::Debug for Functions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Functions").finish_non_exhaustive()
    }
}

impl CacheStore for Functions {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        let key = key.try_into().ok()?;
        let code = self.kept().get(key)?;
        Some(Cow::Owned(code.to_vec()))
    }

    fn insert(&self, key: &[u8], value: Vec<u8>) -> bool {
        let Ok(key) = key.try_into() else { return false };
        let mut kept = self.kept();
        if kept.compiling == 0 {
            return true;
        }
        kept.unwritten_bytes += value.len();
        kept.insert(key, value.into());
        true
    }
}

impl Kept {
    fn new(most_bytes: usize) -> Self {
        let (young, old) = (Entries::new(), Entries::new());
        Self { most_bytes, young, young_bytes: 0, old, unwritten_bytes: 0, compiling: 0 }
    }

    fn has(&self, key: &Key) -> bool {
        self.young.contains_key(key) || self.old.contains_key(key)
    }

    fn get(&mut self, key: Key) -> Option<Arc<[u8]>> {
        if let Some(code) = self.young.get(&key) {
            return Some(code.clone());
        }
        let code = self.old.remove(&key)?;
        self.insert(key, code.clone());
        Some(code)
    }

    fn insert(&mut self, key: Key, code: Arc<[u8]>) {
        let bytes = file::entry_bytes(&code);
        if bytes > self.most_bytes {
            return;
        }
        if self.young_bytes + bytes > self.most_bytes {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        if self.young.insert(key, code).is_none() {
            self.young_bytes += bytes;
        }
    }

    /// Both generations.
    fn all(&self) -> Entries {
        let both = self.old.iter().chain(&self.young);
        both.map(|(key, code)| (*key, code.clone())).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests;
