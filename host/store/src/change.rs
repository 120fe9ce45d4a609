//! One change to the records: what plans are made of.

use crate::key::Key;
use crate::value::Record;

/// A record in the place of another, or its deletion.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    pub(crate) key: Key,
    /// `None` deletes the record.
    pub(crate) record: Option<Record>,
}
