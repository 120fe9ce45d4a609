//! The manifest of a backup: what it holds, and of which moment.

use serde::{Deserialize, Serialize};
use tollgate_types::ScriptDigest;

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
