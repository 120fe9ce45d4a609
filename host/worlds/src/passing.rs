//! `passing`: what a worker passes on of the message that arrived, if the messages of its language cannot hold it.

use wasmtime::component::Component;
use wasmtime::{Engine, Result};
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;

use crate::interface::Interface;
use crate::{PlatformView, TicketError, code};

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

    /// Adds to what the request with this ticket passes on.
    fn pass_on(&self, ticket: &str, passed: Passed);

    /// Has the answer pass on the trailers of the response to the request with this ticket; false where it is not known.
    fn answer_with(&self, ticket: &str) -> bool;
}

/// Whether a component imports the interface: for any other, nothing of what arrives need be kept.
pub fn passes(engine: &Engine, component: &Component) -> bool {
    component.component_type().imports(engine).any(|(name, _)| name.starts_with("tollgate:platform/passing@"))
}

pub(crate) fn link<T: PlatformView + 'static>(mut interface: Interface<'_, T>) -> Result<()> {
    interface.function("url", |platform, (): ()| Ok((platform.dispatcher.url(),)))?;
    interface.function("ticket", |platform, (): ()| -> Result<(Result<String, ErrorCode>,)> {
        Ok((platform.dispatcher.ordinary_ticket().map_err(|error| code::p2(&error.into())),))
    })?;
    for (name, passed) in
        [("pass-url", Passed { url: true, trailers: false }), ("pass-trailers", Passed { url: false, trailers: true })]
    {
        interface.function(name, move |platform, (ticket,): (String,)| {
            platform.dispatcher.pass_on(&ticket, passed);
            Ok(())
        })?;
    }
    interface
        .function("answer-with", |platform, (ticket,): (String,)| Ok((platform.dispatcher.answer_with(&ticket),)))?;
    interface.function("failure", |platform, (ticket,): (String,)| -> Result<(Option<ErrorCode>,)> {
        Ok((platform.dispatcher.failure(&ticket).map(|error| code::p2(&error.into_code())),))
    })
}
