//! CPU time of one invocation.
//!
//! Epoch ticks are not CPU time: they also pass while a worker waits for I/O. So the meter sums the time inside each `poll` of
//! the worker's future, including host calls on the worker's behalf, and the epoch callback compares the sum.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::{LimitKind, LimitReached};

/// No poll is under way.
const IDLE: u64 = u64::MAX;

thread_local! {
    /// Time on this thread that the poll under way must not count, summed.
    static OUTSIDE_NS: Cell<u64> = const { Cell::new(0) };
    /// Whether the poll under way on this thread is of a worker of WASI 0.3.
    static WITHIN_P3: Cell<bool> = const { Cell::new(false) };
}

/// Whether this is called from within the poll of a worker of WASI 0.3.
pub(crate) fn within_p3() -> bool {
    WITHIN_P3.get()
}

/// Does work that the meter of the poll under way does not count: it is another worker's, which has a meter of its own.
pub(crate) fn outside<T>(work: impl FnOnce() -> T) -> T {
    let (before, start) = (OUTSIDE_NS.get(), Instant::now());
    let done = work();
    // What was outside within it is part of it.
    OUTSIDE_NS.set(before.wrapping_add(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)));
    done
}

/// Sums the time a worker's future is polled.
#[derive(Debug)]
pub struct Meter {
    born: Instant,
    used_ns: AtomicU64,
    /// When the poll under way began, in nanoseconds since `born`; `IDLE` between polls.
    polled_since_ns: AtomicU64,
    /// What `OUTSIDE_NS` was then.
    outside_ns: AtomicU64,
    allowed_ms: u64,
}

impl Meter {
    /// A meter that allows this many milliseconds.
    pub fn new(allowed_ms: u64) -> Self {
        Self {
            born: Instant::now(),
            used_ns: AtomicU64::new(0),
            polled_since_ns: AtomicU64::new(IDLE),
            outside_ns: AtomicU64::new(0),
            allowed_ms,
        }
    }

    /// CPU time so far. Includes the poll under way, if asked on the thread that polls.
    pub fn used(&self) -> Duration {
        let running = match self.polled_since_ns.load(Ordering::Relaxed) {
            IDLE => 0,
            since => self.spent_ns(since),
        };
        Duration::from_nanos(self.used_ns.load(Ordering::Relaxed) + running)
    }

    /// Time since a poll began on this thread, less what was outside it.
    fn spent_ns(&self, since_ns: u64) -> u64 {
        let outside = OUTSIDE_NS.get().wrapping_sub(self.outside_ns.load(Ordering::Relaxed));
        self.age_ns().saturating_sub(since_ns).saturating_sub(outside)
    }

    /// An error once more was used than allowed.
    pub fn check(&self) -> Result<(), LimitReached> {
        if self.used() <= Duration::from_millis(self.allowed_ms) {
            return Ok(());
        }
        Err(LimitReached { limit: LimitKind::Cpu, allowed: self.allowed_ms })
    }

    /// Wall-clock time since the meter was made.
    pub(crate) fn age(&self) -> Duration {
        self.born.elapsed()
    }

    fn age_ns(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_nanos()).unwrap_or(IDLE - 1)
    }
}

/// A future whose polls are metered.
pub(crate) struct Metered<'a, F> {
    pub(crate) future: Pin<&'a mut F>,
    pub(crate) meter: &'a Meter,
    pub(crate) p3: bool,
}

impl<F: Future> Future for Metered<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let since = self.meter.age_ns();
        self.meter.outside_ns.store(OUTSIDE_NS.get(), Ordering::Relaxed);
        self.meter.polled_since_ns.store(since, Ordering::Relaxed);
        let before = WITHIN_P3.replace(WITHIN_P3.get() || self.p3);
        let polled = self.future.as_mut().poll(cx);
        WITHIN_P3.set(before);
        let spent = self.meter.spent_ns(since);
        self.meter.polled_since_ns.store(IDLE, Ordering::Relaxed);
        self.meter.used_ns.fetch_add(spent, Ordering::Relaxed);
        polled
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_costs_nothing_and_working_does() {
        let meter = Meter::new(1_000);
        let work = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(30) {}
        };
        Metered { future: std::pin::pin!(work), meter: &meter, p3: false }.await;
        assert!(meter.used() >= Duration::from_millis(30));
        assert!(meter.used() < Duration::from_secs(1), "{:?}", meter.used());
    }

    #[tokio::test]
    async fn another_workers_time_is_not_counted() {
        let meter = Meter::new(1_000);
        let busy = |ms: u64| {
            let start = Instant::now();
            while start.elapsed() < Duration::from_millis(ms) {}
        };
        let work = async {
            busy(10);
            outside(|| {
                busy(500);
                outside(|| busy(500));
            });
            assert!(meter.used() < Duration::from_millis(500), "{:?}", meter.used());
        };
        Metered { future: std::pin::pin!(work), meter: &meter, p3: false }.await;
        assert!(meter.used() >= Duration::from_millis(10), "{:?}", meter.used());
        assert!(meter.used() < Duration::from_millis(500), "{:?}", meter.used());
    }

    #[test]
    fn the_poll_under_way_counts() {
        let meter = Meter::new(5);
        meter.polled_since_ns.store(0, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(10));
        assert_eq!(meter.check().unwrap_err().limit, LimitKind::Cpu);
    }
}
