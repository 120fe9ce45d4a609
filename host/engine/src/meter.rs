//! CPU time of one invocation.
//!
//! Epoch ticks are not CPU time: they also pass while a worker waits for I/O. So the meter sums the time inside each `poll` of
//! the worker's future, including host calls on the worker's behalf, and the epoch callback compares the sum.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
#[cfg(not(test))]
use std::time::Instant;

use crate::{LimitKind, LimitReached};
#[cfg(test)]
use tests::Instant;

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

    thread_local! {
        /// What the clock of this test shows.
        static SHOWN: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    }

    /// Stands in for `std::time::Instant`: the clock moves when a test moves it, so a busy machine changes nothing.
    #[derive(Debug, Clone, Copy)]
    pub(super) struct Instant(Duration);

    impl Instant {
        pub(super) fn now() -> Self {
            Self(SHOWN.get())
        }

        pub(super) fn elapsed(self) -> Duration {
            SHOWN.get() - self.0
        }
    }

    fn pass(ms: u64) {
        SHOWN.set(SHOWN.get() + Duration::from_millis(ms));
    }

    /// Polls once, and gives whether the future is done.
    fn poll(meter: &Meter, future: Pin<&mut impl Future<Output = ()>>) -> bool {
        let mut metered = Metered { future, meter, p3: false };
        Pin::new(&mut metered).poll(&mut Context::from_waker(std::task::Waker::noop())).is_ready()
    }

    #[test]
    fn waiting_costs_nothing_and_working_does() {
        let meter = Meter::new(1_000);
        let mut work = std::pin::pin!(async {
            pass(10);
            tokio::task::yield_now().await;
            pass(20);
        });
        assert!(!poll(&meter, work.as_mut()));
        pass(5_000);
        assert!(poll(&meter, work.as_mut()));
        assert_eq!(meter.used(), Duration::from_millis(30));
    }

    #[test]
    fn another_workers_time_is_not_counted() {
        let meter = Meter::new(1_000);
        let work = std::pin::pin!(async {
            pass(10);
            outside(|| {
                pass(500);
                outside(|| pass(500));
            });
            assert_eq!(meter.used(), Duration::from_millis(10));
        });
        assert!(poll(&meter, work));
        assert_eq!(meter.used(), Duration::from_millis(10));
    }

    #[test]
    fn the_poll_under_way_counts() {
        let meter = Meter::new(5);
        let work = std::pin::pin!(async {
            pass(5);
            assert!(meter.check().is_ok());
            pass(1);
            assert_eq!(meter.check().unwrap_err().limit, LimitKind::Cpu);
        });
        assert!(poll(&meter, work));
    }
}
