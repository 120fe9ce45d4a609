//! `passing`: what a worker passes on of what arrived, where the messages of its language cannot hold it.

use wasmtime::component::Component;
use wasmtime::{Engine, Result};
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;

use crate::generated::p2::tollgate::platform::passing::{Host, Passed as WitPassed};
use crate::{PlatformCtx, TicketError, code};

/// What a request passes on of the inbound one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passed {
    /// Its URL, byte for byte.
    pub url: bool,
    /// Its trailers.
    pub trailers: bool,
}

/// Who keeps what arrived.
pub trait Passing {
    /// The URL of the inbound request.
    fn url(&self) -> String;

    /// A ticket for an ordinary request.
    fn ordinary_ticket(&self) -> Result<String, TicketError>;

    /// What the request with this ticket passes on.
    fn pass_on(&self, ticket: &str, passed: Passed);

    /// Has the answer pass on the trailers of the response to the request with this ticket; false where it is not known.
    fn answer_with(&self, ticket: &str) -> bool;
}

/// Whether a component imports the interface: for any other, nothing of what arrives need be kept.
pub fn passes(engine: &Engine, component: &Component) -> bool {
    component.component_type().imports(engine).any(|(name, _)| name.starts_with("tollgate:platform/passing@"))
}

impl Host for PlatformCtx<'_> {
    fn url(&mut self) -> Result<String> {
        Ok(self.dispatcher.url())
    }

    fn ticket(&mut self) -> Result<Result<String, ErrorCode>> {
        Ok(self.dispatcher.ordinary_ticket().map_err(|error| code::p2(error.into())))
    }

    fn pass_on(&mut self, ticket: String, passed: WitPassed) -> Result<()> {
        let (url, trailers) = (passed.contains(WitPassed::URL), passed.contains(WitPassed::TRAILERS));
        self.dispatcher.pass_on(&ticket, Passed { url, trailers });
        Ok(())
    }

    fn answer_with(&mut self, ticket: String) -> Result<bool> {
        Ok(self.dispatcher.answer_with(&ticket))
    }

    fn failure(&mut self, ticket: String) -> Result<Option<ErrorCode>> {
        Ok(self.dispatcher.failure(&ticket).map(|error| code::p2(error.into_code())))
    }
}
