//! One request to one worker.
//!
//! The caller that waits for the response polls the worker, without a task, until the worker has set the response, or until it
//! goes on in the fair queue (`fair.rs`). Often the worker is done by then. If not, `continuation.rs` decides what polls it from there. A caller that goes away before
//! the response was set drops the worker.

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

use crate::body::Received;
use crate::clock::{Cause, Times, must_end};
use crate::continuation::Continuation;
use crate::fair::{Scheduled, Stopped};
use crate::instance::{Instance, NoRoom};
use crate::meter::Metered;
use crate::progress::{response_over, run_over};
use crate::{Engine, Guarded, Guest, InFlight, Invocation, LimitReached, Loaded, Malformed, NoMemory, Outcome};
use head::Head;

/// How long a worker goes on without yielding if its subrequests are answered at once, and how often it is polled. If the engine
/// is alone on its thread, only the number counts: a time would make each run of a composition test different. Not
/// settings: they weigh latency against wake-ups, and were measured.
const TURN: Duration = Duration::from_millis(1);
const TURNS: u32 = 32;

type Request = http::Request<WasiBody>;
type Response = http::Response<WasiBody>;

/// Why a call gave no response, or was cut off.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// A limit was reached.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The worker trapped; the text is for the operator, never for a client.
    #[error("worker trapped: {0}")]
    Trap(String),
    /// The host has as many live instances as it may have, or they hold as much memory as they may.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// The worker was stopped or deleted.
    #[error("worker was stopped")]
    Stopped,
    /// The host stops, or a fault of the host's ended the run.
    #[error("the host ended the run")]
    Ended,
    /// The worker returned without an answer.
    #[error("worker returned without setting a response")]
    NoAnswer,
    /// The worker's response cannot be sent.
    #[error("worker answered with a response that cannot be sent: {0}")]
    Malformed(Malformed),
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
    let method = request.method().clone();
    let mut reader = Reader { invocation: invocation.clone(), waits: true };
    let alone = bodiless(&request) && !invocation.is_timed();
    let request = if invocation.is_observed() { Received::request(request, &invocation) } else { request };
    let head = Head::of(method);
    let p2 = matches!(loaded.pre, ProxyPre::P2(_));
    let metered = invocation.clone();
    let used_ns = move || metered.progress().meter.used_ns();
    let share = invocation.share().cloned();
    let run = run(engine.clone(), loaded.clone(), invocation, request, head.clone());
    let mut run = Scheduled::new(engine.fair(), share, used_ns, Box::pin(run));
    let (answer, ended) = poll_fn(|cx| {
        let polled = Pin::new(&mut run).poll(cx);
        match (head.take(run.is_moved().then(|| cx.waker())), polled) {
            (None, Poll::Pending) => Poll::Pending,
            (answer, Poll::Pending) => Poll::Ready((answer, None)),
            (answer, Poll::Ready(ended)) => {
                Poll::Ready((answer, Some(ended.unwrap_or_else(|stopped| Err(stopped.into())))))
            }
        }
    })
    .await;
    let invocation = reader.answered();
    let continuation = match ended {
        Some(_) => Continuation::ended(),
        // A run that has moved needs no reader that polls it.
        None if alone
            && !run.is_moved()
            && matches!(answer, Some(Ok(_)))
            && invocation.progress().in_flight().is_empty() =>
        {
            Continuation::read(async move { drop(run.await) }, invocation.clone(), engine.unattended())
        }
        None => Continuation::task(async move { drop(run.await) }),
    };
    match (answer, ended) {
        (Some(Ok((response, length))), _) => {
            let (head, body) = response.into_parts();
            let mut body = Guarded::response(body, invocation, continuation, length, p2);
            if body.is_unasked() {
                body = Box::pin(body.asked()).await?;
            }
            Ok(Response::from_parts(head, WasiBody::new(body)))
        }
        (Some(Err(error)), _) => {
            response_over(&*invocation, true);
            let mut continuation = continuation;
            continuation.release(&*invocation);
            Err(error)
        }
        (None, Some(Err(error))) => Err(error),
        (None, _) => Err(CallError::NoAnswer),
    }
}

/// The caller of an invocation. If it leaves while it waits for the response, the response is over.
struct Reader {
    invocation: Arc<dyn Invocation>,
    waits: bool,
}

impl Reader {
    /// The caller has its answer.
    fn answered(&mut self) -> Arc<dyn Invocation> {
        self.waits = false;
        self.invocation.clone()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if self.waits {
            response_over(&*self.invocation, false);
        }
    }
}

/// Whether a worker has no request body to read, as far as the host can tell. A GET that gives no length counts as having none,
/// since a body that came through another worker does not tell. If it has one after all, the worker waits for the next sweep.
fn bodiless(request: &Request) -> bool {
    let said = || [CONTENT_LENGTH, TRANSFER_ENCODING].iter().any(|name| request.headers().contains_key(name));
    request.body().is_end_stream() || (matches!(*request.method(), http::Method::GET | http::Method::HEAD) && !said())
}

