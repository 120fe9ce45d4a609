//! The disk of the data folder: how large it is, and how much of it is free.

use std::io;

use crate::Folder;

/// Below this much room the disk is nearly full, or below the share, whichever is more: room for a segment of the journal, a
/// segment of sled and some uploads of the largest size.
const LEAST_FREE_BYTES: u64 = 256 * 1024 * 1024;
/// One part in so many: 5 %.
const LEAST_FREE_PART: u64 = 20;

/// The disk of the data folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// Room that this process may use.
    pub free_bytes: u64,
    /// The size of the file system.
    pub total_bytes: u64,
}

impl Disk {
    pub(crate) fn of(folder: &Folder) -> io::Result<Self> {
        let found = rustix::fs::fstatvfs(folder.dir())?;
        let bytes = |blocks: u64| blocks.saturating_mul(found.f_frsize);
        Ok(Self { free_bytes: bytes(found.f_bavail), total_bytes: bytes(found.f_blocks) })
    }

    /// Whether the free room is below 5 % of the disk, or below 256 MiB.
    pub fn is_nearly_full(&self) -> bool {
        self.free_bytes < LEAST_FREE_BYTES.max(self.total_bytes / LEAST_FREE_PART)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_nearly_full_below_5_percent_and_below_256_mib() {
        let full = |free_mib: u64, total_mib: u64| {
            Disk { free_bytes: free_mib << 20, total_bytes: total_mib << 20 }.is_nearly_full()
        };
        assert_eq!([full(255, 1_000), full(256, 1_000)], [true, false]);
        assert_eq!([full(4_999, 100_000), full(5_000, 100_000)], [true, false]);
    }
}
