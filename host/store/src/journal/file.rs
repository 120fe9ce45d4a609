//! A journal file, read frame by frame. Damage does not end the reading: it goes on at the next frame that proves itself.
//!
//! A file begins with 16 bytes that name its kind and format, and the 16 bytes of the store's id. Frames follow.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use super::frame::{self, Frame, HEAD_BYTES, Head};
use crate::entry;

/// A segment's first bytes.
pub(crate) const SEGMENT: [u8; 16] = *b"tollgate-log-1\n\n";
/// A snapshot's first bytes.
pub(crate) const SNAPSHOT: [u8; 16] = *b"tollgate-snap-1\n";
/// Bytes before the first frame.
pub(crate) const HEADER_BYTES: u64 = 32;

/// What is read at once.
const WINDOW_BYTES: usize = 256 * 1024;
/// The smallest part of a file that a disk fails to read.
const BLOCK_BYTES: usize = 4 * 1024;

/// No store lives to have as many. Text that is taken for a frame has a number beyond it, so that little of it is hashed.
const MOST_ENTRIES: u64 = 1 << 48;

/// The id of a store: every file of it carries it, so that no file of another store is taken for one of this.
pub(crate) type StoreId = [u8; 16];

/// A part of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Frame(Box<Frame>),
    /// Bytes that are no frame.
    Damage(Range<u64>),
}

/// Reads one file from its first frame to its end.
pub(crate) struct FileReader {
    file: File,
    length: u64,
    at: u64,
    window: Vec<u8>,
    window_at: u64,
    /// Blocks that the disk did not give, even at a second try. They are read as zeros.
    pub(crate) unreadable: u64,
}

impl FileReader {
    /// The reader, and the store's id if the header is right.
    pub(crate) fn open(file: File, kind: [u8; 16]) -> io::Result<(Self, Option<StoreId>)> {
        let length = file.metadata()?.len();
        let mut reader = Self { file, length, at: HEADER_BYTES, window: vec![], window_at: 0, unreadable: 0 };
        let header = reader.bytes(0, HEADER_BYTES).and_then(|bytes| bytes.split_first_chunk::<16>());
        let id = header.and_then(|(found, id)| (*found == kind).then(|| id.try_into().ok()).flatten());
        Ok((reader, id))
    }

    /// The end of the file.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// The next piece; `None` at the end.
    pub(crate) fn next(&mut self) -> Option<Piece> {
        if self.at >= self.length {
            return None;
        }
        if let Some((frame, length)) = self.frame_at(self.at) {
            self.at += length;
            return Some(Piece::Frame(Box::new(frame)));
        }
        let from = self.at;
        self.at = (from + 1..self.length).find(|at| self.frame_at(*at).is_some()).unwrap_or(self.length);
        Some(Piece::Damage(from..self.at))
    }

    /// The keys that damaged frames in this range seem to name. Nothing proves them: they are for a person to look at.
    pub(crate) fn keys_in(&mut self, range: Range<u64>) -> Vec<String> {
        let (mut keys, mut at) = (vec![], range.start);
        while let Some(head) = self.bytes(at, HEAD_BYTES as u64).and_then(Head::read) {
            let (start, end) = (at + HEAD_BYTES as u64, (at + head.length).min(range.end));
            let payload = end.checked_sub(start).and_then(|length| self.bytes(start, length));
            keys.extend(payload.into_iter().flat_map(entry::likely_keys));
            at += head.length;
            if at >= range.end {
                break;
            }
        }
        keys
    }

    /// A frame that begins here, and its length.
    fn frame_at(&mut self, at: u64) -> Option<(Frame, u64)> {
        let head = Head::read(self.bytes(at, HEAD_BYTES as u64)?)?;
        if head.sequence > MOST_ENTRIES {
            return None;
        }
        let frame = frame::read(self.bytes(at, head.length)?)?;
        Some((frame, head.length))
    }

    /// Bytes of the file; `None` if it ends before.
    fn bytes(&mut self, at: u64, length: u64) -> Option<&[u8]> {
        if at.checked_add(length)? > self.length {
            return None;
        }
        let window = self.window_at..self.window_at + self.window.len() as u64;
        if at < window.start || at + length > window.end {
            self.fill(at, usize::try_from(length).ok()?);
        }
        let start = usize::try_from(at - self.window_at).ok()?;
        self.window.get(start..start + usize::try_from(length).ok()?)
    }

    fn fill(&mut self, at: u64, least: usize) {
        let rest = usize::try_from(self.length - at).unwrap_or(usize::MAX);
        let (mut window, file) = (vec![0; least.max(WINDOW_BYTES).min(rest)], &self.file);
        if file.read_exact_at(&mut window, at).is_err() {
            let mut place = at;
            for block in window.chunks_mut(BLOCK_BYTES) {
                if file.read_exact_at(block, place).is_err() {
                    block.fill(0);
                    self.unreadable += 1;
                }
                place += BLOCK_BYTES as u64;
            }
        }
        (self.window, self.window_at) = (window, at);
    }
}
