//! Fair CPU: a run starts where its request arrived, and goes on in a queue that is fair once it has used its first slice.
//!
//! A short run costs no hand-over: the task that waits for the response polls it (`call.rs`). Once it has used `SLICE_NS`, the
//! whole run moves to the queue (`queue.rs`), and threads that do nothing else poll it (`moved.rs`): as many as there are cores,
//! at a lower priority than the threads that do I/O. A poll takes an epoch at most, since the epoch's callback yields. So a loop
//! takes time from other runs of its own group first, and from the I/O of the host never.
//!
//! Many short runs could still keep the I/O threads busy. So a group has a budget of CPU time (`share.rs`). While it is in debt, its
//! new runs start in the queue, unless no other group runs anything: then no other group would gain from it.
//!
//! The subrequests in flight of a run that was moved (`in_flight.rs`) are polled with it, on the compute threads. They hand
//! requests to connections and take responses from them; the connections themselves have tasks on the I/O threads.

mod moved;
mod queue;
mod scheduled;

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::meter;
use crate::share::Share;
use moved::Moved;
use queue::Queue;
pub(crate) use scheduled::{Scheduled, Stopped};

/// CPU time that a run uses before it moves. Not a setting: a hand-over takes some 10 µs, and most runs are over by then.
const SLICE_NS: u64 = 2_000_000;

/// How long a group counts as running after its last run.
const RECENT_NS: u64 = 1_000_000_000;

/// How exact that is: noting it for each run would have all cores write to the same place.
const NOTED_NS: u64 = RECENT_NS / 10;

/// By how much the priority of the compute threads is lower. Each step is a share of 10 % or so, of a core that both want.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

thread_local! {
    /// What groups were charged for runs that were polled on this thread, within another run or not.
    static CHARGED_NS: Cell<u64> = const { Cell::new(0) };
}

/// A run that leaves its result for its holder.
type Run = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The queue and what is counted for it.
pub(crate) struct Fair {
    waiting: Mutex<Waiting>,
    pushed: Condvar,
    born: Instant,
    /// What a group may use, in milliseconds of CPU time a second.
    budget_ms: u64,
    /// The group that was charged last, and when that was another one than before.
    latest: AtomicU64,
    changed_ns: AtomicU64,
    moved: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    queue: Queue<Arc<Moved>>,
    closed: bool,
}

/// The compute threads. They end with this.
pub(crate) struct Threads {
    fair: Arc<Fair>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Threads {
    /// As many threads as there are cores. The budget of a group is in milliseconds a second; if none, half of the cores' time.
    pub(crate) fn start(budget_ms: Option<u64>) -> std::io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let fair = Arc::new(Fair::new(budget_ms.unwrap_or(cores as u64 * 500)));
        let started = Self { fair, threads: Mutex::default() };
        for number in 0..cores {
            let fair = started.fair.clone();
            let thread = std::thread::Builder::new().name(format!("compute-{number}"));
            lock(&started.threads).push(thread.spawn(move || compute(&fair))?);
        }
        Ok(started)
    }

    pub(crate) fn fair(&self) -> &Arc<Fair> {
        &self.fair
    }

    /// Ends every run in the queue, and waits until no thread polls one. For a host that stops: the runtime must outlive them.
    pub(crate) fn close(&self) {
        self.fair.close();
        for thread in std::mem::take(&mut *lock(&self.threads)) {
            // One that panicked has ended too.
            let _ended = thread.join();
        }
    }
}

impl Drop for Threads {
    /// Does not wait: the last holder may be a run on one of the threads.
    fn drop(&mut self) {
        self.fair.close();
    }
}

impl Fair {
    fn new(budget_ms: u64) -> Self {
        Self {
            waiting: Mutex::default(),
            pushed: Condvar::new(),
            born: Instant::now(),
            budget_ms,
            latest: AtomicU64::new(u64::MAX),
            changed_ns: AtomicU64::new(0),
            moved: AtomicU64::new(0),
        }
    }

    /// Runs so far that moved to the queue.
    pub(crate) fn moved(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }

    fn count(&self) {
        self.moved.fetch_add(1, Ordering::Relaxed);
    }

    /// Charges a run's group with CPU time that was used on this thread.
    fn charge(&self, share: &Share, spent_ns: u64) {
        CHARGED_NS.set(CHARGED_NS.get().wrapping_add(spent_ns));
        if share.is_budgeted() {
            self.charge_at(share, spent_ns, self.now_ns());
        }
    }

    fn charge_at(&self, share: &Share, spent_ns: u64, now_ns: u64) {
        let group = &share.group;
        group.charge(spent_ns, now_ns, self.budget_ms);
        let unnoted = now_ns.saturating_sub(self.changed_ns.load(Ordering::Relaxed)) > NOTED_NS;
        if unnoted && self.latest.load(Ordering::Relaxed) != group.account.id() {
            self.latest.store(group.account.id(), Ordering::Relaxed);
            self.changed_ns.store(now_ns, Ordering::Relaxed);
        }
    }

