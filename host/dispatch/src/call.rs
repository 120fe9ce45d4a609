//! Calls a worker: from a name to its record, its compiled code, and an invocation that the engine runs.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};

use http::header;
use tollgate_egress::Identity;
use tollgate_engine::{CallError, Progress, Share};
use tollgate_types::{Home, WorkerId, WorkerRecord};
use tollgate_worlds::DispatchError;
use wasmtime_wasi_http::{Error, RequestOptions};

use crate::chain::{Shared, internal};
use crate::cpu_shares::charged;
use crate::crossing::{Answer, Callee, Crossing, Destination, Hop, Request, Sender as _};
use crate::invocation::Invocation;
use crate::passing::Passing;
use crate::ready::{PrepareError, Ready};
use crate::request_id::RequestId;
use crate::shares::Charge;
use crate::tickets::Tickets;
use crate::timeouts;
use crate::worker::Worker;

/// Calls the worker that a crossing leads to.
pub(crate) async fn call(chain: Arc<Shared>, crossing: Crossing, request: Request) -> Answer {
    let Crossing { request_id, from, to, depth, options } = crossing;
    let Destination::Worker(callee) = to else { return Err(DispatchError::WorkerError(Error::HttpRequestDenied)) };
    let found = chain.reader.worker(&callee.id);
    let Some(record) = found.map_err(|error| internal(error, Some(request_id), &callee.id, None))? else {
        return Err(DispatchError::WorkerNotFound(callee.id.name.to_string()));
    };
    let tenant = from.as_ref().and_then(|from| from.tenant());
    let charge = chain.shares.charge(&callee.id, &record, tenant).await?;
    let ready = match charge.recent().get(|ready: &Ready| ready.is_of(&record)) {
        Some(ready) => ready,
        // Seldom: boxed, so that the future of every other request stays small.
        None => Box::pin(looked_up(&chain, &callee.id, record, request_id, &charge)).await?,
    };
    let mut request = inbound(request);
    let passing = ready.worker.passes.then(|| Passing::of(&mut request));
    let (identity, share) = (from.as_ref().map(|from| from.identity()), from.as_ref().and_then(|from| from.share()));
    let caller = Caller { request_id, from: identity, share, depth, options };
    let invocation = invocation(&chain, caller, callee, &ready, charge, passing);
    if invocation.observed {
        chain.observers.began(invocation.invoked());
    }
    let passes = invocation.passing.is_some().then(|| invocation.clone());
    let kept = invocation.clone();
    let called = tollgate_engine::call(&chain.engine, &ready.loaded, invocation, request).await;
    let response = called.map_err(|error| {
        if let CallError::NoRoom(reason) = &error {
            chain.shares.tell_full(&kept.id, reason);
        }
        dispatch_error(error, kept.denied.get())
    })?;
    Ok(match passes.as_ref().and_then(|invocation| invocation.passing.as_ref()) {
        Some(passing) => passing.answer(response),
        None => response,
    })
}

/// The worker as the cache has it, or loaded anew.
async fn looked_up(
    chain: &Shared,
    id: &WorkerId,
    record: Arc<WorkerRecord>,
    request_id: RequestId,
    charge: &Charge,
) -> Result<Arc<Ready>, DispatchError> {
    let version = record.version;
    let ready = chain.workers.get(&chain.engine, &chain.reader, id, record).await.map_err(|error| match &*error {
        PrepareError::Busy(busy) => DispatchError::TooManyRequests(busy.to_string()),
        _ => internal(error, Some(request_id), id, Some(version)),
    })?;
    charge.recent().set(&ready);
    Ok(ready)
}

/// What a called worker's invocation takes from the crossing.
struct Caller<'a> {
    request_id: RequestId,
    /// The chain of workers that sent the request. None at the entrance.
    from: Option<&'a Identity>,
    /// The share of the CPU that the sender uses.
    share: Option<&'a Arc<Share>>,
    /// How deep the called worker is.
    depth: u32,
    options: Option<RequestOptions>,
}

/// The invocation of a worker that is ready.
fn invocation(
    chain: &Arc<Shared>,
    caller: Caller<'_>,
    callee: Callee,
    ready: &Ready,
    charge: Charge,
    passing: Option<Passing>,
) -> Arc<Invocation> {
    let worker = ready.worker.clone();
    let limits = callee.limits.tightened_by(worker.record.limits);
    let share = charged(&worker.share, caller.share);
    let identity = identity(&caller, &callee, &worker);
    Arc::new(Invocation {
        context: chain.clone(),
        request_id: caller.request_id,
        number: Invocation::next_number(),
        id: callee.id,
        worker,
        limits,
        granted: callee.limits,
        egress: callee.egress,
        props: callee.props,
        parameters: callee.parameters,
        identity,
        denied: OnceLock::new(),
        progress: Progress::new(limits.cpu_ms),
        charge,
        open: OnceLock::new(),
        share,
        timed: timeouts::counts_bytes(caller.options),
        observed: chain.observers.watch_invocations(),
        sent: AtomicU64::new(0),
        logged: AtomicU64::new(0),
        in_transit: AtomicU64::new(0),
        tickets: Tickets::default(),
        passing,
    })
}

/// The owner of an invocation's connections. An operator's worker sends on behalf of the worker that called it, and uses the share of
/// that one's namespace; an outbound worker also keeps to the rules of the worker whose requests it receives.
fn identity(caller: &Caller<'_>, callee: &Callee, worker: &Worker) -> Identity {
    let Some(from) = caller.from else {
        let (chain, namespace, levels) = (worker.identity.clone(), worker.namespace.clone(), worker.levels.clone());
        return Identity { chain, depth: caller.depth, namespace, levels };
    };
    let own = callee.id.home != Home::Operator;
    let namespace = if own { &worker.namespace } else { &from.namespace };
    let levels = match callee.hop {
        Hop::Outbound if worker.levels.is_empty() => from.levels.clone(),
        Hop::Outbound if !from.levels.is_empty() => from.levels.iter().chain(&*worker.levels).cloned().collect(),
        _ => worker.levels.clone(),
    };
    let chain = format!("{} > {}", from.chain, worker.identity).into();
    Identity { chain, depth: caller.depth, namespace: namespace.clone(), levels }
}

/// A request as the called worker sees it: without the `host` of an earlier hop, since the authority replaces it.
fn inbound(mut request: Request) -> Request {
    if request.uri().authority().is_some() {
        request.headers_mut().remove(header::HOST);
    }
    request
}

/// `denied` says why a request of the worker was denied, if one was.
fn dispatch_error(error: CallError, denied: Option<&String>) -> DispatchError {
    match (error, denied) {
        (CallError::Answered(Error::HttpRequestDenied), Some(denied)) => DispatchError::Denied(denied.clone()),
        (error, _) => of_call(error),
    }
}

fn of_call(error: CallError) -> DispatchError {
    match error {
        CallError::Limit(limit) => DispatchError::Limit(limit.to_string()),
        CallError::Answered(error) => DispatchError::WorkerError(error),
        CallError::NoRoom(reason) => DispatchError::NoRoom(reason.to_string()),
        CallError::Malformed(_) | CallError::Trap(_) | CallError::Stopped | CallError::Ended | CallError::NoAnswer => {
            DispatchError::WorkerFailed(error.to_string())
        }
    }
}
