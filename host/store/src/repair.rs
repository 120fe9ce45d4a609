//! Repairing a store of which both copies are damaged: everything that either of them proves is kept, and the rest is named.
//!
//! The result is a new journal of one snapshot, numbered after every entry that was ever seen. The damaged files are moved to
//! `journal.damaged` and `store.damaged`, and stay there until the operator deletes them. The snapshot has its name before the old files are moved, so
//! whatever interrupts a repair, the next start or the next repair has the old files or the new one.

mod copies;
mod fitting;
mod merge;
mod report;

use std::path::Path;

use cap_std::fs::Dir;

use crate::digest::{Mark, StateDigest};
use crate::health::Health;
use crate::index::{self, Index, Readable};
use crate::journal::{self, Journal, Link, SnapshotWriter, StoreId};
use crate::lock::Lock;
use crate::recovery::{JOURNAL, Opening, Verdict};
use crate::scripts::Scripts;
use crate::{Folder, Keys, Setup, StoreError, key_file};

pub use report::Repaired;

use copies::Copies;
use merge::Merged;

/// Where damaged files of the journal go.
const JOURNAL_ASIDE: &str = "journal.damaged";
/// Where a damaged index goes.
const INDEX_ASIDE: &str = "store.damaged";
/// The damaged index while a repair runs.
const INDEX_IN_REPAIR: &str = "store.repairing";

/// Repairs the store in a data folder. Blocks. `None` if it needs no repair: the next start mends what is damaged, if anything is.
///
/// A store without any record that can be read is begun anew only if that loss is accepted, and so is a record left out whose
/// secrets the key file does not open.
pub fn repair(setup: Setup, dir: Dir, path: &Path, accept_loss: bool) -> Result<Option<Repaired>, StoreError> {
    let data = Folder::new(dir, path);
    let _lock = Lock::take(&data)?;
    resume(&data)?;
    let keys = keys(&data, &setup, accept_loss)?;
    let health = Health::default();
    let opening = Opening { data: &data, keys: &keys, config: setup.config, health: &health };
    match opening.examine().map(|examined| examined.verdict) {
        Ok(Verdict::Proven(_) | Verdict::Empty | Verdict::Older) => return Ok(None),
        Ok(Verdict::Refused(error @ StoreError::RecordsGone { .. })) if !accept_loss => return Err(error),
        // Which records an unknown key has sealed is found when the copies are merged.
        Ok(Verdict::Refused(_)) | Err(StoreError::UnknownKey { .. }) => {}
        Err(error) => return Err(error),
    }
    let repair = Repair { data: &data, opening: &opening, keys: &keys };
    repair.run(accept_loss).map(Some)
}

/// A repair that was interrupted left the index under another name.
fn resume(data: &Folder) -> Result<(), StoreError> {
    if !data.dir().is_dir(INDEX_IN_REPAIR) {
        return Ok(());
    }
    let name = if data.dir().is_dir(index::FOLDER) { data.free_name(INDEX_ASIDE) } else { index::FOLDER.to_owned() };
    data.rename(INDEX_IN_REPAIR, &name)
}

/// If neither copy is there, nothing is sealed, and a new key will do.
fn keys(data: &Folder, setup: &Setup, accept_loss: bool) -> Result<Keys, StoreError> {
    let file = setup.key_file.as_deref();
    let nothing_sealed = !data.dir().is_dir(index::FOLDER) && journal_files(data)?.is_empty();
    match key_file::existing(data, file) {
        Err(StoreError::KeyFileMissing(_)) if accept_loss && nothing_sealed => key_file::make(data, file),
        keys => keys,
    }
}

fn journal_files(data: &Folder) -> Result<Vec<String>, StoreError> {
    data.existing(JOURNAL)?.map_or(Ok(vec![]), |folder| journal::names(&folder))
}

