//! Where a worker leaves its response for the caller that polls it. It needs no waker: it is only set while it is polled.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wasmtime_wasi_http::{Error, WasiBody};

use crate::{CallError, Outcome};

type Answer = Result<http::Response<WasiBody>, Error>;

#[derive(Clone, Default)]
pub(super) struct Head(Arc<Mutex<State>>);

#[derive(Default)]
enum State {
    /// The worker has not answered.
    #[default]
    Waiting,
    /// The answer waits for the caller.
    Set(Answer),
    /// The caller has the answer, which was a response or an error.
    Taken { response: bool },
}

impl Head {
    pub(super) fn set(&self, answer: Answer) {
        *self.state() = State::Set(answer);
    }

    pub(super) fn take(&self) -> Option<Answer> {
        let mut state = self.state();
        let State::Set(answer) = &*state else { return None };
        let taken = State::Taken { response: answer.is_ok() };
        match std::mem::replace(&mut *state, taken) {
            State::Set(answer) => Some(answer),
            State::Waiting | State::Taken { .. } => None,
        }
    }

    /// How a run that returned ended: what its answer was.
    pub(super) fn outcome(&self) -> (Outcome, Option<CallError>) {
        match &*self.state() {
            State::Set(Ok(_)) | State::Taken { response: true } => (Outcome::Ok, None),
            State::Set(Err(_)) | State::Taken { response: false } => (Outcome::Exception, None),
            State::Waiting => (Outcome::Exception, Some(CallError::NoAnswer)),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
