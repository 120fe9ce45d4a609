//! The rest of a worker's run, once it has set its response: it streams the body, then may do background work.
//!
//! Whoever reads the body polls it, so that a short body needs no task, and a reader that goes away stops the worker by
//! dropping it. A worker that still has a request body to read gets a task at once, since its reader may wait for it to do
//! so; and one whose reader does not read gets one when its time is up, so that its wall limit holds.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Instant;

use crate::meter;
use crate::task::AbortOnDrop;

type Run = Pin<Box<dyn Future<Output = ()> + Send>>;
/// Taken by whoever runs it on without its reader.
type Held = Mutex<Option<Run>>;

/// The rest of a run.
pub(crate) enum Rest {
    /// There is none.
    Ended,
    /// Polled by who reads the body.
    Read(Arc<Held>),
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
    pub(crate) fn read(run: impl Future<Output = ()> + Send + 'static, deadline: Instant, all: &Unattended) -> Self {
        let run: Run = Box::pin(run);
        let run = Arc::new(Mutex::new(Some(run)));
        lock(&all.0).push((deadline, Arc::downgrade(&run)));
        Self::Read(run)
    }

    /// Lets it go on, outside the meter of whoever reads; true if it did.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Self::Read(run) = self else { return false };
        let mut held = lock(run);
        let Some(run) = held.as_mut() else { return false };
        let polled = meter::outside(|| run.as_mut().poll(cx));
        drop(held);
        if polled == Poll::Ready(()) {
            *self = Self::Ended;
        }
        true
    }

    /// The body has ended: what the worker still does is background work, and goes on.
    pub(crate) fn release(&mut self) {
        match std::mem::replace(self, Self::Ended) {
            Self::Ended => {}
            Self::Read(run) => {
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
