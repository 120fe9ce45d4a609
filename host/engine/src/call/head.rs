//! Where a worker leaves its response for its caller. A caller that polls the worker needs no waker: the response is set meanwhile. One
//! whose worker is polled elsewhere is woken.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use wasmtime_wasi_http::{Error, WasiBody};

use crate::{CallError, Outcome};

type Answer = Result<http::Response<WasiBody>, Error>;

#[derive(Clone, Default)]
pub(super) struct Head(Arc<Mutex<State>>);

enum State {
    /// The worker has not answered, and wakes its caller once it has.
    Waiting(Option<Waker>),
    /// The answer waits for the caller.
    Set(Answer),
    /// The caller has the answer, which was a response or an error.
    Taken { response: bool },
}

impl Default for State {
    fn default() -> Self {
        Self::Waiting(None)
    }
}

impl Head {
    pub(super) fn set(&self, answer: Answer) {
        let before = std::mem::replace(&mut *self.state(), State::Set(answer));
        if let State::Waiting(Some(caller)) = before {
            caller.wake();
        }
    }

    /// The answer, if it is there. If not, it will wake the caller that is given.
    pub(super) fn take(&self, caller: Option<&Waker>) -> Option<Answer> {
        let mut state = self.state();
        if let (State::Waiting(waiting), Some(caller)) = (&mut *state, caller) {
            *waiting = Some(caller.clone());
        }
        let State::Set(answer) = &*state else { return None };
        let taken = State::Taken { response: answer.is_ok() };
        match std::mem::replace(&mut *state, taken) {
            State::Set(answer) => Some(answer),
            State::Waiting(_) | State::Taken { .. } => None,
        }
    }

    /// How a run that returned ended: what its answer was.
    pub(super) fn outcome(&self) -> (Outcome, Option<CallError>) {
        match &*self.state() {
            State::Set(Ok(_)) | State::Taken { response: true } => (Outcome::Ok, None),
            State::Set(Err(_)) | State::Taken { response: false } => (Outcome::Exception, None),
            State::Waiting(_) => (Outcome::Exception, Some(CallError::NoAnswer)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
