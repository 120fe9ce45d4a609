//! What ends a run from outside: its limits of time on the clock, and the signal that stops its worker.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::task::coop::unconstrained;
use tokio::time::{Instant, sleep};

use crate::{CallError, Invocation, LimitKind, LimitReached};

/// Waits until a run must end, and gives the reason. To be polled after the run: what entered the background since the last poll
/// is under the shorter limit from then on.
pub(crate) async fn must_end(invocation: &dyn Invocation) -> CallError {
    let mut limit = LimitReached { limit: LimitKind::Wall, allowed: invocation.wall_ms() };
    let mut sleep = pin!(sleep(Duration::from_millis(limit.allowed)));
    let mut stopped = pin!(invocation.stop().stopped());
    let ended = poll_fn(|cx| {
        if limit.limit == LimitKind::Wall && invocation.progress().is_background() {
            let background_ms = invocation.background_ms();
            let deadline = Instant::now() + Duration::from_millis(background_ms);
            if deadline < sleep.deadline() {
                limit = LimitReached { limit: LimitKind::Background, allowed: background_ms };
                sleep.as_mut().reset(deadline);
            }
        }
        match sleep.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(CallError::Limit(limit)),
            Poll::Pending => stopped.as_mut().poll(cx).map(|()| CallError::Stopped),
        }
    });
    // A run that used up what tokio lets a task do in one turn must end all the same.
    unconstrained(ended).await
}
