//! CPU time of one invocation.
//!
//! Epoch ticks are not CPU time: they also pass while a worker waits for I/O. So the meter sums the time inside each `poll` of
//! the worker's future, including host calls on the worker's behalf, and the epoch callback compares the sum.
//!
//! A poll is timed by two clocks. The one on the wall takes 25 ns to read, but goes on while another thread has the core. The thread's
//! CPU clock does not, but is a system call of some 500 ns. A poll is charged the smaller time of both, and the CPU clock is read as
//! seldom as possible: at the end of a poll that took longer than `SHORT`, and at its beginning if the thread has not read it for
//! `FRESH`. So a worker is never charged less than it used, and at most `FRESH` a poll more.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
#[cfg(not(test))]
use std::{sync::LazyLock, time::Instant};

use crate::{LimitKind, LimitReached};
#[cfg(test)]
use tests::{now_ns, thread_cpu_ns};

/// No poll is under way.
const IDLE: u64 = u64::MAX;

/// A poll that took less on the wall is charged that.
const SHORT_NS: u64 = 100_000;

/// For how long a reading of the CPU clock stands for the beginning of a poll.
const FRESH_NS: u64 = 1_000_000;

thread_local! {
    /// Time on this thread that the poll under way must not count, summed.
    static OUTSIDE: Cell<Times> = const { Cell::new(Times { wall_ns: 0, cpu_ns: 0 }) };
    /// The last reading of this thread's CPU clock.
    static SAMPLE: Cell<Option<Sample>> = const { Cell::new(None) };
    /// Whether the poll under way on this thread is of a worker of WASI 0.3.
    static WITHIN_P3: Cell<bool> = const { Cell::new(false) };
}

/// A time by both clocks.
#[derive(Debug, Clone, Copy)]
struct Times {
    wall_ns: u64,
    cpu_ns: u64,
}

/// What this thread's CPU clock showed.
#[derive(Debug, Clone, Copy)]
struct Sample {
    at_ns: u64,
    cpu_ns: u64,
}

impl Sample {
    fn now(at_ns: u64) -> Self {
        let sample = Self { at_ns, cpu_ns: thread_cpu_ns() };
        SAMPLE.set(Some(sample));
        sample
    }

    /// A reading that is not older than `FRESH_NS`.
    fn fresh(at_ns: u64) -> Self {
        match SAMPLE.get() {
            Some(sample) if at_ns.saturating_sub(sample.at_ns) < FRESH_NS => sample,
            _ => Self::now(at_ns),
        }
    }

    /// The most that the clock can show at this moment.
    fn at_most(self, at_ns: u64) -> u64 {
        self.cpu_ns + at_ns.saturating_sub(self.at_ns)
    }
}

/// When the clock on the wall was read first.
#[cfg(not(test))]
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The clock on the wall, as nanoseconds since it was read first.
#[cfg(not(test))]
fn now_ns() -> u64 {
    nanos(START.elapsed())
}

/// This thread's CPU time.
#[cfg(not(test))]
fn thread_cpu_ns() -> u64 {
    let time = nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID);
    // Every system that this builds for has this clock.
    time.map_or(0, |time| nanos(time.into()))
}

fn nanos(duration: Duration) -> u64 {
    // For some 500 years.
    duration.as_secs() * 1_000_000_000 + u64::from(duration.subsec_nanos())
}

/// Reads this thread's CPU clock, so that the poll that follows is charged exactly.
pub(crate) fn sample() -> u64 {
    Sample::now(now_ns()).cpu_ns
}

/// Whether this is called from within the poll of a worker of WASI 0.3.
pub(crate) fn within_p3() -> bool {
    WITHIN_P3.get()
}

/// Does work that the meter of the poll under way does not count: it is another worker's, which has a meter of its own.
pub(crate) fn outside<T>(work: impl FnOnce() -> T) -> T {
    let (before, start_ns) = (OUTSIDE.get(), now_ns());
    let at_most = Sample::fresh(start_ns).at_most(start_ns);
    let done = work();
    let end_ns = now_ns();
    let wall_ns = end_ns.saturating_sub(start_ns);
    let cpu_ns = match wall_ns < SHORT_NS {
        true => wall_ns,
        // At most the time that it took. Time that is not counted here is charged to the poll under way.
        false => Sample::now(end_ns).cpu_ns.saturating_sub(at_most).min(wall_ns),
    };
    // What was outside within it is part of it.
    OUTSIDE.set(Times { wall_ns: before.wall_ns.wrapping_add(wall_ns), cpu_ns: before.cpu_ns.wrapping_add(cpu_ns) });
    done
}

/// Sums the time a worker's future is polled.
#[derive(Debug)]
pub struct Meter {
    born_ns: u64,
    used_ns: AtomicU64,
    /// When the poll under way began, in by `now_ns`; `IDLE` between polls.
    polled_since_ns: AtomicU64,
    /// What the thread's CPU clock had shown then, or shortly before.
    cpu_since_ns: AtomicU64,
    /// What `OUTSIDE` was then.
    outside_wall_ns: AtomicU64,
    outside_cpu_ns: AtomicU64,
    allowed_ms: u64,
}

impl Meter {
    /// A meter that allows this many milliseconds.
    pub fn new(allowed_ms: u64) -> Self {
        Self {
            born_ns: now_ns(),
            used_ns: AtomicU64::new(0),
            polled_since_ns: AtomicU64::new(IDLE),
            cpu_since_ns: AtomicU64::new(0),
            outside_wall_ns: AtomicU64::new(0),
            outside_cpu_ns: AtomicU64::new(0),
            allowed_ms,
        }
    }

    /// CPU time so far. Includes the poll under way, if asked on the thread that polls.
    pub fn used(&self) -> Duration {
        Duration::from_nanos(self.used_ns())
    }

