//! The names of a journal's files: a kind and the number of an entry, so that their order is the order of writing.

use std::fmt;

use crate::entry::Sequence;
use crate::{Folder, StoreError};

/// A file of the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// Entries, from this one on.
    Segment(Sequence),
    /// All records as they were after this entry.
    Snapshot(Sequence),
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Segment(first) => write!(f, "segment-{first:020}"),
            Self::Snapshot(sequence) => write!(f, "snapshot-{sequence:020}"),
        }
    }
}

impl Name {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (kind, number) = text.split_once('-')?;
        let number: Sequence = number.parse().ok()?;
        let name = match kind {
            "segment" => Self::Segment(number),
            "snapshot" => Self::Snapshot(number),
            _ => return None,
        };
        (name.to_string() == text).then_some(name)
    }
}

/// The journal's files in the order of their kind, then of their number. Other files are left alone.
pub(crate) fn list(folder: &Folder) -> Result<Vec<Name>, StoreError> {
    let entries = folder.dir().entries().map_err(folder.failed("list", "."))?;
    let mut names = vec![];
    for entry in entries {
        let name = entry.map_err(folder.failed("list", "."))?.file_name();
        names.extend(name.to_str().and_then(Name::parse));
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_there_and_back() {
        for name in [Name::Segment(1), Name::Snapshot(u64::MAX)] {
            assert_eq!(Name::parse(&name.to_string()), Some(name));
        }
        for other in ["segment-1", "snapshot-0000000000000000001x", "segment-00000000000000000001.tmp", "damaged", ""] {
            assert_eq!(Name::parse(other), None, "{other}");
        }
    }
}
