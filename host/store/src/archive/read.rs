//! Reading a backup: every byte is hashed, and it counts as a whole or not at all.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::{FORMAT, Hashing, Item, MANIFEST, Manifest, PackedJournalFile, PackedScript};
use crate::StoreError;

/// The largest manifest: 100 bytes for each of ten million scripts.
const MANIFEST_BYTES: u64 = 1024 * 1024 * 1024;
/// What is read and hashed at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// Takes the bytes of a file as they are read.
type Keep<'a> = &'a mut dyn FnMut(Item, &mut dyn Read) -> Result<(), StoreError>;

/// Checks that a file is a complete backup, every byte of which is as it was written.
pub fn verify(path: &Path) -> Result<Manifest, StoreError> {
    read(path, &mut |_, bytes| io::copy(bytes, &mut io::sink()).map(drop).map_err(|source| failed(path, source)))
}

/// Reads a backup, and hands every file but the manifest to `keep`. What was kept is to be trusted once this returns `Ok`.
pub(crate) fn read(path: &Path, keep: Keep<'_>) -> Result<Manifest, StoreError> {
    let file = File::open(path).map_err(|source| failed(path, source))?;
    let mut archive = tar::Archive::new(BufReader::with_capacity(CHUNK_BYTES, file));
    let refused = |reason: String| StoreError::Archive { path: path.to_owned(), reason };
    let mut found = Contents::default();
    let entries = archive.entries().map_err(|error| refused(error.to_string()))?.raw(true);
    for entry in entries {
        let entry = entry.map_err(|error| refused(found.broken(&error)))?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let item = Item::parse(&name).filter(|_| entry.header().entry_type().is_file());
        let item = item.ok_or_else(|| refused(format!("it is not a backup of Tollgate: it contains {name:?}")))?;
        if found.manifest.is_some() {
            return Err(refused(format!("{name} is behind {MANIFEST}")));
        }
        found.take(item, entry.size(), entry, keep).map_err(|error| match error {
            Refusal::Archive(reason) => refused(reason),
            Refusal::Store(error) => error,
        })?;
    }
    found.complete().map_err(refused)
}

fn failed(path: &Path, source: io::Error) -> StoreError {
    StoreError::Io { act: "read", path: path.to_owned(), source }
}

/// Why a file of the archive is not taken.
enum Refusal {
    Archive(String),
    Store(StoreError),
}

/// What was read so far.
#[derive(Default)]
struct Contents {
    journal: Vec<PackedJournalFile>,
    scripts: Vec<PackedScript>,
    manifest: Option<Manifest>,
}

impl Contents {
    fn broken(&self, error: &io::Error) -> String {
        match self.journal.is_empty() && self.scripts.is_empty() {
            true => format!("it is not a backup of Tollgate: {error}"),
            false => format!("it is truncated or damaged: {error}"),
        }
    }

    fn take(&mut self, item: Item, size: u64, entry: impl Read, keep: Keep<'_>) -> Result<(), Refusal> {
        let path = item.path();
        let mut reader = Hashing::new(entry);
        if item == Item::Manifest {
            let mut text = vec![];
            let read = (&mut reader).take(MANIFEST_BYTES).read_to_end(&mut text);
            read.map_err(|error| Refusal::Archive(format!("{path} cannot be read: {error}")))?;
            let manifest = serde_json::from_slice(&text);
            self.manifest = Some(manifest.map_err(|error| Refusal::Archive(format!("{path} is damaged: {error}")))?);
            return Ok(());
        }
        keep(item, &mut reader).map_err(Refusal::Store)?;
        let (bytes, sha256) = reader.finish().map_err(|error| Refusal::Archive(format!("{path}: {error}")))?;
        match item {
            _ if bytes < size => return Err(Refusal::Archive(format!("it is truncated in {path}"))),
            Item::Script(digest) if digest.to_string() != sha256 => {
                return Err(Refusal::Archive(format!("{path} is damaged: its digest is {sha256}")));
            }
            Item::Script(digest) => self.scripts.push(PackedScript { digest, bytes }),
            Item::Journal(name) => self.journal.push(PackedJournalFile { name: name.to_string(), bytes, sha256 }),
            Item::Manifest => {}
        }
        Ok(())
    }

    /// The manifest, if everything that it lists was there, and nothing else.
    fn complete(self) -> Result<Manifest, String> {
        let manifest = self.manifest.ok_or_else(|| format!("it is truncated: {MANIFEST} is missing"))?;
        if manifest.format != FORMAT {
            return Err(format!("its format is {}, and this version of Tollgate reads {FORMAT}", manifest.format));
        }
        let damaged = manifest.journal.iter().find(|file| !self.journal.contains(file));
        if let Some(file) = damaged {
            return Err(format!("journal/{} is damaged or missing", file.name));
        }
        if self.journal.len() != manifest.journal.len() || self.scripts != manifest.scripts {
            return Err(format!("its files are not those that {MANIFEST} lists"));
        }
        Ok(manifest)
    }
}
