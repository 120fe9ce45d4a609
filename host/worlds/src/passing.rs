//! `passing`: what a worker passes on of what arrived, where the messages of its language cannot hold it.

use wasmtime::component::Component;
use wasmtime::{Engine, Result};
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;

use crate::generated::p2::tollgate::platform::passing::{Host, Parts as WitParts};
use crate::{PlatformCtx, code};

/// What a request passes on of the inbound one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parts {
    /// Its URL, byte for byte.
    pub url: bool,
    /// Its trailers.
    pub trailers: bool,
}

/// Who keeps what arrived.
pub trait Passing {
    /// The URL of the inbound request.
    fn url(&self) -> String;

    /// A ticket for an ordinary request; none where there are too many.
    fn ordinary_ticket(&self) -> Option<String>;

    /// What the request with this ticket passes on.
    fn request_passes(&self, ticket: &str, parts: Parts);

    /// The answer passes on the trailers of the response to the request with this ticket.
    fn answer_passes(&self, ticket: &str);
}

/// Whether a component imports the interface: for any other, nothing of what arrives need be kept.
pub fn passes(engine: &Engine, component: &Component) -> bool {
    component.component_type().imports(engine).any(|(name, _)| name.starts_with("tollgate:platform/passing@"))
}

impl Host for PlatformCtx<'_> {
    fn url(&mut self) -> Result<String> {
        Ok(self.dispatcher.url())
    }

    fn ticket(&mut self) -> Result<Option<String>> {
        Ok(self.dispatcher.ordinary_ticket())
    }

    fn request(&mut self, ticket: String, parts: WitParts) -> Result<()> {
        let (url, trailers) = (parts.contains(WitParts::URL), parts.contains(WitParts::TRAILERS));
        self.dispatcher.request_passes(&ticket, Parts { url, trailers });
        Ok(())
    }

    fn response(&mut self, ticket: String) -> Result<()> {
        self.dispatcher.answer_passes(&ticket);
        Ok(())
    }

    fn failure(&mut self, ticket: String) -> Result<Option<ErrorCode>> {
        Ok(self.dispatcher.failure(&ticket).map(|error| code::p2(error.into_code())))
    }
}
