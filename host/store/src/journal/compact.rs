//! Compaction: a new snapshot, made of the one before it and of the entries since, and then the removal of what it stands for.
//!
//! A file may rot while the host runs. The digest of the new snapshot shows it: a snapshot is named only if its records are those of
//! the entry that it is of. It is then made again from an older snapshot, or from the first entry, as far back as the files go.

use std::collections::BTreeMap;

use super::file::StoreId;
use super::names::{Name, list};
use super::replay::{replay_segments, replay_snapshot};
use super::scan::Link;
use super::segment::CUT_OFF;
use super::snapshot::SnapshotWriter;
use crate::entry::{Sequence, Stored};
use crate::error::chain;
use crate::health::Health;
use crate::{Folder, StoreError};

/// Two generations.
const KEPT: usize = 2;
/// Where a mend puts damaged files, until others are put there.
pub(crate) const ASIDE: &str = "damaged";

/// Makes a snapshot after the last entry of the closed segments. Blocks. Damage is noted in the health, also if it cost nothing.
pub(crate) fn compact(folder: &Folder, id: StoreId, link: Link, health: &Health) -> Result<(), StoreError> {
    let damaged = compact_from_any(folder, id, link).inspect_err(|error| {
        if !error.is_of_the_disk() {
            let reason = chain(error);
            health.found_once(format!(
                "no snapshot can be made of the journal: {reason}: start the host again, which mends it from store/"
            ));
        }
    })?;
    for sequence in damaged {
        let name = Name::Snapshot(sequence).to_string();
        health.found_once(format!("journal/{name} was damaged while the host ran: a snapshot was made without it"));
        remove(folder, &name)?;
    }
    remove_older(folder)
}

/// Makes it of the newest snapshot that is intact. Returns the numbers of those that are not.
fn compact_from_any(folder: &Folder, id: StoreId, link: Link) -> Result<Vec<Sequence>, StoreError> {
    let snapshots = list(folder)?.into_iter().rev().filter_map(|name| match name {
        Name::Snapshot(sequence) if sequence <= link.sequence => Some(sequence),
        _ => None,
    });
    let (mut damaged, mut first) = (vec![], None);
    for base in snapshots.chain([0]) {
        match compact_from(folder, id, base, link) {
            Ok(()) => return Ok(damaged),
            Err(error @ StoreError::Corrupt { .. }) => first = first.or(Some(error)),
            Err(error) => return Err(error),
        }
        damaged.push(base);
    }
    Err(first.unwrap_or(StoreError::Stopped))
}

/// `base` is the entry of a snapshot, or 0 for none.
fn compact_from(folder: &Folder, id: StoreId, base: Sequence, link: Link) -> Result<(), StoreError> {
    let mut tail: BTreeMap<String, Option<Vec<u8>>> = BTreeMap::new();
    replay_segments(folder, base, link.sequence, &mut |frame| {
        tail.extend(frame.changes.into_iter().map(|Stored { key, value }| (key, value)));
        Ok(())
    })?;
    let mut writer = SnapshotWriter::create(folder, id, link)?;
    let mut tail = tail.into_iter().peekable();
    if base > 0 {
        replay_snapshot(folder, base, &mut |frame| {
            for Stored { key, value } in frame.changes {
                while let Some((newer, change)) = tail.next_if(|(newer, _)| *newer < key) {
                    change.map_or(Ok(()), |value| writer.push(newer, value))?;
                }
                match tail.next_if(|(newer, _)| *newer == key) {
                    Some((newer, change)) => change.map_or(Ok(()), |value| writer.push(newer, value))?,
                    None => value.map_or(Ok(()), |value| writer.push(key, value))?,
                }
            }
            Ok(())
        })?;
    }
    for (key, change) in tail {
        change.map_or(Ok(()), |value| writer.push(key, value))?;
    }
    writer.finish()
}

/// Removes snapshots but the newest two, and what has no entry that is not in the older of these: segments, and what was put aside.
fn remove_older(folder: &Folder) -> Result<(), StoreError> {
    let names = list(folder)?;
    let snapshots: Vec<_> = names.iter().rev().filter(|name| matches!(name, Name::Snapshot(_))).collect();
    snapshots.iter().skip(KEPT).try_for_each(|name| remove(folder, &name.to_string()))?;
    let Some(Name::Snapshot(oldest)) = snapshots.get(KEPT - 1) else { return Ok(()) };
    let segments: Vec<_> = names.iter().filter(|name| matches!(name, Name::Segment(_))).collect();
    let ends_before = |next: &Name| matches!(next, Name::Segment(first) if *first <= oldest + 1);
    for pair in segments.windows(2) {
        if let [segment, next] = pair
            && ends_before(next)
        {
            remove(folder, &segment.to_string())?;
        }
    }
    remove_aside(folder, *oldest)?;
    folder.sync(".")
}

/// What a mend has put aside proves nothing that the journal does not prove, and may hold secrets that were deleted since.
fn remove_aside(folder: &Folder, oldest: Sequence) -> Result<(), StoreError> {
    let is_older = |name: &String| {
        let name = name.strip_suffix(CUT_OFF).unwrap_or(name);
        Name::parse(name).is_none_or(|(Name::Segment(sequence) | Name::Snapshot(sequence))| sequence <= oldest)
    };
    for name in folder.names(".")?.iter().filter(|name| name.ends_with(CUT_OFF)) {
        if is_older(name) {
            remove(folder, name)?;
        }
    }
    if folder.dir().is_dir(ASIDE) && folder.names(ASIDE)?.iter().all(is_older) {
        folder.remove_all(ASIDE)?;
    }
    Ok(())
}

fn remove(folder: &Folder, name: &str) -> Result<(), StoreError> {
    folder.dir().remove_file(name).map_err(folder.failed("remove", name))
}

#[cfg(test)]
mod tests;
