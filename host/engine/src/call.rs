//! One request to one worker.
//!
//! The worker is run by whoever waits for its response, without a task of its own, until it has set the response. Often
//! it is done by then. If not, `rest.rs` says who runs it on. A caller that goes away before the response was set drops the
//! worker where it is.

mod head;
mod p2;
mod p3;

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http_body::Body as _;
use wasmtime_wasi_http::handler::{Proxy, ProxyPre};
use wasmtime_wasi_http::{Error, WasiBody};

use crate::body::Length;
use crate::instance::{Instance, NoRoom};
use crate::meter::Metered;
use crate::rest::Rest;
use crate::{Ceiling, Engine, Errands, Fate, Guarded, Guest, Invocation, LimitReached, Loaded};
use head::Head;

/// How long a worker goes on without giving way, where what it sent is answered at once, and how often it is polled: where it
/// is alone only that counts, since a time would make of a test's composition something else each time. Not settings: they weigh
/// latency against wake-ups, and were measured.
const TURN: Duration = Duration::from_millis(1);
const TURNS: u32 = 32;

type Request = http::Request<WasiBody>;
type Response = http::Response<WasiBody>;

/// Why a call gave no response, or was cut off.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// A ceiling was reached.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The worker trapped; the text is for the operator, never for a client.
    #[error("worker trapped: {0}")]
    Trap(String),
    /// As many instances live as the host has room for.
    #[error("no room for another instance")]
    NoRoom,
    /// The worker returned without an answer.
    #[error("worker returned without setting a response")]
    NoAnswer,
    /// The worker answered with an error code.
    #[error("worker answered with an error: {0}")]
    Answered(Error),
}

/// Calls a worker with a request, and returns once it has set its response.
pub async fn call<T: Guest>(
    engine: &Engine,
    loaded: &Arc<Loaded<T>>,
    invocation: Arc<T::Invocation>,
    request: Request,
) -> Result<Response, CallError> {
    let (fate, method) = (invocation.fate().clone(), request.method().clone());
    let (alone, errands) = (bodiless(&request) && !invocation.is_timed(), invocation.errands().clone());
    let head = Head::default();
    let mut run = Box::pin(run(engine.clone(), loaded.clone(), invocation, request, head.clone()));
    let (answer, ended) = poll_fn(|cx| {
        let polled = run.as_mut().poll(cx);
        match (head.take(), polled) {
            (None, Poll::Pending) => Poll::Pending,
            (answer, Poll::Pending) => Poll::Ready((answer, None)),
            (answer, Poll::Ready(ended)) => Poll::Ready((answer, Some(ended))),
        }
    })
    .await;
    let rest = match ended {
        Some(_) => Rest::ended(),
        None if alone && matches!(answer, Some(Ok(_))) && errands.is_empty() => {
            Rest::read(async move { drop(run.await) }, errands, engine.unattended())
        }
        None => Rest::task(async move { drop(run.await) }),
    };
    match (answer, ended) {
        (Some(Ok(response)), _) => {
            let length = length(&method, &response);
            Ok(response.map(|body| Guarded::response(body, fate, rest, length)))
        }
        (Some(Err(error)), _) => {
            let mut rest = rest;
            rest.release();
            Err(CallError::Answered(error))
        }
        (None, Some(Err(error))) => Err(error),
        (None, _) => Err(CallError::NoAnswer),
    }
}

/// Whether a worker has no request body to read, as far as can be told: one of a GET that says no length is taken for none,
/// since what came through another worker does not tell. Where it has one all the same, it waits for the next sweep.
fn bodiless(request: &Request) -> bool {
    let said = [CONTENT_LENGTH, TRANSFER_ENCODING].iter().any(|name| request.headers().contains_key(name));
    request.body().is_end_stream() || (!said && matches!(*request.method(), http::Method::GET | http::Method::HEAD))
}

/// How long the body of a response is, where its head says so (RFC 9112, section 6.3).
fn length(method: &http::Method, response: &Response) -> Length {
    if *method == http::Method::HEAD || matches!(response.status().as_u16(), 204 | 304) {
        return Length::None;
    }
    let said = response.headers().get(CONTENT_LENGTH).and_then(|said| said.to_str().ok()?.parse().ok());
    said.map_or(Length::Unknown, Length::Of)
}