    pub(crate) fn used_ns(&self) -> u64 {
        let running = match self.polled_since_ns.load(Ordering::Relaxed) {
            IDLE => 0,
            since => self.spent_ns(since),
        };
        self.used_ns.load(Ordering::Relaxed) + running
    }

    /// A poll begins on this thread.
    fn begin(&self) -> u64 {
        let (since_ns, outside) = (now_ns(), OUTSIDE.get());
        self.cpu_since_ns.store(Sample::fresh(since_ns).cpu_ns, Ordering::Relaxed);
        self.outside_wall_ns.store(outside.wall_ns, Ordering::Relaxed);
        self.outside_cpu_ns.store(outside.cpu_ns, Ordering::Relaxed);
        self.polled_since_ns.store(since_ns, Ordering::Relaxed);
        since_ns
    }

    /// The poll that began then is over.
    fn end(&self, since_ns: u64) {
        let spent = self.spent_ns(since_ns);
        self.polled_since_ns.store(IDLE, Ordering::Relaxed);
        self.used_ns.fetch_add(spent, Ordering::Relaxed);
    }

    /// CPU time since a poll began on this thread, less what was outside it.
    fn spent_ns(&self, since_ns: u64) -> u64 {
        let (now_ns, outside) = (now_ns(), OUTSIDE.get());
        let outside_wall_ns = outside.wall_ns.wrapping_sub(self.outside_wall_ns.load(Ordering::Relaxed));
        let wall_ns = now_ns.saturating_sub(since_ns).saturating_sub(outside_wall_ns);
        if wall_ns < SHORT_NS {
            return wall_ns;
        }
        let outside_cpu_ns = outside.cpu_ns.wrapping_sub(self.outside_cpu_ns.load(Ordering::Relaxed));
        let cpu_ns = Sample::now(now_ns).cpu_ns.saturating_sub(self.cpu_since_ns.load(Ordering::Relaxed));
        wall_ns.min(cpu_ns.saturating_sub(outside_cpu_ns))
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
        Duration::from_nanos(now_ns().saturating_sub(self.born_ns))
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
        let since = self.meter.begin();
        let within = Within::begin(self.p3);
        let polled = self.future.as_mut().poll(cx);
        drop(within);
        self.meter.end(since);
        polled
    }
}

/// Sets `WITHIN_P3` for one poll, and puts back what it was, also after a panic.
struct Within {
    before: bool,
}

impl Within {
    fn begin(p3: bool) -> Self {
        Self { before: WITHIN_P3.replace(WITHIN_P3.get() || p3) }
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        WITHIN_P3.set(self.before);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
pub(crate) mod tests {
    use super::*;

    thread_local! {
        /// What the clock of this test shows.
        static SHOWN: Cell<Duration> = const { Cell::new(Duration::ZERO) };
        /// What this thread has used, to the test.
        static USED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
        /// How often that was asked.
        static ASKED: Cell<u32> = const { Cell::new(0) };
    }

    /// Stands in for the clock on the wall: it moves when a test moves it, so a busy machine changes nothing.
    pub(super) fn now_ns() -> u64 {
        nanos(SHOWN.get())
    }

    /// Stands in for the thread's CPU clock.
    pub(super) fn thread_cpu_ns() -> u64 {
        ASKED.set(ASKED.get() + 1);
        nanos(USED.get())
    }

    /// Another thread has the core.
    fn preempted(ms: u64) {
        SHOWN.set(SHOWN.get() + Duration::from_millis(ms));
    }

    fn pass_us(us: u64) {
        SHOWN.set(SHOWN.get() + Duration::from_micros(us));
        USED.set(USED.get() + Duration::from_micros(us));
    }

    pub(crate) fn pass(ms: u64) {
        pass_us(1_000 * ms);
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

    #[test]
    fn a_worker_is_not_charged_for_the_time_in_which_another_thread_had_the_core() {
        let meter = Meter::new(20);
        let work = std::pin::pin!(async {
            pass(5);
            preempted(5_000);
            assert!(meter.check().is_ok());
            pass(10);
            assert!(meter.check().is_ok());
            pass(6);
            assert!(meter.check().is_err());
        });
        assert!(poll(&meter, work));
        assert_eq!(meter.used(), Duration::from_millis(21));
    }

    #[test]
    fn preemption_is_told_from_work_outside_a_poll_too() {
        let meter = Meter::new(1_000);
        let work = std::pin::pin!(async {
            pass(10);
            outside(|| {
                preempted(700);
                pass(500);
            });
            preempted(300);
        });
        assert!(poll(&meter, work));
        assert_eq!(meter.used(), Duration::from_millis(10));
    }

    #[test]
    fn no_poll_is_charged_less_than_it_used_and_none_much_more() {
        let meter = Meter::new(1_000);
        for us in [1, 50, 99, 100, 101, 900, 1_100, 5_000] {
            let before = meter.used();
            assert!(poll(
                &meter,
                std::pin::pin!(async {
                    pass_us(us);
                    preempted(40);
                })
            ));
            let (charged, used) = (meter.used() - before, Duration::from_micros(us));
            assert!(charged >= used && charged <= used + Duration::from_nanos(FRESH_NS), "{us} us: {charged:?}");
        }
    }

    #[test]
    fn short_polls_read_the_cpu_clock_once_a_millisecond() {
        let meter = Meter::new(1_000);
        for _ in 0..1_000 {
            assert!(poll(&meter, std::pin::pin!(async { pass_us(10) })));
        }
        assert_eq!(meter.used(), Duration::from_millis(10));
        assert!(ASKED.get() <= 10, "{}", ASKED.get());
    }
}
