//! The host side of a worker's own interfaces (`tollgate_worlds::Dispatcher`), for the invocation that an instance serves.

use std::sync::Arc;

use futures::future::BoxFuture;
use tollgate_worlds::{Beside, BindingKind, DispatchError, Dispatcher, GetOptions, Passed, Target, TicketError};
use wasmtime_wasi_http::Error;

use crate::crossing::Destination;
use crate::current::Current;
use crate::invocation::Invocation;
use crate::passing::Passing;
use crate::target::{self, BindingTarget};

/// The invocation that an instance serves, and the place where the next one will be found.
pub(crate) struct Serving {
    pub(crate) invocation: Arc<Invocation>,
    pub(crate) current: Current,
}

impl Serving {
    pub(crate) fn new(invocation: Arc<Invocation>) -> Self {
        Self { current: Current::new(invocation.clone()), invocation }
    }

    /// Serves the next invocation from now on.
    pub(crate) fn renew(&mut self, invocation: Arc<Invocation>) {
        self.current.set(invocation.clone());
        self.invocation = invocation;
    }

    fn target(&self, to: Destination) -> Arc<dyn Target> {
        Arc::new(BindingTarget::new(self.current.downgrade(), to))
    }
}

impl Beside for Serving {
    fn beside(&self, work: BoxFuture<'static, ()>) {
        self.invocation.beside(work);
    }
}

impl Dispatcher for Serving {
    fn get(&self, binding: &str, name: &str, options: GetOptions) -> Result<Arc<dyn Target>, DispatchError> {
        target::of_dispatch(&self.invocation, binding, name, options).map(|to| self.target(to))
    }

    fn bindings(&self) -> Vec<(String, BindingKind)> {
        let all = self.invocation.worker.record.bindings.iter();
        all.map(|(name, binding)| (name.to_string(), target::kind(binding))).collect()
    }

    fn way(&self, binding: &str) -> Result<Arc<dyn Target>, Error> {
        target::of_binding(&self.invocation, binding).map(|to| self.target(to))
    }

    fn ticket(&self, target: Arc<dyn Target>) -> Result<String, TicketError> {
        self.invocation.tickets.issue(self.invocation.limits.tickets, Some(target))
    }

    fn failure(&self, ticket: &str) -> Option<DispatchError> {
        self.invocation.tickets.failure(ticket)
    }
}

impl tollgate_worlds::Passing for Serving {
    fn url(&self) -> String {
        self.invocation.passing.as_ref().map(Passing::url).unwrap_or_default()
    }

    fn ordinary_ticket(&self) -> Result<String, TicketError> {
        self.invocation.tickets.issue(self.invocation.limits.tickets, None)
    }

    fn pass_on(&self, ticket: &str, passed: Passed) {
        self.invocation.tickets.pass(ticket, passed);
    }

    fn answer_with(&self, ticket: &str) -> bool {
        self.invocation.passing.as_ref().is_some_and(|passing| passing.answer_with(ticket))
    }
}
