//! What a worker still does after it has set its response: it streams the body, then may do background work.
//!
//! The reader of the body polls the worker, so that a short body needs no task, and a reader that goes away stops the worker by
//! dropping it. A worker gets a task in two cases. First, when its reader may wait for it to do something else (it still has a
//! request body to read, or has subrequests in flight). Second, when its reader has not read for a while: then its limits still
//! hold, and two workers that wait for each other go on.
//!
//! A reader that is itself a worker of WASI 0.3 does not poll another worker: wasmtime cannot begin a 0.3 run within another's poll.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll};

use crate::task::AbortOnDrop;
use crate::{Invocation, meter};

type Run = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The continuation of a run. If it is dropped before it was released, the run ends.
pub(crate) struct Continuation(Option<Arc<Held>>);

/// A run, held by the reader of its body.
struct Held {
    work: Mutex<Work>,
    /// Whether it was polled since the last sweep.
    polled: AtomicBool,
}

enum Work {
    /// The reader of the body polls it, together with its subrequests in flight.
    Run(Run, Arc<dyn Invocation>),
    /// It has a task, which ends with this.
    Task(AbortOnDrop),
    Ended,
}

/// All runs that are polled by their readers.
#[derive(Default)]
pub(crate) struct Unattended(Mutex<Vec<Weak<Held>>>);

impl Continuation {
    /// Of a run that has ended.
    pub(crate) fn ended() -> Self {
        Self(None)
    }

    /// Gives the run a task.
    pub(crate) fn task(run: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(Some(Held::new(Work::Task(AbortOnDrop::spawn(run)))))
    }

    /// Lets the reader of the body poll the run.
    pub(crate) fn read(
        run: impl Future<Output = ()> + Send + 'static,
        invocation: Arc<dyn Invocation>,
        all: &Unattended,
    ) -> Self {
        let held = Held::new(Work::Run(Box::pin(run), invocation));
        lock(&all.0).push(Arc::downgrade(&held));
        Self(Some(held))
    }

    /// Lets the run go on, outside the meter of the reader. True if it did.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(held) = &self.0 else { return false };
        let mut work = lock(&held.work);
        let Work::Run(run, invocation) = &mut *work else { return false };
        if meter::within_p3() {
            work.start_task();
            return false;
        }
        held.polled.store(true, Ordering::Relaxed);
        let polled = meter::outside(|| run.as_mut().poll(cx));
        if polled == Poll::Ready(()) {
            *work = Work::Ended;
        } else if !invocation.progress().in_flight().is_empty() {
            work.start_task();
        }
        true
    }

    /// Detaches the run: the body has ended, so that everything left is background work, which goes on.
    pub(crate) fn release(&mut self, invocation: &dyn Invocation) {
        let Some(held) = self.0.take() else { return };
        invocation.progress().enter_background();
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
    /// Gives the run a task, so that it goes on without a reader.
    fn start_task(&mut self) {
        *self = match std::mem::replace(self, Self::Ended) {
            Self::Run(run, _) => Self::Task(AbortOnDrop::spawn(run)),
            other => other,
        };
    }
}

impl Unattended {
    /// Gives a task to each run that was not polled since the last sweep. Call it now and then, on a tokio runtime.
    pub(crate) fn sweep(&self) {
        // Dropped after the list is unlocked: dropping the last reference ends a run.
        let mut looked_at = Vec::new();
        lock(&self.0).retain(|held| {
            let Some(held) = held.upgrade() else { return false };
            let mut stalled = !held.polled.swap(false, Ordering::Relaxed);
            if stalled {
                // If it is locked, it is being polled.
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
