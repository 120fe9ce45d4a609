//! A backup of a running store: the journal up to one moment, and every script that a record names at that moment.
//!
//! The moment is one between two groups of the committer. Everything that the backup has is append-only or never changes,
//! so it is read afterwards, while writes go on: the files of the journal are open, and the scripts are pinned.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tollgate_types::ScriptDigest;

use crate::StoreError;
use crate::archive::{FORMAT, Hashing, MANIFEST, Manifest, PackedJournalFile, PackedScript, append};
use crate::digest::StateDigest;
use crate::entry::Sequence;
use crate::log::DurableFile;
use crate::scripts::{Pinned, Scripts, file_of};

/// What a backup consists of, before it is written.
pub struct Backup {
    sequence: Sequence,
    digest: StateDigest,
    journal: Vec<DurableFile>,
    digests: Vec<ScriptDigest>,
    scripts: Arc<Scripts>,
    _pinned: Vec<Pinned>,
}

impl Backup {
    pub(crate) fn new(
        sequence: Sequence,
        digest: StateDigest,
        journal: Vec<DurableFile>,
        digests: Vec<ScriptDigest>,
        scripts: &Arc<Scripts>,
    ) -> Self {
        let pinned = scripts.pin_all(&digests);
        Self { sequence, digest, journal, digests, scripts: scripts.clone(), _pinned: pinned }
    }

    /// Writes the archive. Blocks; a few chunks are in memory at a time, beside the list of scripts.
    ///
    /// A script that is damaged or missing is left out and listed in the manifest: the rest is worth having.
    pub fn write(self, to: impl Write) -> Result<Manifest, StoreError> {
        let mut archive = tar::Builder::new(to);
        let mut manifest = self.manifest();
        for DurableFile { name, file, bytes } in &self.journal {
            let sha256 = append(&mut archive, &format!("journal/{name}"), *bytes, file).map_err(failed(name))?;
            manifest.journal.push(PackedJournalFile { name: name.clone(), bytes: *bytes, sha256 });
        }
        for digest in &self.digests {
            match self.intact(digest) {
                Ok(bytes) => {
                    self.append_script(&mut archive, digest, bytes)?;
                    manifest.scripts.push(PackedScript { digest: *digest, bytes });
                }
                Err(error) => {
                    tracing::error!(script = %digest, %error, "a script is not in the backup");
                    manifest.missing_scripts.push(*digest);
                }
            }
        }
        let text = serde_json::to_vec(&manifest).map_err(|error| failed(MANIFEST)(io::Error::other(error)))?;
        append(&mut archive, MANIFEST, text.len() as u64, &text[..]).map_err(failed(MANIFEST))?;
        archive.into_inner().and_then(|mut to| to.flush()).map_err(failed("archive"))?;
        Ok(manifest)
    }

    fn manifest(&self) -> Manifest {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Manifest {
            format: FORMAT,
            product: env!("CARGO_PKG_VERSION").to_owned(),
            taken_unix_ms: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
            sequence: self.sequence,
            digest: self.digest.to_string(),
            records: self.digest.records,
            journal: vec![],
            scripts: vec![],
            missing_scripts: vec![],
        }
    }

    /// The size of a script whose bytes are those that were uploaded.
    fn intact(&self, digest: &ScriptDigest) -> Result<u64, StoreError> {
        let name = digest.to_string();
        let (bytes, found) = Hashing::new(self.scripts.opened(digest)?).finish().map_err(failed(&name))?;
        if found == name {
            return Ok(bytes);
        }
        Err(StoreError::Corrupt { what: format!("script {name}"), reason: format!("its digest is {found}") })
    }

    fn append_script<W: Write>(
        &self,
        archive: &mut tar::Builder<W>,
        digest: &ScriptDigest,
        bytes: u64,
    ) -> Result<(), StoreError> {
        let path = format!("scripts/{}", file_of(digest));
        let found = append(archive, &path, bytes, self.scripts.opened(digest)?).map_err(failed(&path))?;
        if found == digest.to_string() {
            return Ok(());
        }
        Err(StoreError::Corrupt { what: path, reason: "it changed while it was read".to_owned() })
    }
}

fn failed(name: &str) -> impl FnOnce(io::Error) -> StoreError {
    let path = Path::new(name).to_owned();
    move |source| StoreError::Io { act: "back up", path, source }
}
