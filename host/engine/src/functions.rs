//! Machine code of single functions, kept for components that have functions in common.
//!
//! A component in JavaScript or Python carries its language's whole runtime. In components that import the same interfaces, the
//! runtime's functions are the same too (an import more moves every offset that they use). Cranelift asks here for each function
//! before it compiles it: a second worker in JavaScript takes 14 s of CPU where the first took 36 (debug build). Between
//! compilations the functions are in one file of the folder of compiled code, and not in memory.
//!
//! Can one customer's component decide what another's function becomes? The key is the SHA-256 of everything that Cranelift
//! compiles from: the function's whole stencil (signature, instructions, layout, constants, stack slots, jump and exception
//! tables), the target and all settings of the compiler; see `compute_cache_key` in cranelift-codegen's `incremental_cache.rs`.
//! What the key leaves out, such as which functions it calls, the value leaves out too: Cranelift fills that in for each
//! function. So an entry is what compiling would give, whoever uploaded the component. To plant another one needs a collision
//! of SHA-256. Only Cranelift makes entries. Only this host writes the file (`cache.rs` says why that is enough), and a file
//! whose checksum is wrong counts as absent.
//!
//! One thing can be observed: a deploy is faster if this host has compiled the same functions before.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime::CacheStore;

mod file;

/// Bytes of a key.
const KEY_BYTES: usize = 32;
/// Bytes of machine code that are kept: room for the runtimes of JavaScript and Python.
const KEPT_BYTES: usize = 192 << 20;
/// Bytes of a component from which it may carry a runtime. Reading and writing the file takes longer than compiling less.
const LARGE_SCRIPT_BYTES: usize = 1 << 20;
/// Bytes of new functions from which the file is written again.
const WORTH_WRITING_BYTES: usize = 1 << 20;

type Key = [u8; KEY_BYTES];
type Entries = HashMap<Key, Arc<[u8]>>;

/// Functions that were compiled or used lately.
pub(crate) struct Functions {
    kept: Mutex<Kept>,
    file: file::File,
}

/// Two generations: what was used since the young one began, and what was used in the one before it. When the young one is
/// full, it becomes the old one, and what the old one held is forgotten.
#[derive(Default)]
struct Kept {
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
    /// Functions whose file is in the folder of compiled code.
    pub(crate) fn new(compiled: &cap_std::fs::Dir) -> std::io::Result<Self> {
        Ok(Self { kept: Mutex::default(), file: file::File::new(compiled)? })
    }

    /// To be held while a script is compiled. Nothing for a small one, which is not worth the time.
    pub(crate) fn while_compiling(&self, script: &[u8]) -> Option<Compiling<'_>> {
        (script.len() >= LARGE_SCRIPT_BYTES).then(|| {
            self.kept().compiling += 1;
            self.read();
            Compiling(self)
        })
    }

    /// Writes the file, if that is worth the time.
    fn write(&self) {
        if self.kept().unwritten_bytes < WORTH_WRITING_BYTES {
            return;
        }
        // Another process may have written since.
        self.read();
        let entries = {
            let mut kept = self.kept();
            kept.unwritten_bytes = 0;
            kept.all()
        };
        if let Err(error) = self.file.write(&entries) {
            tracing::warn!(%error, "compiled functions could not be kept");
        }
    }

    /// Takes what the file has, if it is another than the one that was read last.
    fn read(&self) {
        for (key, code) in self.file.read_if_changed() {
            self.kept().insert(key, code);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Compiling<'_> {
    fn drop(&mut self) {
        self.0.write();
        let mut kept = self.0.kept();
        kept.compiling -= 1;
        if kept.compiling == 0 {
            *kept = Kept::default();
            self.0.file.forget();
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
    fn get(&mut self, key: Key) -> Option<Arc<[u8]>> {
        if let Some(code) = self.young.get(&key) {
            return Some(code.clone());
        }
        let code = self.old.remove(&key)?;
        self.insert(key, code.clone());
        Some(code)
    }

    fn insert(&mut self, key: Key, code: Arc<[u8]>) {
        let bytes = KEY_BYTES + code.len();
        if self.young_bytes + bytes > KEPT_BYTES / 2 {
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
mod tests {
    use cap_std::ambient_authority;
    use cap_std::fs::Dir;

    use super::*;

    fn functions(folder: &tempfile::TempDir) -> Functions {
        Functions::new(&Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap()).unwrap()
    }

    fn large() -> Vec<u8> {
        vec![0; LARGE_SCRIPT_BYTES]
    }

    /// What Cranelift would do for a script of one function.
    fn insert(functions: &Functions, key: u8) {
        assert!(functions.insert(&[key; KEY_BYTES], vec![key; WORTH_WRITING_BYTES]));
    }

    fn compile(functions: &Functions, key: u8) {
        let _compiling = functions.while_compiling(&large());
        insert(functions, key);
    }

    /// The function that is found while a large script is compiled.
    fn found(functions: &Functions, key: u8) -> Option<Vec<u8>> {
        let _compiling = functions.while_compiling(&large());
        functions.get(&[key; KEY_BYTES]).map(Cow::into_owned)
    }

    #[test]
    fn the_next_process_has_the_functions_of_two_that_compiled_at_the_same_time() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two, next) = (functions(&folder), functions(&folder), functions(&folder));
        let compiling = [one.while_compiling(&large()), two.while_compiling(&large())];
        insert(&one, 1);
        insert(&two, 2);
        drop(compiling);
        for key in [1, 2] {
            assert_eq!(found(&next, key), Some(vec![key; WORTH_WRITING_BYTES]));
        }
        assert_eq!(found(&next, 3), None);
    }

    #[test]
    fn between_compilations_memory_holds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let functions = functions(&folder);
        compile(&functions, 1);
        assert_eq!(functions.get(&[1; KEY_BYTES]), None);
        assert!(functions.insert(&[1; KEY_BYTES], vec![1]));
        assert_eq!(functions.get(&[1; KEY_BYTES]), None);
    }

    #[test]
    fn a_file_with_a_flipped_bit_or_an_end_cut_off_counts_as_absent() {
        let folder = tempfile::tempdir().unwrap();
        compile(&functions(&folder), 1);
        let path = folder.path().join(file::NAME);
        let whole = std::fs::read(&path).unwrap();
        assert!(found(&functions(&folder), 1).is_some());
        let mut flipped = whole.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for wrong in [flipped, whole[..whole.len() - 1].to_vec(), whole[..10].to_vec(), vec![]] {
            std::fs::write(&path, wrong).unwrap();
            assert_eq!(found(&functions(&folder), 1), None);
        }
    }

    #[test]
    fn small_scripts_do_not_touch_the_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(functions(&folder).while_compiling(b"small").is_none());
        assert!(!folder.path().join(file::NAME).exists());
    }

    #[test]
    fn memory_is_bounded_and_what_is_used_stays() {
        let mut kept = Kept::default();
        let code: Arc<[u8]> = vec![0; KEPT_BYTES / 8].into();
        for key in 0..20 {
            kept.insert([key; KEY_BYTES], code.clone());
            assert!(kept.get([0; KEY_BYTES]).is_some(), "forgotten after {key}");
        }
        assert!(kept.all().len() <= 8, "{}", kept.all().len());
    }
}