struct Repair<'a> {
    data: &'a Folder,
    opening: &'a Opening<'a>,
    keys: &'a Keys,
}

impl Repair<'_> {
    fn run(&self, accept_loss: bool) -> Result<Repaired, StoreError> {
        let folder = self.data.subfolder(JOURNAL)?;
        folder.keep_for_owner()?;
        let scan = journal::scan(&folder)?;
        let journal = journal::salvage(&folder, scan.id)?;
        let copies = Copies::new(journal, scan, self.opening.salvage_index()?);
        let (id, sequence) = (copies.id(), copies.next_sequence());
        let mut merged = copies.merge(self.keys, accept_loss)?;
        if merged.records.is_empty() && !accept_loss {
            return Err(StoreError::NothingKept(self.data.path().to_owned()));
        }
        self.note_missing_scripts(&mut merged)?;
        self.write(&folder, id, sequence, &merged)?;
        merged.report.aside = self.set_aside(&folder, sequence)?;
        // The proof, which makes the index again too.
        self.opening.open()?;
        Ok(merged.report)
    }

    fn note_missing_scripts(&self, merged: &mut Merged) -> Result<(), StoreError> {
        let there: std::collections::HashSet<_> = Scripts::list(self.data)?.into_iter().collect();
        for (worker, script) in &merged.scripts {
            if !there.contains(script) {
                merged.report.doubtful.push(format!("worker {worker}: script {script} is missing: upload it again"));
            }
        }
        Ok(())
    }

    fn write(&self, folder: &Folder, id: StoreId, sequence: u64, merged: &Merged) -> Result<(), StoreError> {
        let mut digest = StateDigest::default();
        merged.records.iter().for_each(|(key, value)| digest.add(Mark::of(key, value)));
        let mut writer = SnapshotWriter::create(folder, id, Link::anew(&id, sequence, digest))?;
        for (key, value) in &merged.records {
            writer.push(key.clone(), value.clone())?;
        }
        if self.data.dir().is_dir(index::FOLDER) {
            self.data.rename(index::FOLDER, INDEX_IN_REPAIR)?;
            self.data.sync(".")?;
        }
        writer.finish()
    }

    /// Moves what is damaged out of the way, and begins the new journal.
    fn set_aside(&self, folder: &Folder, sequence: u64) -> Result<Vec<String>, StoreError> {
        let mut aside = vec![];
        let names = journal::names_but_snapshot(folder, sequence)?;
        if !names.is_empty() {
            let to = self.data.free_name(JOURNAL_ASIDE);
            self.data.subfolder(&to)?.keep_for_owner()?;
            names
                .iter()
                .try_for_each(|name| self.data.rename(&format!("{JOURNAL}/{name}"), &format!("{to}/{name}")))?;
            self.data.sync(&to)?;
            folder.sync(".")?;
            aside.push(to);
        }
        if self.data.dir().is_dir(INDEX_IN_REPAIR) {
            let to = self.data.free_name(INDEX_ASIDE);
            self.data.rename(INDEX_IN_REPAIR, &to)?;
            self.data.sync(".")?;
            aside.push(to);
        }
        let scan = journal::scan(folder)?;
        Journal::begin(folder.clone(), scan.id.unwrap_or_default(), scan.head)?;
        Ok(aside)
    }
}

impl Opening<'_> {
    /// The readable records of a copy of the index, which is removed again. A disk without room for the copy is no damage.
    fn salvage_index(&self) -> Result<Result<Readable, StoreError>, StoreError> {
        let copied = self.copy_of_index();
        let missing = || StoreError::Corrupt { what: "store/".to_owned(), reason: "it is not there".to_owned() };
        let readable = copied.and_then(|index| index.ok_or_else(missing).map(Index::readable));
        self.remove_copy()?;
        match readable {
            Err(error) if error.is_of_the_disk() => Err(error),
            readable => Ok(readable),
        }
    }
}

#[cfg(test)]
mod tests;
