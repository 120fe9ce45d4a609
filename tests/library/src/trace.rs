//! Stands at every hop of a composition: notes what passes both ways, and makes the faults that were asked for.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http_body::{Frame, SizeHint};
use serde_json::Value;
use tollgate_dispatch::Printed as PrintedLine;
use tollgate_dispatch::{Answer, Control, Crossing, DispatchError, Hop, Invoked, Observer, Onward};
use tollgate_types::{Home, WorkerId};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi_http::{Error, WasiBody};

use crate::Recorder;
use crate::composition::OUTBOUND;
use crate::fault::{Fault, Planned};
use crate::message::{Body, Received, Sent};
use crate::nature::Nature;
use crate::origin::Log;

/// One request over one hop, and what came back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Which hop.
    pub hop: Hop,
    /// Who received it; empty where the network did.
    pub to: String,
    /// Whether who received it is the composition's outbound worker, over whichever hop.
    pub to_outbound: bool,
    /// What the dispatch attached for who received it, by name.
    pub parameters: BTreeMap<String, Value>,
    /// When it was sent, since the run began.
    pub at: Duration,
    /// What was sent.
    pub request: Sent,
    /// Whether a fault that was planned for it kept it from whom it was for.
    pub kept_back: bool,
    /// What came back: nothing where the sender gave up, or an error in words.
    pub answer: Option<Result<Received, String>>,
}

/// A line that a worker printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Its name.
    pub worker: String,
    /// The line.
    pub line: String,
}

/// Lines that are kept of one run, at most.
const PRINTED: usize = 10_000;

/// The hops of one run.
pub(crate) struct Trace {
    exchanges: Mutex<Vec<Exchange>>,
    printed: Mutex<Vec<Printed>>,
    faults: Vec<(Planned, AtomicBool)>,
    /// Where the scripted origin has no rule.
    recorder: Option<(Log, Recorder)>,
    nature: Arc<Nature>,
}

impl Trace {
    pub(crate) fn new(faults: Vec<Planned>, recorder: Option<(Log, Recorder)>, nature: Arc<Nature>) -> Arc<Self> {
        let faults = faults.into_iter().map(|planned| (planned, AtomicBool::new(false))).collect();
        Arc::new(Self { exchanges: Mutex::default(), printed: Mutex::default(), faults, recorder, nature })
    }

    /// What passed so far, in the order in which it was sent.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.lock().clone()
    }

    /// Faults that no request met.
    pub(crate) fn unused_faults(&self) -> Vec<String> {
        let unused = self.faults.iter().filter(|(_, used)| !used.load(Ordering::Relaxed));
        unused.map(|(planned, _)| planned.to_string()).collect()
    }

    /// What workers printed so far.
    pub(crate) fn printed(&self) -> Vec<Printed> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Exchange>> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, place: usize, change: impl FnOnce(&mut Exchange)) {
        if let Some(exchange) = self.lock().get_mut(place) {
            change(exchange);
        }
    }

    /// Begins an exchange: its place, and the fault that is planned for it.
    fn begin(&self, crossing: &Crossing, request: &http::Request<WasiBody>) -> (usize, Option<Fault>) {
        let mut all = self.lock();
        let nth = all.iter().filter(|other| other.hop == crossing.hop()).count() + 1;
        let fits = |one: &&(Planned, AtomicBool)| one.0.hop == crossing.hop() && one.0.nth.is_none_or(|at| at == nth);
        let planned = self.faults.iter().find(fits).map(|(planned, used)| {
            used.store(true, Ordering::Relaxed);
            planned.fault.clone()
        });
        let parameters = crossing.parameters().into_iter().flat_map(|all| all.iter());
        let parameters = parameters.map(|(name, value)| (name.to_string(), value.clone())).collect();
        all.push(Exchange {
            hop: crossing.hop(),
            to: crossing.to().map(|id| id.name.to_string()).unwrap_or_default(),
            to_outbound: crossing.to().is_some_and(is_outbound),
            parameters,
            at: self.nature.elapsed(),
            request: sent(request),
            kept_back: false,
            answer: None,
        });
        (all.len() - 1, planned)
    }

    fn tee(self: &Arc<Self>, inner: WasiBody, place: usize, side: Side) -> WasiBody {
        let trace = self.clone();
        let note = move |change: &mut dyn FnMut(&mut Body)| {
            trace.note(place, |exchange| match (side, &mut exchange.answer) {
                (Side::Request, _) => change(&mut exchange.request.body),
                (Side::Response, Some(Ok(response))) => change(&mut response.body),
                (Side::Response, _) => {}
            });
        };
        WasiBody::new(Tee { inner, nature: self.nature.clone(), note: Box::new(note) })
    }

    /// To the real network, where somebody records and no rule answers. What goes there has arrived as far as a test sees.
    fn recorded(&self, hop: Hop, request: &http::Request<WasiBody>) -> Option<Onward> {
        let (script, recorder) = self.recorder.as_ref().filter(|_| hop == Hop::Network)?;
        if script.promises(request.method(), &request.uri().to_string()) {
            return None;
        }
        let (log, recorder, nature) = (script.clone(), recorder.clone(), self.nature.clone());
        Some(Box::new(move |request| {
            let (place, _no_rule) = log.arrives(sent(&request));
            let note = move |change: &mut dyn FnMut(&mut Body)| log.note(place, |sent| change(&mut sent.body));
            let request = request.map(|inner| WasiBody::new(Tee { inner, nature, note: Box::new(note) }));
            async move { recorder.fetch(request).await }.boxed()
        }))
    }

    async fn go(self: Arc<Self>, crossing: Crossing, request: http::Request<WasiBody>, onward: Onward) -> Answer {
        let (place, fault) = self.begin(&crossing, &request);
        let options = crossing.options();
        let request = request.map(|body| self.tee(body, place, Side::Request));
        let kept_back = match &fault {
            None => None,
            Some(fault) => {
                self.note(place, |exchange| exchange.kept_back = fault.keeps_back());
                fault.before(options).await
            }
        };
        let passed = match kept_back {
            Some(passed) => passed,
            None => self.recorded(crossing.hop(), &request).unwrap_or(onward)(request).await,
        };
        let passed = match &fault {
            None => passed,
            Some(fault) => passed.map(|response| response.map(|body| fault.within(body, options))),
        };
        self.note(place, |exchange| exchange.answer = Some(answer(&passed)));
        passed.map(|response| response.map(|body| self.tee(body, place, Side::Response)))
    }
}

