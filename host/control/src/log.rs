//! What `/status` and `/metrics` tell of the host's log.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// The queue of lines between the host and the reader of its log.
#[derive(Debug, Default)]
pub struct LogQueue {
    /// Bytes of lines that the reader has not taken yet.
    pub waiting_bytes: AtomicUsize,
    /// Lines that were dropped since the start because the queue was full.
    pub lost_lines: AtomicU64,
}

impl LogQueue {
    pub(crate) fn lost_lines(&self) -> u64 {
        self.lost_lines.load(Ordering::Relaxed)
    }

    pub(crate) fn waiting_bytes(&self) -> usize {
        self.waiting_bytes.load(Ordering::Acquire)
    }
}