/// Runs the worker to its end, within its limits.
async fn run<T: Guest>(
    engine: Engine,
    loaded: Arc<Loaded<T>>,
    invocation: Arc<T::Invocation>,
    request: Request,
    head: Head,
) -> Result<(), CallError> {
    // Declared first, so dropped last: the report needs the memory that the instance held.
    let ending = Ending(Some(&*invocation));
    let in_flight = Cleared(invocation.progress().in_flight());
    let p3 = matches!(loaded.pre, ProxyPre::P3(_));
    let ended = {
        let work = pin!(work(&engine, &loaded, invocation.clone(), request, head.clone()));
        within_limits(&engine, &*invocation, work, p3).await
    };
    drop(in_flight);
    let instance = match ended {
        Ok(instance) => instance,
        Err(error) => {
            ending.over(Outcome::from(&error), Some(&error));
            return Err(error);
        }
    };
    loaded.give_back(instance);
    let (outcome, error) = head.outcome();
    ending.over(outcome, error.as_ref());
    Ok(())
}

/// Polls the worker and its subrequests in flight, until the worker ends or reaches a limit.
async fn within_limits<O>(
    engine: &Engine,
    invocation: &dyn Invocation,
    work: Pin<&mut impl Future<Output = wasmtime::Result<O>>>,
    p3: bool,
) -> Result<O, CallError> {
    let progress = invocation.progress();
    let mut metered = Metered { future: work, meter: &progress.meter, p3 };
    let times = Times { wall_ms: invocation.wall_ms(), background_ms: invocation.background_ms() };
    let mut must_end = pin!(must_end(times, invocation.stop(), || progress.is_background()));
    poll_fn(|cx| {
        let mut since = None;
        for _ in 0..TURNS {
            let polled = Pin::new(&mut metered).poll(cx);
            if let Poll::Ready(ended) = polled {
                return Poll::Ready(ended.map_err(|error| classify(&error)));
            }
            if !progress.in_flight.poll(cx) {
                return must_end.as_mut().poll(cx).map(|cause| Err(cause.into()));
            }
            if !engine.is_alone() && since.get_or_insert_with(Instant::now).elapsed() > TURN {
                break;
            }
        }
        // A worker whose subrequests end at once, again and again, must not keep the thread nor escape its wall-clock limit.
        cx.waker().wake_by_ref();
        must_end.as_mut().poll(cx).map(|cause| Err(cause.into()))
    })
    .await
}

/// Reports how a run ended. A run that is dropped half-way was canceled.
struct Ending<'a>(Option<&'a dyn Invocation>);

impl Ending<'_> {
    fn over(mut self, outcome: Outcome, error: Option<&CallError>) {
        if let Some(invocation) = self.0.take() {
            run_over(invocation, outcome, error);
        }
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        if let Some(invocation) = self.0.take() {
            run_over(invocation, Outcome::Canceled, None);
        }
    }
}

/// The worker's own work, on an instance that waits or on a fresh one. An instance that is dropped half-way marks its invocation
/// as aborted before its store goes.
async fn work<T: Guest>(
    engine: &Engine,
    loaded: &Loaded<T>,
    invocation: Arc<T::Invocation>,
    request: Request,
    head: Head,
) -> wasmtime::Result<Box<Instance<T>>> {
    let mut instance = match loaded.take(invocation.memory_bytes()) {
        Some(mut instance) => {
            instance.begin(invocation);
            instance
        }
        None => Instance::start(engine, &loaded.pre, T::new(invocation)).await?,
    };
    let Instance { store, exports, .. } = &mut *instance;
    let ended = match exports {
        Proxy::P2(proxy) => p2::run(store, proxy, request, head).await,
        Proxy::P3(service) => p3::run(store, service, request, head).await,
    };
    // A worker beyond its memory limit loses its resources. It is this limit that stopped it, and not the table.
    ended.map_err(|error| store.data_mut().memory().reached().map_or(error, wasmtime::Error::from))?;
    instance.end();
    Ok(instance)
}

/// Drops the subrequests in flight, after the worker: their bodies must find the invocation marked as aborted.
struct Cleared<'a>(&'a InFlight);

impl Drop for Cleared<'_> {
    fn drop(&mut self) {
        self.0.clear();
    }
}

fn classify(error: &wasmtime::Error) -> CallError {
    if let Some(limit) = error.downcast_ref::<LimitReached>() {
        return CallError::Limit(*limit);
    }
    if let Some(memory) = error.downcast_ref::<NoMemory>() {
        return CallError::NoRoom(NoRoom::Memory(*memory));
    }
    if error.is::<wasmtime::PoolConcurrencyLimitError>() || error.is::<NoRoom>() {
        return CallError::NoRoom(NoRoom::Instances);
    }
    CallError::Trap(error.root_cause().to_string())
}

impl From<Cause> for CallError {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Limit(limit) => Self::Limit(limit),
            Cause::Stopped => Self::Stopped,
        }
    }
}

impl From<Stopped> for CallError {
    fn from(_: Stopped) -> Self {
        Self::Ended
    }
}

impl From<CallError> for Error {
    /// What the worker that made the request sees of it: the kind of error, never a trap's text.
    fn from(error: CallError) -> Self {
        match error {
            CallError::Answered(error) => error,
            CallError::NoRoom(_) => Self::DestinationUnavailable,
            CallError::Malformed(_) => Self::HttpProtocolError,
            CallError::Limit(_) | CallError::Trap(_) | CallError::Stopped | CallError::Ended | CallError::NoAnswer => {
                Self::HttpResponseIncomplete
            }
        }
    }
}