fn is_outbound(id: &WorkerId) -> bool {
    id.home == Home::Operator && id.name.as_str() == OUTBOUND
}

fn sent(request: &http::Request<WasiBody>) -> Sent {
    Sent {
        method: request.method().clone(),
        url: request.uri().to_string(),
        headers: request.headers().clone(),
        body: Body::default(),
        early: false,
    }
}

fn answer(passed: &Answer) -> Result<Received, String> {
    match passed {
        Ok(response) => {
            let (status, headers) = (response.status(), response.headers().clone());
            Ok(Received { status, headers, body: Body::default() })
        }
        // What the worker that sent the request is told, which has no text of a trap.
        Err(DispatchError::WorkerError(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// The one observer of a composition: it notes everything, and controls what crosses.
pub(crate) struct InControl(pub(crate) Arc<Trace>);

impl Observer for InControl {
    /// The control notes crossings itself.
    fn watches_crossings(&self) -> bool {
        false
    }

    fn watches_invocations(&self) -> bool {
        false
    }

    fn printed(&self, invoked: Invoked<'_>, printed: &PrintedLine<'_>) {
        let mut all = self.0.printed.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < PRINTED {
            all.push(Printed { worker: invoked.worker.name.to_string(), line: printed.line.to_owned() });
        }
    }

    fn control(&self) -> Option<&dyn Control> {
        Some(self)
    }
}

impl Control for InControl {
    fn pass(&self, crossing: Crossing, request: http::Request<WasiBody>, onward: Onward) -> BoxFuture<'static, Answer> {
        self.0.clone().go(crossing, request, onward).boxed()
    }

    fn furnish(&self, wasi: &mut WasiCtxBuilder) {
        self.0.nature.furnish(wasi);
    }
}

#[derive(Clone, Copy)]
enum Side {
    Request,
    Response,
}

type Note = Box<dyn Fn(&mut dyn FnMut(&mut Body)) + Send>;

/// A body that is noted while it passes.
struct Tee {
    inner: WasiBody,
    nature: Arc<Nature>,
    /// Changes what is noted of it.
    note: Note,
}

impl http_body::Body for Tee {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(frame) = &polled {
            let (at, ended) = (self.nature.elapsed(), self.inner.is_end_stream());
            (self.note)(&mut |body| {
                body.took(at, frame.as_ref().map(|frame| frame.as_ref().map_err(ToString::to_string)));
                if ended {
                    body.took(at, None);
                }
            });
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
