//! The store: namespaces, workers, versions and client certificates as records, and scripts as files beside them.
//!
//! # What is kept where
//! The data folder holds:
//! - `journal/`: the log of all changes, and snapshots of all records. It is where a change is committed.
//! - `store/`: sled, which holds every record once more, as an index with the number of the last change applied.
//! - `scripts/sha256/<aa>/<digest>`: the bytes of components. `<aa>` is the first two digits of the digest.
//! - `key`: the keys that secrets are sealed with, unless the operator keeps them elsewhere.
//! - `lock`: locked, as the folder itself is, while a process has the store open.
//!
//! `record.rs` has the records, `key.rs` their keys and `value.rs` their bytes. Secrets and private keys are sealed in them
//! (`seal.rs`).
//!
//! # What is in memory
//! The state (`state.rs`) has every namespace, every certificate, and of every worker a brief: version, script, and the mark of
//! its record, which is a hash. Of the records themselves it has the operator's own, and as many bytes of the customers' as the
//! configuration says: those that were read lately. A dispatch reads a map, and the disk only for a worker that got no request lately
//! (`records.rs`). What is read there counts only if it has the mark that the state knows.
//!
//! # One change
//! ```text
//! Command ── plan(&View) ──▶ Vec<Change> | StoreError      plan.rs: every rule, and no I/O
//! Vec<Change> ── Log::commit ──▶ durable | CommitError     log.rs; journal.rs with index.rs behind it
//! Vec<Change> ── State::put, State::remove ──▶             state.rs: one fold for start, live and repair
//! ```
//! One thread, the committer, plans and commits. It takes all commands that wait, up to a bound, plans each on top of those before
//! it, writes them to the journal and syncs the journal once. That sync is the moment of commit. Then sled and the state go on
//! together, and the callers are answered. A reader sees a change as soon as its caller is
//! answered, and never one that a crash could take back. A caller that goes away changes nothing: the command runs to its end.
//!
//! A script is stored before the command that names it: written under another name, synced, renamed, and its folder synced. A
//! command that would be refused is refused before its script is stored.
//!
//! # After a crash
//! A change that was answered is there. One that was not is there as a whole or not at all. A script may be there that no
//! record names; a record that names a script that was never stored cannot be.
//!
//! # When the disk fails
//! The journal and sled check each other at every start (`recovery.rs`), and of a large store the records of sled while the host
//! serves (`housekeeper/compare.rs`). Damage to either one is mended from the other and reported in the log and in `/status`. If both are damaged, the start is refused, nothing is changed, and the error names
//! what cannot be proven. The journal may lack its last entry only if a crash cut it short before it was answered.
//!
//! A full disk refuses the change and nothing else: what was written of it is cut off again, and the next change may succeed. A
//! failed sync stops the writer until the next start, because the kernel may have dropped the very pages, so that a second try
//! would succeed and mean nothing. Reading goes on in both cases. If sled alone cannot be written, the journal goes on without
//! it, and the next start makes it again.
//!
//! # What was rejected
//! - sled alone. Version 0.34.7 takes a failed read or a flipped bit for the end of its log, writes zeros over the rest and reports
//!   success. It is opened in place only while the journal proves every record.
//! - Scripts in sled: values over a quarter of a segment go to side files that sled neither syncs nor frees.
//! - `watch_prefix` for change notices: a subscriber that does not read blocks every writer at event 1,024, and it reports changes
//!   that are not on disk yet. A `watch` channel holds one number and blocks no writer.
//! - A digest of the state that depends on the order of its records, as a Merkle tree's does: a change would cost more than one
//!   record, and neither copy is damaged on purpose.
//! - Secrets in the versions that are kept: a secret that was rotated or deleted must not stay anywhere.
//!
//! # What is not here yet
//! A log that several hosts share. `Log::commit` can report a conflict for it; the committer has nothing to conflict with today.

mod archive;
mod backup;
mod brief;
mod change;
mod check;
mod command;
mod committer;
mod digest;
mod disk;
mod durable;
mod entry;
mod error;
mod folder;
mod health;
mod housekeeper;
mod index;
mod journal;
mod key;
mod key_file;
mod lock;
mod log;
mod memory;
mod plan;
mod reader;
mod record;
mod records;
mod recovery;
mod repair;
mod restore;
mod ring;
mod rotation;
mod scripts;
mod seal;
mod state;
mod token;
mod value;
mod view;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tollgate_types::ScriptDigest;

use cap_std::fs::Dir;

