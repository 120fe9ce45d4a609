//! What a repair kept, and what it could not.

use std::ops::RangeInclusive;

/// What a repair came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repaired {
    /// Namespaces that are kept.
    pub namespaces: usize,
    /// Workers that are kept.
    pub workers: usize,
    /// Versions of workers that are kept.
    pub versions: usize,
    /// Certificates that are kept.
    pub certificates: usize,
    /// The last entry that was seen, and how many records there were after it.
    pub newest: Option<(u64, u64)>,
    /// How many records are kept.
    pub records: usize,
    /// Entries that are gone from the journal.
    pub lost_entries: Vec<RangeInclusive<u64>>,
    /// Ranges of keys whose records a damaged snapshot no longer proves.
    pub lost_keys: Vec<String>,
    /// Records that are lost, or that were left out, each with the reason.
    pub lost: Vec<String>,
    /// Records that are kept and may be older than they were.
    pub doubtful: Vec<String>,
    /// Records that the journal alone has.
    pub only_in_journal: Vec<String>,
    /// Records that the index alone has.
    pub only_in_index: Vec<String>,
    /// Where the damaged files are now, in the data folder.
    pub aside: Vec<String>,
}
