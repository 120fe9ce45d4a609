//! Observers: code that the chain tells of every crossing and every invocation. The request log and the trace of a composition test
//! are one each; metrics, traces and tail will be too.
//!
//! An observer watches. One that also holds a [`Control`] stands at each crossing: it may change what passes, or answer in the place
//! of the receiver. Only tests do that. If no observer watches, a crossing costs a comparison for each of them.

use std::sync::Arc;

use futures::future::BoxFuture;
use tollgate_engine::Report;
use wasmtime_wasi::WasiCtxBuilder;

use crate::crossing::{Answer, Crossing, Request};
use crate::invoked::Invoked;

/// The way on from a crossing: into the worker, or the network.
pub type Onward = Box<dyn FnOnce(Request) -> BoxFuture<'static, Answer> + Send>;

/// Watches crossings and invocations.
pub trait Observer: Send + Sync {
    /// Whether it wants to know of crossings now.
    fn watches_crossings(&self) -> bool;

    /// Whether it wants to know of invocations that begin now.
    fn watches_invocations(&self) -> bool;

    /// A request begins to cross. The span gets the answer; if the span is dropped before, the sender gave up.
    fn crossing(&self, crossing: &Crossing, request: &Request) -> Option<Box<dyn Span>> {
        let _ = (crossing, request);
        None
    }

    /// An invocation begins.
    fn began(&self, invoked: Invoked<'_>) {
        let _ = invoked;
    }

    /// An invocation has ended. Every invocation that an observer watches ends exactly once, however it ends. Observers also
    /// learn of the failures of invocations that they did not watch.
    fn ended(&self, invoked: Invoked<'_>, end: &End<'_>) {
        let _ = (invoked, end);
    }

    /// A worker printed a line.
    fn printed(&self, invoked: Invoked<'_>, printed: &Printed<'_>) {
        let _ = (invoked, printed);
    }

    /// Its control over what it observes, if it has any.
    fn control(&self) -> Option<&dyn Control> {
        None
    }
}

/// The time that one request takes to cross.
pub trait Span: Send {
    /// The head of the response is there, or an error.
    fn answered(self: Box<Self>, answer: &Answer);
}

/// How an invocation ended.
#[derive(Debug)]
pub struct End<'a> {
    /// What the engine saw.
    pub report: &'a Report<'a>,
    /// Requests that the worker sent, without those over its limit.
    pub subrequests: u64,
}

/// A line that a worker printed.
#[derive(Debug, Clone, Copy)]
pub struct Printed<'a> {
    /// `stdout` or `stderr`.
    pub stream: &'static str,
    /// The line as it was printed.
    pub line: &'a str,
    /// The line as a terminal may show it.
    pub shown: &'a str,
}

/// Control over a chain, for tests.
pub trait Control: Send + Sync {
    /// Stands at a crossing: may watch what passes both ways, change it, or answer in the place of the receiver.
    fn pass(&self, crossing: Crossing, request: Request, onward: Onward) -> BoxFuture<'static, Answer>;

    /// Sets the clocks and the randomness of an instance, when its worker first asks WASI for more than HTTP and streams.
    fn furnish(&self, wasi: &mut WasiCtxBuilder);
}

/// The observers of a chain.
#[derive(Clone)]
pub(crate) struct Observers(Arc<[Arc<dyn Observer>]>);

/// The spans of one crossing.
pub(crate) struct Spans(Vec<Box<dyn Span>>);

impl Observers {
    pub(crate) fn new(observers: impl IntoIterator<Item = Arc<dyn Observer>>) -> Self {
        Self(observers.into_iter().collect())
    }

    /// These, and one more.
    pub(crate) fn with(&self, observer: Arc<dyn Observer>) -> Self {
        Self::new(self.0.iter().cloned().chain([observer]))
    }

    /// Begins a crossing.
    pub(crate) fn cross(&self, crossing: &Crossing, request: &Request) -> Spans {
        let mut spans = Vec::new();
        for observer in self.0.iter().filter(|one| one.watches_crossings()) {
            spans.extend(observer.crossing(crossing, request));
        }
        Spans(spans)
    }

    /// Whether any observer watches invocations.
    pub(crate) fn watch_invocations(&self) -> bool {
        self.0.iter().any(|observer| observer.watches_invocations())
    }

    /// Begins an invocation.
    pub(crate) fn began(&self, invoked: Invoked<'_>) {
        self.0.iter().filter(|one| one.watches_invocations()).for_each(|observer| observer.began(invoked));
    }

    /// Ends an invocation.
    pub(crate) fn ended(&self, invoked: Invoked<'_>, end: &End<'_>) {
        self.0.iter().for_each(|observer| observer.ended(invoked, end));
    }

    /// Passes a printed line on.
    pub(crate) fn printed(&self, invoked: Invoked<'_>, printed: &Printed<'_>) {
        self.0.iter().for_each(|observer| observer.printed(invoked, printed));
    }

    /// The first control that an observer has.
    pub(crate) fn control(&self) -> Option<&dyn Control> {
        self.0.iter().find_map(|observer| observer.control())
    }
}

impl Spans {
    pub(crate) fn answered(self, answer: &Answer) {
        for span in self.0 {
            span.answered(answer);
        }
    }
}
