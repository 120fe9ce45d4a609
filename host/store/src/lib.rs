//! The store: namespaces, workers and client certificates as records in sled, scripts as files beside it.
//!
//! # What is kept where
//! In the data folder, `store/` belongs to sled and holds records alone: one for each namespace, one for each worker, one
//! for each client certificate with its private key, and one counter of versions for each worker that ever was. A record is
//! JSON behind one byte that names its format, and has at most 64 KiB. `scripts/sha256/<aa>/<digest>` holds the bytes of
//! components, `<aa>` being the first two digits of the digest. All but scripts is also held in memory, so that a dispatch
//! reads a map and never a disk. `store/` is open to its owner alone: records hold secrets and private keys as they are.
//!
//! # The moment of commit
//! There is one writer. A deploy writes the script to `scripts/incoming`, syncs it, renames it into place and syncs the
//! folder; then one sled batch holds the record and the counter; then sled's `flush`, and then our own `sync_all` on
//! sled's `db` file, since `flush` in sled 0.34.7 ends in `sync_file_range`, which promises nothing after a power cut.
//! That last sync is the moment of commit. After it the map in memory changes, the change is announced, and the caller is
//! answered. So a reader sees a write as soon as it is answered, and never one that a crash could take back. A caller who
//! goes away in the middle changes nothing: the write runs on to its end.
//!
//! # After a crash
//! A write that was answered is there. One that was not is there as a whole or not at all: sled recovers a batch
//! atomically. A script may be there that no record names, which is harmless; a record that names a script that
//! was never stored cannot be. A script cut short stays in `scripts/incoming`, and the next upload overwrites it.
//! `snap.*.generating`, a snapshot that sled had not finished, would make sled's `open` fail for ever: it is removed first.
//! A record that cannot be read refuses the opening, with its key: the store never starts with less than it had in silence.
//!
//! A step that fails on the way to the disk stops the writer for good, and all writes are refused until the store is
//! opened anew: after a failed fsync the kernel may have dropped the very pages, so that a second try would succeed and
//! mean nothing. Reading goes on. A full disk is mostly noticed before that point, and then only the upload is refused.
//!
//! # What was rejected
//! - Scripts in sled: values over a quarter of a segment go to side files that sled neither syncs nor frees. Pages of
//!   many records would go there too, so the segments are larger than sled's default (see `records.rs`).
//! - `watch_prefix` for change notices: a subscriber that does not read blocks every writer at event 1,024, and it tells of
//!   changes that are not on disk yet. A `watch` channel holds one number and blocks nobody.
//! - sled's transactions: they retry against other writers, and there is one writer. A batch on one tree is as atomic.
//! - Private keys as files of their own, like scripts: a chain and a key are half of a record's room at most, and as one record
//!   they are there together or not at all, and deleted with one batch. Two files of one certificate would need an order,
//!   a check at the opening, and somebody to sweep up what a crash left.
//! - Reading from sled in a dispatch: the map costs memory by the worker, and saves a decoding by the request.
//!
//! # What is not here yet
//! Scripts that no worker names are not deleted. Counters of deleted workers stay, on purpose: a version number is never
//! used twice, whoever remembers the old one. There is no journal yet from which a broken sled folder could be rebuilt.

mod error;
mod folder;
mod memory;
mod reader;
mod record;
mod records;
mod scripts;
mod writer;

use std::path::Path;
use std::sync::Arc;

use cap_std::fs::Dir;

pub use error::StoreError;
pub use memory::Memory;
pub use reader::Reader;
pub use record::{CertificateDraft, CertificateRecord, Draft, NamespaceRecord};
pub use tollgate_types::config::StoreConfig;
pub use writer::Writer;

use folder::Folder;
use reader::{Shared, Source};
use records::Records;
use scripts::Scripts;

/// Opens the store in a data folder, and creates it if nothing is there.
///
/// `dir` is the data folder and `path` the same folder by name, because sled needs a path. Blocks; one process at a time
/// can have the store open.
pub fn open(config: StoreConfig, dir: Dir, path: &Path) -> Result<(Reader, Writer), StoreError> {
    let data = Folder::new(dir, path);
    let scripts = Scripts::open(&data)?;
    let (records, state) = Records::open(&data, config.cache_bytes)?;
    for (id, record) in state.all() {
        if !scripts.has(&record.script) {
            tracing::error!(worker = %id, script = %record.script, "the script of a worker is gone: upload it again");
        }
    }
    let scripts = Arc::new(scripts);
    let shared = Arc::new(Shared::new(state, Source::Folder(scripts.clone())));
    Ok((Reader::new(shared.clone()), Writer::new(records, scripts, shared, config.certificates)))
}
