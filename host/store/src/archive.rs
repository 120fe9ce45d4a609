//! A backup as a file: a tar archive of the journal's files and of scripts, with a manifest at its end.
//!
//! `journal/…` and `scripts/sha256/<aa>/<digest>` are named as in the data folder. `manifest.json` comes last, so that an
//! archive that was cut short has none. It never holds the key file, a token, compiled code or the index: the index is made
//! again from the journal.

mod hashing;
mod manifest;
mod read;

use tollgate_types::ScriptDigest;

use crate::journal::Name;
use crate::scripts;

pub(crate) use hashing::{Hashing, append};
pub use manifest::{Manifest, PackedJournalFile, PackedScript};
pub(crate) use read::read;
pub use read::verify;

/// The format of the archive, raised when an older Tollgate could not read it.
pub(crate) const FORMAT: u32 = 1;
pub(crate) const MANIFEST: &str = "manifest.json";

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
