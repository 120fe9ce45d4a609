//! What the files of a journal prove, found by reading all of them: the newest intact snapshot, and the chain that follows it.

use std::collections::BTreeMap;

use super::file::{FileReader, HEADER_BYTES, Piece, SEGMENT, SNAPSHOT, StoreId};
use super::frame::{Check, Frame, check_of};
use super::names::{Name, list};
use crate::digest::{Mark, StateDigest};
use crate::entry::{Sequence, Stored};
use crate::{Folder, StoreError};

/// A place in the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) sequence: Sequence,
    pub(crate) digest: StateDigest,
    pub(crate) check: Check,
}

impl Link {
    /// Where every chain begins that has no snapshot.
    pub(crate) fn genesis(id: &StoreId) -> Self {
        Self { sequence: 0, digest: StateDigest::default(), check: check_of(id) }
    }

    /// Where a chain begins that goes on from a state whose entries are not there.
    pub(crate) fn anew(id: &StoreId, sequence: Sequence, digest: StateDigest) -> Self {
        let check = check_of(&[&id[..], &sequence.to_le_bytes(), &digest.to_bytes()].concat());
        Self { sequence, digest, check }
    }
}

/// A frame of a segment, without its changes.
struct Linked {
    previous: Check,
    link: Link,
}

/// What a journal proves.
pub(crate) struct Scan {
    /// `None` if no file tells.
    pub(crate) id: Option<StoreId>,
    /// The snapshot that the chain begins with; `None` for genesis.
    pub(crate) base: Option<Link>,
    /// The end of the chain: every entry up to here is proven.
    pub(crate) head: Link,
    /// The highest number that any entry has. Beyond `head`, entries in between are missing.
    pub(crate) highest: Sequence,
    /// The last segment ends in bytes that are no entry: a write that a crash cut short, or damage.
    pub(crate) incomplete: Option<(String, u64)>,
    /// Everything that is not as it was written, each with its file.
    pub(crate) problems: Vec<String>,
    links: BTreeMap<Sequence, Linked>,
}

impl Scan {
    /// Whether the journal alone proves the whole state.
    pub(crate) fn is_complete(&self) -> bool {
        self.id.is_some() && self.highest == self.head.sequence
    }

    /// The end of the journal, if it is no entry.
    pub(crate) fn torn(&self) -> Option<String> {
        let (file, at) = self.incomplete.as_ref()?;
        let next = self.highest + 1;
        Some(format!("journal/{file} ends at byte {at} in bytes that are no entry: entry {next} may have been there"))
    }

    /// Whether an entry of this journal left this state, wherever it is: then the state is of the same store.
    pub(crate) fn agrees_at(&self, sequence: Sequence, digest: StateDigest) -> bool {
        self.links.get(&sequence).is_some_and(|linked| linked.link.digest == digest)
    }

    /// The link of an entry in the chain, or of the snapshot that it begins with.
    pub(crate) fn link(&self, sequence: Sequence) -> Option<Link> {
        let base = self.base.or_else(|| self.id.as_ref().map(Link::genesis))?;
        match sequence {
            at if at == base.sequence => Some(base),
            at if at <= self.head.sequence && at > base.sequence => self.links.get(&at).map(|linked| linked.link),
            _ => None,
        }
    }
}

/// What is passed on while snapshots are read.
pub(crate) enum Passed {
    /// Another snapshot begins: what came before is of one that is damaged.
    Snapshot,
    /// Records of it, each with its mark.
    Records(Vec<(Stored, Mark)>),
}

/// What takes it.
pub(crate) type Pass<'a> = &'a mut dyn FnMut(Passed);

/// Reads every segment, and snapshots from the newest until one is intact.
pub(crate) fn scan(folder: &Folder) -> Result<Scan, StoreError> {
    scan_passing(folder, &mut |_| ())
}

/// The same, and passes on the records of the snapshots as they are read. In the end they are those of the scan's base.
pub(crate) fn scan_passing(folder: &Folder, pass: Pass<'_>) -> Result<Scan, StoreError> {
    let names = list(folder)?;
    let empty = Link { sequence: 0, digest: StateDigest::default(), check: [0; 32] };
    let (links, problems) = (BTreeMap::new(), vec![]);
    let mut scan = Scan { id: None, base: None, head: empty, highest: 0, incomplete: None, problems, links };
    scan.id = common_id(folder, &names)?;
    for name in names.iter().filter(|name| matches!(name, Name::Segment(_))) {
        read_segment(folder, *name, &mut scan)?;
    }
    for name in names.iter().rev() {
        let Name::Snapshot(sequence) = name else { continue };
        scan.highest = scan.highest.max(*sequence);
        pass(Passed::Snapshot);
        scan.base = read_snapshot(folder, *sequence, &mut scan, pass)?;
        if scan.base.is_some() {
            break;
        }
    }
    if let Some(base) = scan.base.or_else(|| scan.id.as_ref().map(Link::genesis)) {
        scan.head = end_of_chain(&scan.links, base);
    }
    Ok(scan)
}

