//! Where a worker leaves its response for its caller. A caller that polls the worker needs no waker: the response is set meanwhile. One
//! whose worker is polled elsewhere is woken.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use http::Method;
use wasmtime_wasi_http::{Error, WasiBody};

use crate::framing::{self, Length};
use crate::{CallError, Malformed, Outcome};

type Response = http::Response<WasiBody>;
/// A response with the length of its body.
type Answer = Result<(Response, Length), CallError>;

#[derive(Clone)]
pub(super) struct Head {
    state: Arc<Mutex<State>>,
    /// The method of the request.
    method: Method,
}

enum State {
    /// The worker has not answered, and wakes its caller once it has.
    Waiting(Option<Waker>),
    /// The answer waits for the caller.
    Set(Answer),
    /// The caller has the answer.
    Taken(Kind),
}

/// What the answer was.
#[derive(Clone)]
enum Kind {
    Response,
    Error,
    Malformed(Malformed),
}

impl Kind {
    fn of(answer: &Answer) -> Self {
        match answer {
            Ok(_) => Self::Response,
            Err(CallError::Malformed(why)) => Self::Malformed(why.clone()),
            Err(_) => Self::Error,
        }
    }
}

impl Default for State {
    fn default() -> Self {
        Self::Waiting(None)
    }
}

impl Head {
    /// Where the answer to a request with this method is left.
    pub(super) fn of(method: Method) -> Self {
        Self { state: Arc::default(), method }
    }

    /// The worker has answered.
    pub(super) fn set(&self, answered: Result<Response, Error>) {
        let answer = answered.map_err(CallError::Answered).and_then(|mut response| {
            let length = framing::of_response(&self.method, &mut response).map_err(CallError::Malformed)?;
            Ok((response, length))
        });
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
        let taken = State::Taken(Kind::of(answer));
        match std::mem::replace(&mut *state, taken) {
            State::Set(answer) => Some(answer),
            State::Waiting(_) | State::Taken(_) => None,
        }
    }

    /// How a run that returned ended: what its answer was.
    pub(super) fn outcome(&self) -> (Outcome, Option<CallError>) {
        let kind = match &*self.state() {
            State::Set(answer) => Kind::of(answer),
            State::Taken(kind) => kind.clone(),
            State::Waiting(_) => return (Outcome::Exception, Some(CallError::NoAnswer)),
        };
        match kind {
            Kind::Response => (Outcome::Ok, None),
            Kind::Error => (Outcome::Exception, None),
            Kind::Malformed(why) => (Outcome::Exception, Some(CallError::Malformed(why))),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
