//! What a damaged journal still proves, record by record: the last that it says of each key, and where it says nothing.
//!
//! Every frame proves its own bytes, so an entry counts though the one before it is gone. A block of a snapshot proves more
//! than its records: between the last key of the block before and its own last key there are no others.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::{Bound, RangeBounds as _, RangeInclusive};

use super::file::{FileReader, Piece, SEGMENT, SNAPSHOT, StoreId};
use super::frame::Frame;
use super::names::{Name, list};
use crate::entry::{Sequence, Stored};
use crate::{Folder, StoreError};

/// The state of a record after an entry, as the journal proves it: its value, or that it did not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) sequence: Sequence,
    pub(crate) value: Option<Vec<u8>>,
}

/// Keys from one to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyRange(pub(crate) Bound<String>, pub(crate) Bound<String>);

/// What a journal proves.
#[derive(Default)]
pub(crate) struct Salvaged {
    pub(crate) statements: BTreeMap<String, Statement>,
    /// Keys that the newest snapshot with a readable block says nothing of.
    pub(crate) lost_keys: Vec<KeyRange>,
    /// Entries that are gone, and that no later snapshot stands for.
    pub(crate) lost_entries: Vec<RangeInclusive<Sequence>>,
    /// Keys that damaged entries seem to name.
    pub(crate) likely_keys: BTreeSet<String>,
    /// The last entry that can be read, and how many records there were after it.
    pub(crate) newest: Option<(Sequence, u64)>,
    /// Keys of which a snapshot says everything, and the entry that it was made after.
    known: Vec<(KeyRange, Sequence)>,
}

impl Salvaged {
    /// The newest statement about a key: from an entry or block that has it, or from a snapshot that proves its absence.
    pub(crate) fn statement(&self, key: &str) -> Option<Statement> {
        let absent = self.known.iter().filter(|(range, _)| range.contains(key)).map(|(_, sequence)| *sequence).max();
        let absent = absent.map(|sequence| Statement { sequence, value: None });
        match (self.statements.get(key), absent) {
            (Some(stated), Some(absent)) if absent.sequence > stated.sequence => Some(absent),
            (None, absent) => absent,
            (stated, _) => stated.cloned(),
        }
    }

    fn note(&mut self, sequence: Sequence, records: u64) {
        if self.newest.is_none_or(|(newest, _)| newest <= sequence) {
            self.newest = Some((sequence, records));
        }
    }

    fn put(&mut self, sequence: Sequence, changes: Vec<Stored>) {
        for Stored { key, value } in changes {
            if self.statements.get(&key).is_none_or(|before| before.sequence <= sequence) {
                self.statements.insert(key, Statement { sequence, value });
            }
        }
    }

    fn know(&mut self, range: KeyRange, sequence: Sequence) {
        match self.known.last_mut() {
            Some((before, at)) if *at == sequence && before.meets(&range) => before.1 = range.1,
            _ => self.known.push((range, sequence)),
        }
    }
}

impl KeyRange {
    fn contains(&self, key: &str) -> bool {
        let bound = |bound: &Bound<String>| bound.clone();
        (bound(&self.0), bound(&self.1)).contains(&key.to_owned())
    }

    /// Whether the other begins where this one ends.
    fn meets(&self, other: &Self) -> bool {
        matches!((&self.1, &other.0), (Bound::Included(end), Bound::Excluded(start)) if end == start)
    }
}

impl fmt::Display for KeyRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Bound::Unbounded => f.write_str("from the first record")?,
            Bound::Included(key) | Bound::Excluded(key) => write!(f, "after {key:?}")?,
        }
        match &self.1 {
            Bound::Unbounded => f.write_str(" to the last record"),
            Bound::Included(key) | Bound::Excluded(key) => write!(f, " and before {key:?}"),
        }
    }
}

