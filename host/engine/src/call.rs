//! One request, one fresh instance: the WASI 0.2 call path.
//!
//! The worker runs in a task of its own, because it goes on after the head of its response was taken: it streams the
//! body, then may do background work. The task ends when the worker does, at the wall limit, or when whoever waits for
//! the response or reads its body goes away before the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use wasmtime::{Store, UpdateDeadline};
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Scheme};
use wasmtime_wasi_http::p2::bindings::{Proxy, ProxyPre};
use wasmtime_wasi_http::{Error, WasiBody, WasiHttpView};

use crate::meter::Metered;
use crate::{Ceiling, Ceilings, Engine, Fate, Guarded, LimitReached, Meter};

/// Fuel for copying values between guest and host, in bytes: bounds what one call may make the host hold.
const HOSTCALL_FUEL_BYTES: usize = 16 * 1024 * 1024;

/// What a store's state must offer to be run.
pub trait Guest: WasiHttpView + Send + 'static {
    /// The memory ceiling.
    fn ceilings(&mut self) -> &mut Ceilings;
    /// The CPU meter.
    fn meter(&self) -> &Arc<Meter>;
    /// How the invocation ended, for those that read its bodies.
    fn fate(&self) -> &Arc<Fate>;
    /// The wall limit, in milliseconds.
    fn wall_ms(&self) -> u64;
    /// Told once, when a worker ends other than by returning. Log it here.
    fn ended_badly(&self, error: &CallError);
}

/// Why a call gave no response, or was cut off.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// A ceiling was reached.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The worker trapped; the text is for the operator, never for a client.
    #[error("worker trapped: {0}")]
    Trap(String),
    /// The worker returned without an answer.
    #[error("worker returned without setting a response")]
    NoAnswer,
    /// The worker answered with an error code.
    #[error("worker answered with an error: {0}")]
    Answered(ErrorCode),
    /// The request cannot be shown to a worker, or the worker cannot be started.
    #[error("worker could not be called: {0}")]
    Setup(String),
}

/// Calls a worker with a request, in a fresh instance with `state`, and returns once it has set its response.
pub async fn call<T: Guest>(
    engine: &Engine,
    pre: &ProxyPre<T>,
    state: T,
    request: http::Request<WasiBody>,
) -> Result<http::Response<WasiBody>, CallError> {
    let fate = state.fate().clone();
    let mut store = prepare(engine, state);
    let scheme = match request.uri().scheme() {
        Some(scheme) if *scheme == http::uri::Scheme::HTTPS => Scheme::Https,
        _ => Scheme::Http,
    };
    let setup = |error: wasmtime::Error| CallError::Setup(error.to_string());
    let (head, answered) = oneshot::channel();
    let request = store.data_mut().http().new_incoming_request(scheme, request).map_err(setup)?;
    let out = store.data_mut().http().new_response_outparam(head).map_err(setup)?;
    let (end, ended) = oneshot::channel();
    let (pre, alive) = (pre.clone(), engine.alive());
    let task = AbortOnDrop(Some(tokio::spawn(async move {
        let _ = end.send(run(pre, store, request, out, alive).await);
    })));
    match answered.await {
        Ok(Ok(response)) => Ok(response.map(|body| Guarded::response(body, fate, task))),
        Ok(Err(code)) => {
            task.detach();
            Err(CallError::Answered(code))
        }
        Err(_) => Err(match ended.await {
            Ok(Err(error)) => error,
            _ => CallError::NoAnswer,
        }),
    }
}

fn prepare<T: Guest>(engine: &Engine, state: T) -> Store<T> {
    let mut store = Store::new(engine.wasmtime(), state);
    store.limiter(|state| state.ceilings());
    store.set_hostcall_fuel(HOSTCALL_FUEL_BYTES);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|store| {
        store.data().meter().check()?;
        Ok(UpdateDeadline::Yield(1))
    });
    store
}

/// Runs the worker to its end. Seals its fate before the store goes, also when this future is dropped half-way.
async fn run<T: Guest>(
    pre: ProxyPre<T>,
    store: Store<T>,
    request: wasmtime::component::Resource<wasmtime_wasi_http::p2::types::HostIncomingRequest>,
    out: wasmtime::component::Resource<wasmtime_wasi_http::p2::types::HostResponseOutparam>,
    alive: Alive,
) -> Result<(), CallError> {
    // Fields drop in order: the fate is sealed first, the store goes second, the count last.
    let mut running = Running { sealed: Sealed(Some(store.data().fate().clone())), store, _alive: alive };
    let (meter, wall_ms) = (running.store.data().meter().clone(), running.store.data().wall_ms());
    let store = &mut running.store;
    let work = async {
        let proxy: Proxy = pre.instantiate_async(&mut *store).await?;
        proxy.wasi_http_incoming_handler().call_handle(&mut *store, request, out).await
    };
    let metered = Metered { future: Box::pin(work), meter: &meter };
    let ended = match tokio::time::timeout(Duration::from_millis(wall_ms), metered).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(classify(&error)),
        Err(_) => Err(CallError::Limit(LimitReached { ceiling: Ceiling::Wall, allowed: wall_ms })),
    };
    match &ended {
        Ok(()) => running.sealed.0 = None,
        Err(error) => running.store.data().ended_badly(error),
    }
    ended
}

struct Running<T: 'static> {
    sealed: Sealed,
    store: Store<T>,
    _alive: Alive,
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
    match error.downcast_ref::<LimitReached>() {
        Some(limit) => CallError::Limit(*limit),
        None => CallError::Trap(error.root_cause().to_string()),
    }
}

/// Counts live instances.
#[derive(Debug)]
pub(crate) struct Alive(Arc<AtomicUsize>);

impl Alive {
    pub(crate) fn new(count: Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A task that is aborted when its handle is dropped, unless it was detached.
pub(crate) struct AbortOnDrop(Option<JoinHandle<()>>);

impl AbortOnDrop {
    pub(crate) fn detach(mut self) {
        self.0 = None;
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

impl From<CallError> for Error {
    /// What the worker that made the request sees of it: the kind of error, never a trap's text.
    fn from(error: CallError) -> Self {
        match error {
            CallError::Answered(code) => code.into(),
            CallError::Limit(_) | CallError::Trap(_) | CallError::NoAnswer => Self::HttpResponseIncomplete,
            CallError::Setup(_) => Self::InternalError(None),
        }
    }
}
