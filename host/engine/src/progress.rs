//! What the engine keeps of one invocation while it lasts, and the one report of how it ended.
//!
//! An invocation has two sides that end at different times: the run of the worker, with its background work, and the response
//! that the caller reads. If the run ends well, the report waits until the response has been read or dropped, so that it
//! has all of the bytes. If the run fails or is canceled, the report is made at once: a caller that does not read must not keep
//! the failure out of the log. What such a caller still reads of a buffered body is not counted.
//!
//! An invocation that is not observed has a report only if it fails or is canceled.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::{CallError, InFlight, Invocation, Meter, Outcome, Report};

/// The state of one invocation that the engine keeps.
pub struct Progress {
    pub(crate) meter: Meter,
    pub(crate) in_flight: InFlight,
    aborted: AtomicBool,
    background: AtomicBool,
    memory_bytes: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    stage: Mutex<Stage>,
}

/// Which sides of the invocation go on.
enum Stage {
    /// The worker runs.
    Running { response_over: bool },
    /// The worker has ended well, and its response is not read to the end yet.
    Reading(Run),
    /// The report was made.
    Reported,
}

/// A run that is over.
struct Run {
    outcome: Outcome,
    cpu: Duration,
    wall: Duration,
}

impl Progress {
    /// Of an invocation that starts now and may use this much CPU time.
    pub fn new(cpu_ms: u64) -> Self {
        Self {
            meter: Meter::new(cpu_ms),
            in_flight: InFlight::default(),
            aborted: AtomicBool::new(false),
            background: AtomicBool::new(false),
            memory_bytes: AtomicU64::new(0),
            bytes_in: AtomicU64::new(0),
            bytes_out: AtomicU64::new(0),
            stage: Mutex::new(Stage::Running { response_over: false }),
        }
    }

    /// The subrequests of the worker that are in flight.
    pub fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// Whether the run trapped, reached a limit or was canceled.
    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.load(Ordering::Acquire)
    }

    /// Marks the run as aborted. This must happen before the store is dropped, and with it the sending half of the worker's bodies:
    /// only then can a reader tell a truncated body from a complete one.
    pub fn mark_aborted(&self) {
        self.aborted.store(true, Ordering::Release);
    }

    /// Whether everything that the worker still does is background work.
    pub(crate) fn is_background(&self) -> bool {
        self.background.load(Ordering::Acquire)
    }

    /// The response was read to its end or dropped: what the worker does from now on is background work, which has a limit.
    pub(crate) fn enter_background(&self) {
        self.background.store(true, Ordering::Release);
        self.in_flight.wake();
    }

    pub(crate) fn note_memory(&self, bytes: u64) {
        self.memory_bytes.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn count_in(&self, bytes: usize) {
        self.bytes_in.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn count_out(&self, bytes: usize) {
        self.bytes_out.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report<'a>(&self, run: &Run, outcome: Outcome, error: Option<&'a CallError>) -> Report<'a> {
        Report {
            outcome,
            error,
            cpu: run.cpu,
            wall: run.wall,
            memory_bytes: self.memory_bytes.load(Ordering::Relaxed),
            bytes_in: self.bytes_in.load(Ordering::Relaxed),
            bytes_out: self.bytes_out.load(Ordering::Relaxed),
        }
    }
}

/// The run of an invocation is over. Reports it, unless it went well and its response is still read.
pub(crate) fn run_over(invocation: &dyn Invocation, outcome: Outcome, error: Option<&CallError>) {
    if outcome == Outcome::Ok && !invocation.is_observed() {
        return;
    }
    let progress = invocation.progress();
    let run = Run { outcome, cpu: progress.meter.used(), wall: progress.meter.age() };
    let mut stage = progress.stage();
    match &*stage {
        Stage::Running { response_over: false } if outcome == Outcome::Ok => *stage = Stage::Reading(run),
        Stage::Running { .. } => {
            *stage = Stage::Reported;
            drop(stage);
            invocation.ended(&progress.report(&run, outcome, error));
        }
        Stage::Reading(_) | Stage::Reported => {}
    }
}

