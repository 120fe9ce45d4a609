//! A backup as a file: a tar archive of the journal's files and of scripts, with a manifest at its end.
//!
//! `journal/…` and `scripts/sha256/<aa>/<digest>` are named as in the data folder. `manifest.json` comes last, so that an
//! archive that was cut short has none. It never holds the key file, a token, compiled code or the index: the index is made
//! again from the journal.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tollgate_types::ScriptDigest;

use crate::journal::Name;
use crate::{StoreError, scripts};

/// The format of the archive, raised when an older Tollgate could not read it.
pub(crate) const FORMAT: u32 = 1;
pub(crate) const MANIFEST: &str = "manifest.json";
/// The largest manifest: 100 bytes for each of ten million scripts.
const MANIFEST_BYTES: u64 = 1024 * 1024 * 1024;
/// What is read and hashed at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of the archive.
    pub format: u32,
    /// The version of Tollgate that made it.
    pub product: String,
    /// When, in milliseconds since 1970-01-01T00:00Z.
    pub taken_unix_ms: u64,
    /// The last entry of the log.
    pub sequence: u64,
    /// The digest of all records after it.
    pub digest: String,
    /// How many records there are.
    pub records: u64,
    /// The files of the journal.
    pub journal: Vec<PackedJournalFile>,
    /// The scripts.
    pub scripts: Vec<PackedScript>,
    /// Scripts that records name and that the host could not read when the backup was taken.
    pub missing_scripts: Vec<ScriptDigest>,
}

/// A file of the journal in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedJournalFile {
    /// Its name in `journal/`.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// A script in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedScript {
    /// Its digest.
    pub digest: ScriptDigest,
    /// Its size.
    pub bytes: u64,
}

/// A file of the archive, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Item {
    Journal(Name),
    Script(ScriptDigest),
    Manifest,
}

impl Item {
    /// `None` for every name that no backup has: nothing else is ever unpacked.
    fn parse(path: &str) -> Option<Self> {
        if path == MANIFEST {
            return Some(Self::Manifest);
        }
        let item = match path.strip_prefix("journal/") {
            Some(name) => Self::Journal(Name::parse(name)?),
            None => Self::Script(path.rsplit_once('/')?.1.parse().ok()?),
        };
        (item.path() == path).then_some(item)
    }

    /// Its path in the archive and in the data folder.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Journal(name) => format!("journal/{name}"),
            Self::Script(digest) => format!("scripts/{}", scripts::file_of(digest)),
            Self::Manifest => MANIFEST.to_owned(),
        }
    }
}

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

/// Counts and hashes what is read.
pub(crate) struct Hashing<R> {
    inner: R,
    bytes: u64,
    hash: Sha256,
}

impl<R: Read> Hashing<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, bytes: 0, hash: Sha256::new() }
    }

    /// Reads what is left; then the number of bytes, and their SHA-256 in hexadecimal digits.
    pub(crate) fn finish(mut self) -> io::Result<(u64, String)> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.so_far())
    }

    pub(crate) fn so_far(self) -> (u64, String) {
        (self.bytes, self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(to)?;
        self.hash.update(to.get(..read).unwrap_or_default());
        self.bytes += read as u64;
        Ok(read)
    }
}

/// Appends a file to an archive. It must have this many bytes.
pub(crate) fn append<W: Write, R: Read>(
    archive: &mut tar::Builder<W>,
    path: &str,
    bytes: u64,
    from: R,
) -> io::Result<String> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes);
    header.set_mode(0o600);
    let mut reader = Hashing::new(from.take(bytes));
    archive.append_data(&mut header, path, &mut reader)?;
    match reader.so_far() {
        (read, sha256) if read == bytes => Ok(sha256),
        (read, _) => Err(io::Error::other(format!("{path} has {read} bytes, and {bytes} were expected"))),
    }
}
