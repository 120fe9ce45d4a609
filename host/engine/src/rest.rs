//! The rest of a worker's run, once it has set its response: it streams the body, then may do background work.
//!
//! Whoever reads the body polls it, so that a short body needs no task, and a reader that goes away stops the worker by
//! dropping it. A worker gets a task where its reader may wait for it to do something else first (it still has a request
//! body to read, or has sent requests), and where its reader has not read for a while: then its limits hold all the same,
//! and two that wait for each other go on.
//!
//! A reader that is itself a worker of WASI 0.3 does not run another: wasmtime cannot begin a 0.3 run within another's poll.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use crate::task::AbortOnDrop;
use crate::{Errands, meter};

type Run = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The rest of a run. Dropped before it was released, it ends the run.
pub(crate) struct Rest(Option<Arc<Held>>);

/// A run, held by whoever reads its body.
struct Held {
    work: Mutex<Work>,
    /// Whether it was polled since the last sweep.
    polled: AtomicBool,
}

enum Work {
    /// Polled by who reads the body, with what it sent.
    Run(Run, Arc<Errands>),
    /// In a task, which ends with this.
    Task(AbortOnDrop),
    Ended,
}

/// The runs that their readers poll.
#[derive(Default)]
pub(crate) struct Unattended(Mutex<Vec<Weak<Held>>>);

impl Rest {
    /// There is none.
    pub(crate) fn ended() -> Self {
        Self(None)
    }

    /// In a task.
    pub(crate) fn task(run: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Some(Held::new(Work::Task(AbortOnDrop::spawn(run)))))
    }

    /// Polled by who reads the body.
    pub(crate) fn read(
        run: impl Future<Output = ()> + Send + 'static,
        errands: Arc<Errands>,
        all: &Unattended,
    ) -> Self {
        let held = Held::new(Work::Run(Box::pin(run), errands));
        lock(&all.0).push(Arc::downgrade(&held));
        Self(Some(held))
    }

    /// Lets it go on, outside the meter of whoever reads; true if it did.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(held) = &self.0 else { return false };
        let mut work = lock(&held.work);
        let Work::Run(run, errands) = &mut *work else { return false };
        if meter::within_p3() {
            work.start_task();
            return false;
        }
        held.polled.store(true, Ordering::Relaxed);
        let polled = meter::outside(|| run.as_mut().poll(cx));
        if polled == Poll::Ready(()) {
            *work = Work::Ended;
        } else if !errands.is_empty() {
            work.start_task();
        }
        true
    }

    /// The body has ended: what the worker still does is background work, and goes on.
    pub(crate) fn release(&mut self) {
        let Some(held) = self.0.take() else { return };
        let work = std::mem::replace(&mut *lock(&held.work), Work::Ended);
        match work {
            Work::Run(run, _) => AbortOnDrop::spawn(run).detach(),
            Work::Task(task) => task.detach(),
            Work::Ended => {}
        }
    }
}

impl Held {
    fn new(work: Work) -> Arc<Self> {
        Arc::new(Self { work: Mutex::new(work), polled: AtomicBool::new(true) })
    }
}

impl Work {
    /// From here on it needs nobody who reads.
    fn start_task(&mut self) {
        *self = match std::mem::replace(self, Self::Ended) {
            Self::Run(run, _) => Self::Task(AbortOnDrop::spawn(run)),
            other => other,
        };
    }
}

impl Unattended {
    /// Gives a task to each that nobody polled since the last sweep. To be called now and then, on a tokio runtime.
    pub(crate) fn sweep(&self) {
        // Dropped when the list is free again: the last to hold a run ends it.
        let mut looked_at = Vec::new();
        lock(&self.0).retain(|held| {
            let Some(held) = held.upgrade() else { return false };
            let mut stalled = !held.polled.swap(false, Ordering::Relaxed);
            if stalled {
                // Where it is locked, it is being polled.
                match held.work.try_lock() {
                    Ok(mut work) => work.start_task(),
                    Err(_) => stalled = false,
                }
            }
            looked_at.push(held);
            !stalled
        });
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