    /// Whether a new run must start in the queue: its group used more than its budget, and is not the only one.
    fn is_in_debt(&self, share: &Share) -> bool {
        share.is_budgeted() && self.is_in_debt_at(share, self.now_ns())
    }

    fn is_in_debt_at(&self, share: &Share, now_ns: u64) -> bool {
        share.group.is_in_debt(now_ns) && now_ns.saturating_sub(self.changed_ns.load(Ordering::Relaxed)) < RECENT_NS
    }

    fn now_ns(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn push(&self, share: &Arc<Share>, run: Arc<Moved>) {
        let mut waiting = lock(&self.waiting);
        if waiting.closed {
            drop(waiting);
            return run.stop();
        }
        waiting.queue.push(share, run);
        drop(waiting);
        self.pushed.notify_one();
    }

    /// The run that is next, when there is one. None once this is closed.
    fn next(&self) -> Option<(Arc<Share>, Arc<Moved>)> {
        let mut waiting = lock(&self.waiting);
        loop {
            if waiting.closed {
                return None;
            }
            if let Some(next) = waiting.queue.pop() {
                return Some(next);
            }
            waiting = self.pushed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Charges a run with the time that its poll took of the thread. `charged_ns` of it were charged already, for runs within it.
    fn settle(&self, share: &Share, spent_ns: u64, charged_ns: u64) {
        lock(&self.waiting).queue.settle(share, spent_ns);
        self.charge(share, spent_ns.saturating_sub(charged_ns));
    }

    fn close(&self) {
        let mut waiting = lock(&self.waiting);
        waiting.closed = true;
        let runs = waiting.queue.drain();
        drop(waiting);
        self.pushed.notify_all();
        runs.iter().for_each(|run| run.stop());
    }
}

/// What a compute thread does.
fn compute(fair: &Fair) {
    lower_priority();
    while let Some((share, run)) = fair.next() {
        let (before_ns, charged_ns) = (meter::sample(), CHARGED_NS.get());
        run.poll();
        drop(run);
        let charged_ns = CHARGED_NS.get().wrapping_sub(charged_ns);
        fair.settle(&share, meter::sample().saturating_sub(before_ns), charged_ns);
    }
}

/// Lets the threads that do I/O go first. Without it everything works, and answers later on a busy host.
#[cfg(target_os = "linux")]
fn lower_priority() {
    // On Linux a priority is a thread's own, and no process means this thread.
    let lowered = rustix::process::setpriority_process(None, NICE);
    let _ =
        lowered.inspect_err(|error| tracing::warn!(%error, "the priority of a compute thread could not be lowered"));
}

/// Elsewhere it would be the priority of the whole process.
#[cfg(not(target_os = "linux"))]
fn lower_priority() {}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::share::Group;

    const MS: u64 = 1_000_000;
    const SECOND_NS: u64 = 1_000_000_000;

    #[test]
    fn a_debt_counts_only_while_another_group_runs_too() {
        let fair = Fair::new(1_000);
        let share = || Share::new(Arc::new(Group::budgeted()));
        let (busy, other) = (share(), share());
        fair.charge_at(&busy, 3_600 * SECOND_NS, 5 * SECOND_NS);
        fair.charge_at(&busy, 3_600 * SECOND_NS, 8 * SECOND_NS);
        assert!(!fair.is_in_debt_at(&busy, 8 * SECOND_NS), "it is alone");
        fair.charge_at(&other, 1, 9 * SECOND_NS);
        fair.charge_at(&busy, 3_600 * SECOND_NS, 9 * SECOND_NS);
        assert!(fair.is_in_debt_at(&busy, 9 * SECOND_NS));
        assert!(!fair.is_in_debt_at(&other, 9 * SECOND_NS));
        fair.charge_at(&busy, 3_600 * SECOND_NS, 9 * SECOND_NS + NOTED_NS + 1);
        fair.charge_at(&busy, 3_600 * SECOND_NS, 11 * SECOND_NS);
        assert!(!fair.is_in_debt_at(&busy, 11 * SECOND_NS), "the other is gone");
    }

    #[tokio::test]
    async fn what_a_run_within_another_used_is_charged_once() {
        let threads = Threads::start(Some(1)).unwrap();
        let share = || Arc::new(Share::new(Arc::new(Group::budgeted())));
        let (parent, child) = (share(), share());
        let fair = threads.fair().clone();
        let within = Scheduled::new(Some(&fair), Some(child), || MS, Box::pin(async { meter::tests::pass(1) }));
        let run = Box::pin(async move { drop(within.await) });
        let moved = Moved::start(fair.clone(), parent.clone(), tokio::runtime::Handle::current(), run);
        std::future::poll_fn(|cx| moved.poll_over(cx)).await;
        // Its thread charges it after that.
        threads.close();
        assert!(!parent.group.is_in_debt(fair.now_ns()), "1 ms would be a debt of a second");
    }
}