/// Reads everything that can be read of the store with this id.
pub(crate) fn salvage(folder: &Folder, id: Option<StoreId>) -> Result<Salvaged, StoreError> {
    let mut salvaged = Salvaged::default();
    let mut seen = BTreeSet::new();
    let (mut highest, mut covered) = (0, 0);
    for name in list(folder)? {
        match name {
            Name::Segment(_) => each_piece(folder, name, SEGMENT, id, &mut |piece, keys| {
                salvaged.likely_keys.extend(keys);
                let Piece::Frame(frame) = piece else { return };
                seen.insert(frame.sequence);
                salvaged.note(frame.sequence, frame.digest.records);
                salvaged.put(frame.sequence, frame.changes);
            })?,
            Name::Snapshot(sequence) => {
                highest = highest.max(sequence);
                if read_snapshot(folder, sequence, id, &mut salvaged)? {
                    covered = sequence;
                }
            }
        }
    }
    highest = seen.last().copied().unwrap_or_default().max(highest);
    salvaged.lost_entries = gaps(&seen, covered, highest);
    Ok(salvaged)
}

/// The numbers after `covered` up to `highest` that were not seen.
fn gaps(seen: &BTreeSet<Sequence>, covered: Sequence, highest: Sequence) -> Vec<RangeInclusive<Sequence>> {
    let (mut gaps, mut next) = (vec![], covered + 1);
    for sequence in seen.range(next..).copied().chain([highest + 1]) {
        if sequence > next {
            gaps.push(next..=sequence - 1);
        }
        next = sequence + 1;
    }
    gaps
}

/// Whether any block of it can be read.
fn read_snapshot(
    folder: &Folder,
    sequence: Sequence,
    id: Option<StoreId>,
    salvaged: &mut Salvaged,
) -> Result<bool, StoreError> {
    let mut blocks = Blocks { from: Bound::Unbounded, damaged: false, any: false, ended: false, lost: vec![] };
    each_piece(folder, Name::Snapshot(sequence), SNAPSHOT, id, &mut |piece, _| match piece {
        Piece::Frame(frame) if frame.sequence == sequence => blocks.take(*frame, salvaged),
        _ => blocks.damaged = true,
    })?;
    if !blocks.ended {
        blocks.lost.push(KeyRange(blocks.from, Bound::Unbounded));
    }
    if blocks.any {
        salvaged.lost_keys = blocks.lost;
    }
    Ok(blocks.any)
}

/// A walk over the blocks of a snapshot.
struct Blocks {
    /// Behind the last key of the block before.
    from: Bound<String>,
    /// Whether there is damage behind that.
    damaged: bool,
    any: bool,
    /// Whether the block was seen that says that there are no more.
    ended: bool,
    lost: Vec<KeyRange>,
}

impl Blocks {
    fn take(&mut self, frame: Frame, salvaged: &mut Salvaged) {
        let keys = frame.changes.first().zip(frame.changes.last());
        let keys = keys.map(|(first, last)| (first.key.clone(), last.key.clone()));
        let from = std::mem::replace(&mut self.from, Bound::Unbounded);
        let damaged = std::mem::take(&mut self.damaged);
        self.any = true;
        salvaged.note(frame.sequence, frame.digest.records);
        let Some((first, last)) = keys else {
            self.ended = true;
            let rest = KeyRange(from, Bound::Unbounded);
            return if damaged { self.lost.push(rest) } else { salvaged.know(rest, frame.sequence) };
        };
        let known_from = if damaged {
            self.lost.push(KeyRange(from, Bound::Excluded(first.clone())));
            Bound::Included(first)
        } else {
            from
        };
        self.from = Bound::Excluded(last.clone());
        salvaged.know(KeyRange(known_from, Bound::Included(last)), frame.sequence);
        salvaged.put(frame.sequence, frame.changes);
    }
}

fn each_piece(
    folder: &Folder,
    name: Name,
    kind: [u8; 16],
    id: Option<StoreId>,
    take: &mut dyn FnMut(Piece, Vec<String>),
) -> Result<(), StoreError> {
    let name = name.to_string();
    let opened = FileReader::open(folder.open(&name)?.into_std(), kind);
    let (mut reader, found) = opened.map_err(folder.failed("read", &name))?;
    if found.is_some() && found != id {
        return Ok(());
    }
    while let Some(piece) = reader.next() {
        let keys = if let Piece::Damage(range) = &piece { reader.keys_in(range.clone()) } else { vec![] };
        take(piece, keys);
    }
    Ok(())
}
