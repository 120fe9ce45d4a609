//! The entries of an intact chain, read again one after the other.

use super::file::{FileReader, Piece, SEGMENT, SNAPSHOT};
use super::frame::Frame;
use super::names::{Name, list};
use super::scan::Scan;
use crate::entry::Sequence;
use crate::{Folder, StoreError};

/// What takes the frames.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(Frame) -> Result<(), StoreError>;

/// Every frame of the chain: those of the snapshot that it begins with, then the entries up to its head.
pub(crate) fn replay(folder: &Folder, scan: &Scan, sink: Sink<'_>) -> Result<(), StoreError> {
    if let Some(base) = scan.base {
        replay_snapshot(folder, base.sequence, sink)?;
    }
    replay_segments(folder, scan.base.map_or(0, |base| base.sequence), scan.head.sequence, sink)
}

pub(crate) fn replay_snapshot(folder: &Folder, sequence: Sequence, sink: Sink<'_>) -> Result<(), StoreError> {
    each_frame(folder, Name::Snapshot(sequence), SNAPSHOT, sink)
}

/// The entries after one, up to and with another, in their order. All must be there.
///
/// A segment may have the name of another one, after a careless restore: the files are read once more as long as that helps.
pub(crate) fn replay_segments(
    folder: &Folder,
    after: Sequence,
    last: Sequence,
    sink: Sink<'_>,
) -> Result<(), StoreError> {
    let names = list(folder)?;
    let (mut next, mut before) = (after + 1, after);
    while next <= last && before < next {
        before = next;
        for name in names.iter().filter(|name| matches!(name, Name::Segment(_))) {
            each_frame(folder, *name, SEGMENT, &mut |frame| {
                if frame.sequence == next && next <= last {
                    next += 1;
                    sink(frame)?;
                }
                Ok(())
            })?;
        }
    }
    if next <= last {
        let reason = format!("entry {next} is missing");
        return Err(StoreError::Corrupt { what: "the journal".to_owned(), reason });
    }
    Ok(())
}

pub(super) fn each_frame(folder: &Folder, name: Name, kind: [u8; 16], sink: Sink<'_>) -> Result<(), StoreError> {
    let name = name.to_string();
    let opened = FileReader::open(folder.open(&name)?.into_std(), kind);
    let (mut reader, _) = opened.map_err(folder.failed("read", &name))?;
    while let Some(piece) = reader.next() {
        if let Piece::Frame(frame) = piece {
            sink(*frame)?;
        }
    }
    Ok(())
}
