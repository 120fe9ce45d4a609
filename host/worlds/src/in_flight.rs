//! An outcome on its way, as a resource that a worker of WASI 0.2 waits for and takes once.

use futures::FutureExt as _;
use futures::channel::oneshot;
use futures::future::BoxFuture;
use wasmtime_wasi::p2::Pollable;

/// Lets work go on beside the worker that asked for it, within that worker's run.
pub trait Beside {
    /// Polls it whenever the worker is polled, and drops it with the run.
    fn beside(&self, work: BoxFuture<'static, ()>);
}

/// An outcome on its way. Dropped before it arrives, it cancels the work.
#[allow(unreachable_pub, reason = "bindgen re-exports it")]
pub enum InFlight<T> {
    Pending(oneshot::Receiver<T>),
    Ready(Box<T>),
    Taken,
}

impl<T: Send + 'static> InFlight<T> {
    pub(crate) fn start<B: Beside + ?Sized>(beside: &B, work: BoxFuture<'static, T>) -> Self {
        Self::Pending(start(beside, work))
    }

    pub(crate) fn ready(outcome: T) -> Self {
        Self::Ready(Box::new(outcome))
    }

    /// None while it is on its way, an error once it was taken.
    pub(crate) fn take(&mut self) -> Option<Result<T, ()>> {
        match std::mem::replace(self, Self::Taken) {
            Self::Ready(outcome) => Some(Ok(*outcome)),
            Self::Taken => Some(Err(())),
            pending @ Self::Pending(_) => {
                *self = pending;
                None
            }
        }
    }
}

/// Starts work beside a worker; dropping the receiver cancels it.
pub fn start<T: Send + 'static, B: Beside + ?Sized>(beside: &B, work: BoxFuture<'static, T>) -> oneshot::Receiver<T> {
    let (mut sender, receiver) = oneshot::channel();
    let errand = async move {
        let outcome = futures::future::select(work, sender.cancellation()).await;
        if let futures::future::Either::Left((outcome, _)) = outcome {
            // Whoever waited may have gone.
            let _ = sender.send(outcome);
        }
    };
    beside.beside(errand.boxed());
    receiver
}

#[async_trait::async_trait]
impl<T: Send + 'static> Pollable for InFlight<T> {
    async fn ready(&mut self) {
        if let Self::Pending(receiver) = self {
            *self = receiver.await.map_or(Self::Taken, |outcome| Self::Ready(Box::new(outcome)));
        }
    }
}
