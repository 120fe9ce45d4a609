//! One record, looked for in every file: for when the index has lost it. It takes as long as reading the journal does.

use super::file::{SEGMENT, SNAPSHOT};
use super::names::{Name, list};
use super::replay::each_frame;
use crate::{Folder, StoreError};

/// The value of a key that is the right one.
pub(crate) fn find(
    folder: &Folder,
    key: &str,
    is_right: &dyn Fn(&[u8]) -> bool,
) -> Result<Option<Vec<u8>>, StoreError> {
    for name in list(folder)?.into_iter().rev() {
        let kind = if matches!(name, Name::Segment(_)) { SEGMENT } else { SNAPSHOT };
        let mut found = None;
        let read = each_frame(folder, name, kind, &mut |frame| {
            let values = frame.changes.into_iter().filter(|change| change.key == key).filter_map(|change| change.value);
            found = values.filter(|value| is_right(value)).last().or(found.take());
            Ok(())
        });
        match read {
            // A compaction may remove a file that newer ones replace.
            Err(StoreError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {}
            read => read?,
        }
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
