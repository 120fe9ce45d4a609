//! What ends a run from outside: its limits of time on the clock, and the signal that stops its worker.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::task::coop::unconstrained;
use tokio::time::{Instant, sleep};

use crate::{LimitKind, LimitReached, Stop};

/// Why a run must end.
pub(crate) enum Cause {
    /// Its time is over.
    Limit(LimitReached),
    /// Its worker was stopped.
    Stopped,
}

/// The limits of a run, in milliseconds.
pub(crate) struct Times {
    /// From its start to its end.
    pub(crate) wall_ms: u64,
    /// From the moment when it enters the background.
    pub(crate) background_ms: u64,
}

/// Waits until a run must end. To be polled after the run: once `in_background` is true, the shorter limit holds.
pub(crate) async fn must_end(times: Times, stop: &Stop, in_background: impl Fn() -> bool) -> Cause {
    let Times { wall_ms, background_ms } = times;
    let mut limit = LimitReached { limit: LimitKind::Wall, allowed: wall_ms };
    let mut sleep = pin!(sleep(Duration::from_millis(wall_ms)));
    let mut stopped = pin!(stop.stopped());
    let mut background = false;
    let ended = poll_fn(|cx| {
        if !background && in_background() {
            background = true;
            let deadline = Instant::now() + Duration::from_millis(background_ms);
            if deadline < sleep.deadline() {
                limit = LimitReached { limit: LimitKind::Background, allowed: background_ms };
                sleep.as_mut().reset(deadline);
            }
        }
        match sleep.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Cause::Limit(limit)),
            Poll::Pending => stopped.as_mut().poll(cx).map(|()| Cause::Stopped),
        }
    });
    // A run that used up what tokio lets a task do in one turn must end all the same.
    unconstrained(ended).await
}
