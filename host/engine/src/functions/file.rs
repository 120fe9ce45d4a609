//! The file of compiled functions: for each function its key, the length of its code and the code; at the end the SHA-256 of all
//! that. It is read and written function by function, so that memory never holds a second copy of it.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::sync::Arc;
use std::time::SystemTime;

use cap_std::fs::Dir;
use sha2::{Digest as _, Sha256};

use super::{Entries, KEY_BYTES, Key};

/// Its name in the folder of compiled code.
pub(super) const NAME: &str = "functions";
/// Bytes of the checksum.
pub(super) const CHECKSUM_BYTES: u64 = 32;
/// Bytes of a length.
const LENGTH_BYTES: usize = size_of::<u32>();

/// The file, which other processes write too.
pub(super) struct File {
    dir: Dir,
    most_bytes: u64,
    /// Which file was read or written last.
    seen: Option<Mark>,
    written: u64,
}

/// Tells one file from another that takes its place.
#[derive(PartialEq, Clone, Copy)]
struct Mark {
    bytes: u64,
    modified: Option<SystemTime>,
}

/// Bytes that a function takes in the file.
pub(super) fn entry_bytes(code: &[u8]) -> usize {
    KEY_BYTES + LENGTH_BYTES + code.len()
}

impl File {
    /// Removes what hosts that were killed have left of writing it.
    pub(super) fn new(compiled: &Dir, most_bytes: u64) -> io::Result<Self> {
        let dir = compiled.try_clone()?;
        remove_stale(&dir)?;
        Ok(Self { dir, most_bytes, seen: None, written: 0 })
    }

    /// What it holds and is not known yet, if it is another file than the one that was read last, and whole. A file that is too
    /// large counts as absent: its bound was lowered.
    pub(super) fn read_if_changed(&mut self, known: impl Fn(&Key) -> bool) -> Vec<(Key, Arc<[u8]>)> {
        let Some(mark) = self.mark() else { return Vec::new() };
        if self.seen == Some(mark) || mark.bytes > self.most_bytes {
            return Vec::new();
        }
        self.seen = Some(mark);
        self.read(known).unwrap_or_else(|error| {
            tracing::warn!(%error, "the file of compiled functions is damaged, and is not used");
            Vec::new()
        })
    }

    fn read(&self, known: impl Fn(&Key) -> bool) -> io::Result<Vec<(Key, Arc<[u8]>)>> {
        let file = self.dir.open(NAME)?;
        let mut left = file.metadata()?.len().saturating_sub(CHECKSUM_BYTES);
        let mut file = Hashing::of(BufReader::new(file));
        let mut entries = Vec::new();
        while left > 0 {
            let (key, length): (Key, _) = (file.array()?, u32::from_le_bytes(file.array()?));
            // Nothing is reserved for what the file cannot hold.
            let code = (KEY_BYTES + LENGTH_BYTES) as u64 + u64::from(length);
            left = left.checked_sub(code).ok_or(io::ErrorKind::UnexpectedEof)?;
            let code = file.bytes(length as usize)?;
            if !known(&key) {
                entries.push((key, code.into()));
            }
        }
        let (mut file, sum) = file.finish();
        let mut expected = [0; CHECKSUM_BYTES as usize];
        file.read_exact(&mut expected)?;
        if sum == expected { Ok(entries) } else { Err(io::Error::other("its checksum is wrong")) }
    }

    /// The next read takes the file, whatever was read or written before.
    pub(super) fn forget(&mut self) {
        self.seen = None;
    }

    /// Writes a temporary file and renames it, so that a reader sees all of it or nothing.
    pub(super) fn write(&mut self, entries: &Entries) -> io::Result<()> {
        self.written += 1;
        let temporary = format!("{NAME}.{}.{}", std::process::id(), self.written);
        let written = self.fill(&temporary, entries).and_then(|_held| self.dir.rename(&temporary, &self.dir, NAME));
        written.inspect_err(|_| {
            // The first error is the one to report.
            let _ = self.dir.remove_file(&temporary);
        })?;
        self.seen = self.mark();
        Ok(())
    }

    /// Gives the file, whose lock says that it is not stale.
    fn fill(&self, name: &str, entries: &Entries) -> io::Result<std::fs::File> {
        let file = self.dir.create(name)?.into_std();
        // Without locks, no file counts as stale.
        let _ = file.lock();
        let mut hashing = Hashing::of(BufWriter::new(&file));
        for (key, code) in entries {
            let Ok(length) = u32::try_from(code.len()) else { continue };
            hashing.write(key)?;
            hashing.write(&length.to_le_bytes())?;
            hashing.write(code)?;
        }
        let (mut body, sum) = hashing.finish();
        body.write_all(&sum)?;
        body.flush()?;
        drop(body);
        Ok(file)
    }

    fn mark(&self) -> Option<Mark> {
        let found = self.dir.metadata(NAME).ok()?;
        Some(Mark { bytes: found.len(), modified: found.modified().ok().map(cap_std::time::SystemTime::into_std) })
    }
}

/// Removes the temporary files that no process writes any more: their writer would hold their lock.
fn remove_stale(dir: &Dir) -> io::Result<()> {
    for entry in dir.entries()? {
        let name = entry?.file_name();
        let temporary =
            name.to_str().is_some_and(|name| name.strip_prefix(NAME).is_some_and(|end| end.starts_with('.')));
        if temporary && dir.open(&name).is_ok_and(|file| file.into_std().try_lock().is_ok()) {
            // Another host may have been quicker.
            let _ = dir.remove_file(&name);
        }
    }
    Ok(())
}

/// A reader or writer with the SHA-256 of what went through it.
struct Hashing<S> {
    stream: S,
    sum: Sha256,
}

impl<S> Hashing<S> {
    fn of(stream: S) -> Self {
        Self { stream, sum: Sha256::new() }
    }

    fn finish(self) -> (S, [u8; CHECKSUM_BYTES as usize]) {
        (self.stream, self.sum.finalize().into())
    }
}

impl<W: Write> Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.stream.write_all(bytes)
    }
}

impl<R: Read> Hashing<R> {
    fn array<const BYTES: usize>(&mut self) -> io::Result<[u8; BYTES]> {
        let mut array = [0; BYTES];
        self.stream.read_exact(&mut array)?;
        self.sum.update(array);
        Ok(array)
    }

    fn bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.stream.read_exact(&mut bytes)?;
        self.sum.update(&bytes);
        Ok(bytes)
    }
}
