//! The rest of a worker's run, once it has set its response: it streams the body, then may do background work.
//!
//! Whoever reads the body polls it, so that a short body needs no task, and a reader that goes away stops the worker by
//! dropping it. A task is for a worker that still has a request body to read, since its reader may wait for it to do so;
//! that has sent requests which must be got on with; or whose reader does not read, when its time is up, so that its wall
//! limit holds.
//!
//! A reader that is itself a worker of WASI 0.3 does not run another: wasmtime cannot begin a 0.3 run within another's poll.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Instant;

use crate::task::AbortOnDrop;
use crate::{Errands, meter};

type Run = Pin<Box<dyn Future<Output = ()> + Send>>;
/// Taken by whoever runs it on without its reader.
type Held = Mutex<Option<Run>>;

/// The rest of a run.
pub(crate) enum Rest {
    /// There is none.
    Ended,
    /// Polled by who reads the body.
    Read(Arc<Held>, Arc<Errands>),
    /// In a task, which ends with this.
    Task(AbortOnDrop),
}

/// The runs that their readers poll, with the time when each is up.
#[derive(Default)]
pub(crate) struct Unattended(Mutex<Vec<(Instant, Weak<Held>)>>);

impl Rest {
    /// In a task.
    pub(crate) fn task(run: impl Future<Output = ()> + Send + 'static) -> Self {
        Self::Task(AbortOnDrop::spawn(run))
    }

    /// Polled by who reads the body, until `deadline`.
    pub(crate) fn read(
        run: impl Future<Output = ()> + Send + 'static,
        errands: Arc<Errands>,
        deadline: Instant,
        all: &Unattended,
    ) -> Self {
        let run: Run = Box::pin(run);
        let run = Arc::new(Mutex::new(Some(run)));
        lock(&all.0).push((deadline, Arc::downgrade(&run)));
        Self::Read(run, errands)
    }

    /// Lets it go on, outside the meter of whoever reads; true if it did.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Self::Read(run, errands) = self else { return false };
        if meter::within_p3() {
            return self.start_task();
        }
        let mut held = lock(run);
        let Some(run) = held.as_mut() else { return false };
        let polled = meter::outside(|| run.as_mut().poll(cx));
        drop(held);
        if polled == Poll::Ready(()) {
            *self = Self::Ended;
        } else if !errands.is_empty() {
            self.start_task();
        }
        true
    }

    /// From here on it needs nobody who reads. False: nothing was done yet.
    fn start_task(&mut self) -> bool {
        if let Self::Read(run, _) = self {
            let run = lock(run).take();
            *self = run.map_or(Self::Ended, Self::task);
        }
        false
    }

    /// The body has ended: what the worker still does is background work, and goes on.
    pub(crate) fn release(&mut self) {
        match std::mem::replace(self, Self::Ended) {
            Self::Ended => {}
            Self::Read(run, _) => {
                if let Some(run) = lock(&run).take() {
                    AbortOnDrop::spawn(run).detach();
                }
            }
            Self::Task(task) => task.detach(),
        }
    }
}

impl Unattended {
    /// Gives a task to those whose time is up, in which their wall limit ends them. To be called now and then.
    pub(crate) fn sweep(&self) {
        let now = Instant::now();
        let mut late = Vec::new();
        lock(&self.0).retain(|(deadline, run)| {
            if *deadline > now {
                return run.strong_count() > 0;
            }
            late.extend(run.upgrade());
            false
        });
        for run in late {
            if let Some(run) = lock(&run).take() {
                AbortOnDrop::spawn(run).detach();
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
