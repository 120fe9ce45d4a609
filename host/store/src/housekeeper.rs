//! The housekeeper: a thread that deletes scripts no record names, looks for damaged records and scripts, and watches the disk.
//!
//! It holds no lock while it reads a script. While it reads a hundred records nothing is committed, and every reader goes on. The thread ends when the last `Writer` is dropped,
//! before the lock on the data folder is given up: another process never meets it.

mod collect;
mod compare;
mod scrub;

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tollgate_types::config::StoreConfig;

use crate::disk::Disk;
use crate::health::Health;
use crate::reader::Shared;
use crate::{Folder, Scripts, StoreError};

use collect::Collector;
use scrub::Scrub;
pub(crate) use scrub::scrub;

/// The first round of the scrub begins this long after the start, so that it does not compete with the first requests.
const SCRUB_AFTER: Duration = Duration::from_secs(60);
/// Rounds of the scrub begin at least this far apart.
const SCRUB_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// What the scrub reads in a second: little beside what a disk can do, and 675 GiB in a day.
const SCRUB_BYTES_PER_SECOND: u64 = 8 * 1024 * 1024;
const DISK_EVERY: Duration = Duration::from_secs(5);
/// The longest time between two looks for scripts that no record names.
const COLLECT_AT_MOST_EVERY: Duration = Duration::from_secs(10 * 60);
/// The shortest.
const COLLECT_AT_LEAST_EVERY: Duration = Duration::from_secs(1);

/// How often to look for files that nothing needs any more, if they are kept for a grace period.
pub fn collect_every(grace: Duration) -> Duration {
    grace.clamp(COLLECT_AT_LEAST_EVERY, COLLECT_AT_MOST_EVERY)
}

/// When the housekeeper does what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// Time for which a script that no record names is kept.
    pub(crate) grace: Duration,
    pub(crate) collect_after: Duration,
    pub(crate) collect_every: Duration,
    pub(crate) scrub_after: Duration,
    pub(crate) scrub_every: Duration,
    pub(crate) scrub_bytes_per_second: u64,
}

impl Pace {
    pub(crate) fn of(config: &StoreConfig) -> Self {
        let grace = Duration::from_secs(config.grace_seconds.into());
        Self {
            grace,
            collect_after: Duration::ZERO,
            collect_every: collect_every(grace),
            scrub_after: SCRUB_AFTER,
            scrub_every: SCRUB_EVERY,
            scrub_bytes_per_second: SCRUB_BYTES_PER_SECOND,
        }
    }
}

/// The running thread. Dropping it ends the thread and waits for it.
pub(crate) struct Housekeeper {
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

/// What the thread works on.
struct Work {
    data: Folder,
    scripts: Arc<Scripts>,
    shared: Arc<Shared>,
    pace: Pace,
    nearly_full: bool,
}

impl Housekeeper {
    pub(crate) fn start(
        data: Folder,
        scripts: Arc<Scripts>,
        shared: Arc<Shared>,
        pace: Pace,
    ) -> Result<Self, StoreError> {
        let mut work = Work { data, scripts, shared, pace, nearly_full: false };
        // `/status` has the disk from the first request on.
        work.look_at_disk();
        let stop = Arc::new(Stop::default());
        let (stopped, thread) = (stop.clone(), std::thread::Builder::new().name("tollgate-housekeeper".to_owned()));
        let thread = thread.spawn(move || work.run(&stopped)).map_err(|source| StoreError::Io {
            act: "start a thread for",
            path: "the store".into(),
            source,
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Housekeeper {
    fn drop(&mut self) {
        self.stop.stop();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the housekeeper's thread panicked");
        }
    }
}

impl Stop {
    fn stop(&self) {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    /// Whether it was stopped by then.
    fn wait_until(&self, then: Instant) -> bool {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let left = then.saturating_duration_since(Instant::now());
        let waited = self.changed.wait_timeout_while(stopped, left, |stopped| !*stopped);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn is_stopped(&self) -> bool {
        *self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work {
    fn run(mut self, stop: &Stop) {
        let start = Instant::now();
        let mut collector = Collector::new(self.pace.grace);
        let mut scrub = Scrub::default();
        let (mut disk_at, mut collect_at, mut scrub_at) =
            (start + DISK_EVERY, start + self.pace.collect_after, start + self.pace.scrub_after);
        while !stop.wait_until(disk_at.min(collect_at).min(scrub_at)) {
            let now = Instant::now();
            if disk_at <= now {
                self.look_at_disk();
                disk_at = now + DISK_EVERY;
            }
            if collect_at <= now {
                collector.sweep(&self.scripts, &self.shared, &|| stop.is_stopped());
                collect_at = Instant::now() + self.pace.collect_every;
            }
            if scrub_at <= now {
                scrub_at = now + scrub.step(&self.scripts, &self.shared, &self.pace);
            }
        }
    }

    /// The log tells when the disk begins to be nearly full, and when that ends.
    fn look_at_disk(&mut self) {
        let disk = match Disk::of(&self.data) {
            Ok(disk) => disk,
            Err(error) => return tracing::debug!(%error, "the room on the disk cannot be read"),
        };
        self.health().update(|report| report.disk = Some(disk));
        let (before, Disk { free_bytes, total_bytes }) = (self.nearly_full, disk);
        self.nearly_full = disk.is_nearly_full();
        match (before, self.nearly_full) {
            (false, true) => tracing::warn!(free_bytes, total_bytes, "the disk of the data folder is nearly full"),
            (true, false) => tracing::info!(free_bytes, total_bytes, "the disk of the data folder has room again"),
            _ => {}
        }
    }

    fn health(&self) -> &Health {
        self.shared.health()
    }
}

#[cfg(test)]
mod tests;
