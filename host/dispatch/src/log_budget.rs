//! Lines that the workers of one namespace may print in a second. A worker that prints without end fills the log of everybody.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// What one namespace has printed.
#[derive(Debug)]
pub(crate) struct LogBudget {
    born: Instant,
    /// The second since then, above, and the lines in it, below.
    spent: AtomicU64,
    lost: AtomicU64,
}

/// Bits of the count of lines.
const LINES_BITS: u32 = 32;

impl Default for LogBudget {
    fn default() -> Self {
        Self { born: Instant::now(), spent: AtomicU64::new(0), lost: AtomicU64::new(0) }
    }
}

impl LogBudget {
    /// Whether one more line may be printed, of which there may be so many in a second.
    pub(crate) fn spend(&self, lines_per_second: u32) -> bool {
        self.spend_in(self.born.elapsed().as_secs(), lines_per_second)
    }

    fn spend_in(&self, second: u64, lines_per_second: u32) -> bool {
        let begun = second << LINES_BITS;
        // The first line of a second begins the count anew.
        self.spent.fetch_max(begun, Ordering::Relaxed);
        let before = self.spent.fetch_add(1, Ordering::Relaxed).saturating_sub(begun);
        let fits = before < u64::from(lines_per_second);
        if !fits {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        fits
    }

    /// Lines that were dropped since the start.
    pub(crate) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_second_has_its_lines_and_the_rest_is_counted() {
        let budget = LogBudget::default();
        let printed = |second| (0..5).filter(|_| budget.spend_in(second, 3)).count();
        assert_eq!((printed(0), printed(0), printed(1), printed(7)), (3, 0, 3, 3));
        assert_eq!(budget.lost(), 11);
    }
}