/// The id that most files have: in some of them it may be damaged. If as many have another, that of the files with most frames.
fn common_id(folder: &Folder, names: &[Name]) -> Result<Option<StoreId>, StoreError> {
    let mut files: BTreeMap<StoreId, Vec<FileReader>> = BTreeMap::new();
    for name in names {
        let kind = if matches!(name, Name::Segment(_)) { SEGMENT } else { SNAPSHOT };
        let name = name.to_string();
        let (reader, id) =
            FileReader::open(folder.open(&name)?.into_std(), kind).map_err(folder.failed("read", &name))?;
        if let Some(id) = id {
            files.entry(id).or_default().push(reader);
        }
    }
    let most = files.values().map(Vec::len).max();
    let common: Vec<_> = files.into_iter().filter(|(_, readers)| Some(readers.len()) == most).collect();
    if let [(id, _)] = common.as_slice() {
        return Ok(Some(*id));
    }
    let with_frames = common.into_iter().map(|(id, readers)| (readers.into_iter().map(frames).sum::<usize>(), id));
    Ok(with_frames.max().map(|(_, id)| id))
}

fn frames(mut reader: FileReader) -> usize {
    std::iter::from_fn(|| reader.next()).filter(|piece| matches!(piece, Piece::Frame(_))).count()
}

fn end_of_chain(links: &BTreeMap<Sequence, Linked>, base: Link) -> Link {
    let mut head = base;
    for linked in links.range(base.sequence + 1..).map(|(_, linked)| linked) {
        if linked.link.sequence != head.sequence + 1 || linked.previous != head.check {
            break;
        }
        head = linked.link;
    }
    head
}

fn read_segment(folder: &Folder, segment: Name, scan: &mut Scan) -> Result<(), StoreError> {
    let name = &*segment.to_string();
    let Some(mut reader) = open(folder, name, SEGMENT, scan)? else { return Ok(()) };
    // A segment after an incomplete one: what was incomplete is damage, since nothing is written behind a torn write.
    if let Some((file, at)) = scan.incomplete.take() {
        scan.problems.push(damage(&file, at));
    }
    let mut at_start = true;
    while let Some(piece) = reader.next() {
        match piece {
            Piece::Frame(frame) => {
                // A compaction removes segments by their names.
                if at_start && segment != Name::Segment(frame.sequence) {
                    scan.problems.push(format!("{name} begins with entry {}", frame.sequence));
                }
                scan.highest = scan.highest.max(frame.sequence);
                scan.links.insert(frame.sequence, Linked { previous: frame.previous, link: link_of(&frame) });
            }
            Piece::Damage(range) if range.end == reader.length() => {
                scan.incomplete = Some((name.to_owned(), range.start));
            }
            Piece::Damage(range) => scan.problems.push(damage(name, range.start)),
        }
        at_start = false;
    }
    note_unreadable(name, &reader, scan);
    Ok(())
}

fn link_of(frame: &Frame) -> Link {
    Link { sequence: frame.sequence, digest: frame.digest, check: frame.check }
}

/// The snapshot's link if every byte of it is as it was written.
fn read_snapshot(
    folder: &Folder,
    sequence: Sequence,
    scan: &mut Scan,
    pass: Pass<'_>,
) -> Result<Option<Link>, StoreError> {
    let name = Name::Snapshot(sequence).to_string();
    let problems = scan.problems.len();
    let Some(mut reader) = open(folder, &name, SNAPSHOT, scan)? else { return Ok(None) };
    let (mut anchor, mut previous, mut finished) = (None, None, None);
    let mut found = StateDigest::default();
    while let Some(piece) = reader.next() {
        let Piece::Frame(frame) = piece else {
            scan.problems.push(damage(&name, 0));
            break;
        };
        anchor = anchor.or(Some(frame.previous));
        if previous.is_some_and(|check| check != frame.previous) || frame.sequence != sequence || finished.is_some() {
            scan.problems.push(damage(&name, 0));
            break;
        }
        previous = Some(frame.check);
        if frame.changes.is_empty() {
            finished = Some(frame.digest);
        }
        let with_mark = |change: Stored| {
            let mark = Mark::of(&change.key, change.value.as_deref().unwrap_or_default());
            (change, mark)
        };
        let records: Vec<_> = frame.changes.into_iter().map(with_mark).collect();
        records.iter().for_each(|(_, mark)| found.add(*mark));
        pass(Passed::Records(records));
    }
    note_unreadable(&name, &reader, scan);
    if problems == scan.problems.len() && finished != Some(found) {
        scan.problems.push(format!("{name} is not complete"));
    }
    let intact = problems == scan.problems.len();
    Ok(anchor.filter(|_| intact).map(|check| Link { sequence, digest: found, check }))
}

/// `None` for a file of another store.
fn open(folder: &Folder, name: &str, kind: [u8; 16], scan: &mut Scan) -> Result<Option<FileReader>, StoreError> {
    let file = folder.open(name)?.into_std();
    let (reader, id) = FileReader::open(file, kind).map_err(folder.failed("read", name))?;
    match id {
        Some(found) if Some(found) == scan.id => {}
        Some(_) => {
            // Its entries may be numbered as ours are. Those that should be there are missed, whatever number they have.
            scan.problems.push(format!("{name} belongs to another store, or the id in its header is damaged"));
            if let Some(Name::Segment(first)) = Name::parse(name).filter(|_| reader.length() > HEADER_BYTES) {
                scan.highest = scan.highest.max(first);
            }
            return Ok(None);
        }
        // A crash may cut a new segment's header short: it has no entry then.
        None if kind == SEGMENT && reader.length() < HEADER_BYTES => {}
        None => scan.problems.push(format!("{name}: its header is damaged")),
    }
    Ok(Some(reader))
}

fn damage(name: &str, at: u64) -> String {
    format!("{name} is damaged at byte {at}")
}

fn note_unreadable(name: &str, reader: &FileReader, scan: &mut Scan) {
    if reader.unreadable > 0 {
        scan.problems.push(format!("{name}: {} blocks cannot be read", reader.unreadable));
    }
}