/// The response of an invocation breaks off with an error that the run knows nothing of. This is its report.
pub(crate) fn response_failed(invocation: &dyn Invocation, error: &CallError) {
    let progress = invocation.progress();
    let mut stage = progress.stage();
    if matches!(*stage, Stage::Reported) {
        return;
    }
    *stage = Stage::Reported;
    drop(stage);
    let run = Run { outcome: Outcome::Exception, cpu: progress.meter.used(), wall: progress.meter.age() };
    invocation.ended(&progress.report(&run, run.outcome, Some(error)));
}

/// The response of an invocation was read to its end, or dropped before. Reports the invocation if its run is over.
pub(crate) fn response_over(invocation: &dyn Invocation, complete: bool) {
    if !invocation.is_observed() {
        return;
    }
    let progress = invocation.progress();
    let mut stage = progress.stage();
    match &mut *stage {
        Stage::Running { response_over } => *response_over = true,
        Stage::Reported => {}
        Stage::Reading(_) => {
            let reading = std::mem::replace(&mut *stage, Stage::Reported);
            drop(stage);
            if let Stage::Reading(run) = reading {
                let outcome = if complete { run.outcome } else { Outcome::ResponseStreamDisconnected };
                invocation.ended(&progress.report(&run, outcome, None));
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
pub(crate) mod tests {
    use super::*;
    use crate::Stop;

    /// An invocation that keeps the outcomes that were reported.
    pub(crate) struct Reported {
        progress: Progress,
        stop: Stop,
        outcomes: Mutex<Vec<(Outcome, u64)>>,
        observed: bool,
    }

    impl Reported {
        pub(crate) fn new() -> Self {
            Self { progress: Progress::new(1_000), stop: Stop::default(), outcomes: Mutex::default(), observed: true }
        }

        fn outcomes(&self) -> Vec<(Outcome, u64)> {
            self.outcomes.lock().unwrap().clone()
        }
    }

    impl Invocation for Reported {
        fn progress(&self) -> &Progress {
            &self.progress
        }

        fn is_timed(&self) -> bool {
            false
        }

        fn wall_ms(&self) -> u64 {
            1_000
        }

        fn background_ms(&self) -> u64 {
            1_000
        }

        fn stop(&self) -> &Stop {
            &self.stop
        }

        fn memory_bytes(&self) -> u64 {
            0
        }

        fn is_observed(&self) -> bool {
            self.observed
        }

        fn ended(&self, report: &Report<'_>) {
            self.outcomes.lock().unwrap().push((report.outcome, report.bytes_out));
        }
    }

    #[test]
    fn an_invocation_is_reported_once_when_run_and_response_are_over() {
        let read = Reported::new();
        run_over(&read, Outcome::Ok, None);
        assert!(read.outcomes().is_empty());
        read.progress.count_out(5);
        response_over(&read, true);
        response_over(&read, false);
        assert_eq!(read.outcomes(), [(Outcome::Ok, 5)]);

        let background = Reported::new();
        response_over(&background, true);
        assert!(background.outcomes().is_empty());
        run_over(&background, Outcome::Ok, None);
        run_over(&background, Outcome::Canceled, None);
        assert_eq!(background.outcomes(), [(Outcome::Ok, 0)]);
    }

    #[test]
    fn a_failure_is_reported_at_once_and_a_response_that_nothing_read_is_no_success() {
        let failed = Reported::new();
        run_over(&failed, Outcome::ExceededCpu, None);
        response_over(&failed, false);
        assert_eq!(failed.outcomes(), [(Outcome::ExceededCpu, 0)]);

        let left = Reported::new();
        run_over(&left, Outcome::Ok, None);
        response_over(&left, false);
        assert_eq!(left.outcomes(), [(Outcome::ResponseStreamDisconnected, 0)]);
    }

    #[test]
    fn an_invocation_that_is_not_observed_is_reported_if_it_fails() {
        for (outcome, reports) in [(Outcome::Ok, 0), (Outcome::ExceededCpu, 1), (Outcome::Canceled, 1)] {
            let reported = Reported { observed: false, ..Reported::new() };
            run_over(&reported, outcome, None);
            response_over(&reported, true);
            assert_eq!(reported.outcomes().len(), reports, "{outcome:?}");
        }
    }
}