/// Runs the worker to its end, within its limits.
async fn run<T: Guest>(
    engine: Engine,
    loaded: Arc<Loaded<T>>,
    invocation: Arc<T::Invocation>,
    request: Request,
    head: Head,
) -> Result<(), CallError> {
    let wall_ms = invocation.wall_ms();
    let errands = Cleared(invocation.errands());
    let work = pin!(work(&engine, &loaded, invocation.clone(), request, head));
    let p3 = matches!(loaded.pre, ProxyPre::P3(_));
    let mut metered = Metered { future: work, meter: invocation.meter(), p3 };
    let both = poll_fn(|cx| {
        let mut since = None;
        for _ in 0..TURNS {
            let polled = Pin::new(&mut metered).poll(cx);
            if polled.is_ready() || !errands.0.poll(cx) {
                return polled;
            }
            if !engine.is_alone() && since.get_or_insert_with(Instant::now).elapsed() > TURN {
                break;
            }
        }
        // One whose errands end at once again and again must not keep the thread, nor be out of its wall limit's reach.
        cx.waker().wake_by_ref();
        Poll::Pending
    });
    let ended = match tokio::time::timeout(Duration::from_millis(wall_ms), both).await {
        Ok(ended) => ended.map_err(|error| classify(&error)),
        Err(_) => Err(CallError::Limit(LimitReached { ceiling: Ceiling::Wall, allowed: wall_ms })),
    };
    match ended {
        Ok(instance) => {
            loaded.give_back(instance);
            Ok(())
        }
        Err(error) => {
            invocation.ended_badly(&error);
            Err(error)
        }
    }
}

/// The worker's own work, on a waiting instance or a fresh one. Seals its fate before the store goes, also when this
/// future is dropped half-way.
async fn work<T: Guest>(
    engine: &Engine,
    loaded: &Loaded<T>,
    invocation: Arc<T::Invocation>,
    request: Request,
    head: Head,
) -> wasmtime::Result<Instance<T>> {
    let fate = invocation.fate().clone();
    let mut instance = match loaded.take(invocation.memory_bytes()) {
        Some(mut instance) => {
            instance.store.data_mut().renew(invocation);
            instance.store.set_epoch_deadline(1);
            instance
        }
        None => Instance::start(engine, &loaded.pre, T::new(invocation)).await?,
    };
    // Declared after the instance, so dropped before it.
    let mut sealed = Sealed(Some(fate));
    let store = &mut instance.store;
    let ended = match &instance.exports {
        Proxy::P2(proxy) => p2::run(store, proxy, request, head).await,
        Proxy::P3(service) => p3::run(store, service, request, head).await,
    };
    if ended.is_ok() {
        sealed.0 = None;
    }
    ended?;
    drop(sealed);
    Ok(instance)
}

/// Drops what goes on beside a worker, after the worker: its bodies must find their fate sealed.
struct Cleared<'a>(&'a Errands);

impl Drop for Cleared<'_> {
    fn drop(&mut self) {
        self.0.clear();
    }
}

/// Seals a fate as bad when dropped, unless it was disarmed.
struct Sealed(Option<Arc<Fate>>);

impl Drop for Sealed {
    fn drop(&mut self) {
        if let Some(fate) = &self.0 {
            fate.seal_bad();
        }
    }
}

fn classify(error: &wasmtime::Error) -> CallError {
    if let Some(limit) = error.downcast_ref::<LimitReached>() {
        return CallError::Limit(*limit);
    }
    if error.is::<wasmtime::PoolConcurrencyLimitError>() || error.is::<NoRoom>() {
        return CallError::NoRoom;
    }
    CallError::Trap(error.root_cause().to_string())
}

impl From<CallError> for Error {
    /// What the worker that made the request sees of it: the kind of error, never a trap's text.
    fn from(error: CallError) -> Self {
        match error {
            CallError::Answered(error) => error,
            CallError::NoRoom => Self::DestinationUnavailable,
            CallError::Limit(_) | CallError::Trap(_) | CallError::NoAnswer => Self::HttpResponseIncomplete,
        }
    }
}
