//! What is known of a worker: its deployed record or a brief of it, its versions, and the number of the last one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tollgate_types::{ScriptDigest, Version, WorkerRecord};

use super::Place;
use crate::brief::Brief;
use crate::digest::Mark;

/// A worker that is deployed, or was once.
#[derive(Default)]
pub(super) struct Known {
    pub(super) deployed: Option<Deployed>,
    /// The number of its last version, if it has a record of its own.
    pub(super) number: Option<Box<(Version, Mark)>>,
    /// Earlier versions that are kept, by number. Most workers have none, so that a pointer is all that they cost.
    #[allow(
        clippy::box_collection,
        reason = "a vector is three times as large as a pointer, and most workers have none"
    )]
    kept: Option<Box<Vec<KeptVersion>>>,
}

/// The record that is deployed.
pub(super) struct Deployed {
    pub(super) brief: Brief,
    pub(super) mark: Mark,
    /// `None` if the record is only on the disk.
    pub(super) held: Option<Box<Held>>,
}

/// A record in memory.
pub(super) struct Held {
    pub(super) record: Arc<WorkerRecord>,
    /// Bytes of its stored form.
    pub(super) bytes: u64,
    /// Its place in the queue, if it stands there.
    pub(super) place: Option<u64>,
    /// Whether it was read since it came to its place.
    used: AtomicBool,
}

/// A version that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeptVersion {
    pub(crate) version: Version,
    pub(crate) script: ScriptDigest,
    pub(super) mark: Mark,
}

impl Known {
    pub(super) fn is_nothing(&self) -> bool {
        self.deployed.is_none() && self.number.is_none() && self.kept.is_none()
    }

    /// The scripts of its records.
    pub(super) fn scripts(&self) -> impl Iterator<Item = &ScriptDigest> {
        let deployed = self.deployed.iter().map(|deployed| &deployed.brief.script);
        deployed.chain(self.kept().iter().map(|kept| &kept.script))
    }

    /// Those that are kept, the oldest first.
    pub(super) fn kept(&self) -> &[KeptVersion] {
        self.kept.as_ref().map_or(&[], |kept| kept)
    }

    pub(super) fn keep(&mut self, version: KeptVersion) {
        let kept = self.kept.get_or_insert_default();
        let at = kept.partition_point(|before| before.version < version.version);
        kept.insert(at, version);
    }

    pub(super) fn drop_version(&mut self, number: Version) -> Option<KeptVersion> {
        let kept = self.kept.as_mut()?;
        let at = kept.binary_search_by_key(&number, |kept| kept.version).ok()?;
        let dropped = kept.remove(at);
        if kept.is_empty() {
            self.kept = None;
        }
        Some(dropped)
    }
}

impl Deployed {
    pub(super) fn place(&self) -> Place {
        match &self.held {
            Some(held) => Place::Memory(held.read().clone()),
            None => Place::Disk(self.mark),
        }
    }
}

impl Held {
    pub(super) fn new(record: Arc<WorkerRecord>, bytes: usize) -> Self {
        Self { record, bytes: bytes as u64, place: None, used: AtomicBool::new(false) }
    }

    /// The record. That it was read is noted, which most of the time it is already: then no other core hears of it.
    fn read(&self) -> &Arc<WorkerRecord> {
        if !self.used.load(Ordering::Relaxed) {
            self.used.store(true, Ordering::Relaxed);
        }
        &self.record
    }

    /// Whether it was read since this was asked last.
    pub(super) fn was_used(&self) -> bool {
        self.used.swap(false, Ordering::Relaxed)
    }
}