pub use archive::{Manifest, PackedJournalFile, PackedScript, verify as verify_backup};
pub use backup::Backup;
pub use check::{Checked, Cure, Finding, check};
pub use command::Deployed;
pub use disk::Disk;
pub use error::{KeyFileError, StoreError};
pub use health::{Health, Report, Writes};
pub use housekeeper::collect_every;
pub use memory::Memory;
pub use plan::Configured;
pub use reader::Reader;
pub use record::{CertificateDraft, CertificateRecord, Draft, NamespaceRecord};
pub use repair::{Repaired, repair};
pub use restore::{Restored, restore};
pub use rotation::Rotated;
pub use seal::Keys;
pub use token::read_token;
pub use tollgate_types::config::StoreConfig;
pub use writer::Writer;

use committer::Committer;
use folder::Folder;
use housekeeper::{Housekeeper, Pace};
use lock::Lock;
use plan::Rules;
use reader::{Shared, Source};
use records::{Copies, Records};
use recovery::Opening;
use ring::Ring;
use scripts::Scripts;
use state::State;

/// What a store is opened with.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The section of the configuration.
    pub config: StoreConfig,
    /// The file of the keys that secrets are sealed with; `key` in the data folder if it is not given.
    pub key_file: Option<PathBuf>,
    /// The outbound workers that the host itself calls.
    pub configured: Arc<[Configured]>,
}

/// Opens the store in a data folder, and creates it if nothing is there.
///
/// `dir` is the data folder and `path` the same folder by name, because sled needs a path. Blocks; one process at a time
/// can have the store open.
pub fn open(setup: Setup, dir: Dir, path: &Path) -> Result<(Reader, Writer), StoreError> {
    let pace = Pace::of(&setup.config);
    open_at(pace, setup, dir, path)
}

fn open_at(pace: Pace, setup: Setup, dir: Dir, path: &Path) -> Result<(Reader, Writer), StoreError> {
    let data = Folder::new(dir, path);
    let lock = Lock::take(&data)?;
    if !data.dir().is_dir(recovery::JOURNAL) {
        data.sync_parents()?;
    }
    let (keys, health) = (key_file::load(&data, setup.key_file.as_deref())?, Health::default());
    let opening = Opening { data: &data, keys: &keys, config: setup.config, health: &health };
    let (opened, there) = std::thread::scope(|scope| {
        let there = scope.spawn(|| Scripts::list(&data));
        (opening.open(), there.join())
    });
    let opened = opened.map_err(|error| error.of_key_file(key_file::place(&data, setup.key_file.as_deref())))?;
    let scripts = Arc::new(Scripts::open(&data)?);
    note_missing(&opened.state, &there.unwrap_or(Err(StoreError::Stopped))?, &scripts, &health)?;
    let (journal, index) = (opened.log.folder.clone(), opened.log.index.clone());
    let records = Records::on_disk(Copies { index, journal, keys: keys.clone(), health: health.clone() });
    let shared = Arc::new(Shared::new(opened.state, records, Source::Folder(scripts.clone()), health.clone()));
    let rules = Rules {
        certificates: setup.config.certificates as usize,
        versions: setup.config.versions as usize,
        configured: setup.configured,
    };
    let key_file = key_file::place(&data, setup.key_file.as_deref());
    let ring = Ring { data: path.to_owned(), path: key_file, keys: tokio::sync::Mutex::new(keys.clone()) };
    let pace = if opened.compared { pace } else { Pace { scrub_after: Duration::ZERO, ..pace } };
    let housekeeper = Housekeeper::start(data, scripts.clone(), shared.clone(), pace)?;
    let (log, _lock) = (Box::new(opened.log), Some(lock));
    let committer = Committer { log, shared: shared.clone(), rules, keys, health, _lock };
    Ok((Reader::new(shared), Writer::start(committer, scripts, ring, housekeeper)?))
}

/// One script that is missing is its workers' loss; if all are missing, the operator forgot something. `there` is sorted.
fn note_missing(state: &State, there: &[ScriptDigest], scripts: &Scripts, health: &Health) -> Result<(), StoreError> {
    let is_missing = |digest: &ScriptDigest| there.binary_search(digest).is_err();
    let named = state.scripts();
    let (count, missing) = (named.len(), named.iter().filter(|digest| is_missing(digest)).count());
    if count > 0 && missing == count {
        return Err(StoreError::ScriptsGone { folder: scripts.path(), count });
    }
    if missing > 0 {
        for (id, brief) in state.all().filter(|(_, brief)| is_missing(&brief.script)) {
            health.script_is_damaged(&brief.script, &format!("its file is missing, and worker {id} has it"));
        }
    }
    Ok(())
}
