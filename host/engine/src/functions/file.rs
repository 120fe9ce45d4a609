//! The file of compiled functions: its SHA-256, then for each function its key, the length of its code, and the code.

use std::io::{self, BufWriter, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use cap_std::fs::Dir;
use tollgate_types::ScriptDigest;

use super::{Entries, KEPT_BYTES, KEY_BYTES, Key};

/// Its name in the folder of compiled code.
pub(super) const NAME: &str = "functions";
/// Bytes of the checksum, as text.
const CHECKSUM_BYTES: usize = 64;
/// Bytes of a length.
const LENGTH_BYTES: usize = size_of::<u32>();

/// The file, which other processes write too.
pub(super) struct File {
    dir: Dir,
    /// Which file was read or written last.
    seen: Mutex<Option<Mark>>,
    written: AtomicU64,
}

/// Tells one file from another that takes its place.
#[derive(PartialEq, Clone, Copy)]
struct Mark {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl File {
    pub(super) fn new(compiled: &Dir) -> io::Result<Self> {
        Ok(Self { dir: compiled.try_clone()?, seen: Mutex::default(), written: AtomicU64::new(0) })
    }

    /// What it holds, if it is another file than the one that was read last, and whole.
    pub(super) fn read_if_changed(&self) -> Vec<(Key, Arc<[u8]>)> {
        let Some(mark) = self.mark() else { return Vec::new() };
        let mut seen = self.seen();
        if *seen == Some(mark) || mark.bytes > 2 * KEPT_BYTES as u64 {
            return Vec::new();
        }
        *seen = Some(mark);
        drop(seen);
        let entries = self.dir.read(NAME).ok().and_then(|file| checked(&file));
        entries.unwrap_or_else(|| {
            tracing::warn!("the file of compiled functions is damaged, and is not used");
            Vec::new()
        })
    }

    /// The next read takes the file, whatever was read or written before.
    pub(super) fn forget(&self) {
        *self.seen() = None;
    }

    fn seen(&self) -> MutexGuard<'_, Option<Mark>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a temporary file and renames it, so that a reader sees all of it or nothing.
    pub(super) fn write(&self, entries: &Entries) -> io::Result<()> {
        let temporary = format!("{NAME}.{}.{}", std::process::id(), self.written.fetch_add(1, Ordering::Relaxed));
        let written = self.fill(&temporary, entries).and_then(|()| self.dir.rename(&temporary, &self.dir, NAME));
        written.inspect_err(|_| {
            // The first error is the one to report.
            let _ = self.dir.remove_file(&temporary);
        })?;
        *self.seen() = self.mark();
        Ok(())
    }

    fn fill(&self, name: &str, entries: &Entries) -> io::Result<()> {
        let mut body = Vec::new();
        for (key, code) in entries {
            let Ok(length) = u32::try_from(code.len()) else { continue };
            body.extend(key);
            body.extend(length.to_le_bytes());
            body.extend(&**code);
        }
        let mut file = BufWriter::new(self.dir.create(name)?);
        file.write_all(checksum(&body).as_bytes())?;
        file.write_all(&body)?;
        file.flush()
    }

    fn mark(&self) -> Option<Mark> {
        let found = self.dir.metadata(NAME).ok()?;
        Some(Mark { bytes: found.len(), modified: found.modified().ok().map(cap_std::time::SystemTime::into_std) })
    }
}

fn checksum(body: &[u8]) -> String {
    ScriptDigest::of(body).to_string()
}

/// The entries of a file whose checksum is right.
fn checked(file: &[u8]) -> Option<Vec<(Key, Arc<[u8]>)>> {
    let (sum, mut body) = file.split_at_checked(CHECKSUM_BYTES)?;
    if sum != checksum(body).as_bytes() {
        return None;
    }
    let mut entries = Vec::new();
    while !body.is_empty() {
        let (key, rest) = body.split_first_chunk::<KEY_BYTES>()?;
        let (length, rest) = rest.split_first_chunk::<LENGTH_BYTES>()?;
        let (code, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        entries.push((*key, code.into()));
        body = rest;
    }
    Some(entries)
}
