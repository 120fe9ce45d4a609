//! `bindings`: what a worker's bindings are, and the ways out through a service or a client certificate.

use wasmtime::Result;
use wasmtime::component::{Accessor, Resource};
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p2::types::HostOutgoingRequest;
use wasmtime_wasi_http::p3::bindings::http::types::ErrorCode as ErrorCode3;
use wasmtime_wasi_http::p3::{Request, Response};
use wasmtime_wasi_http::{Error, RequestOptions, WasiHttpView};

use crate::interface::Interface;
use crate::outgoing::{self, Sent};
use crate::{DispatchError, PlatformCtx, PlatformView, code, hand_over};

/// What stands behind the name of a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BindingKind {
    /// A variable or a secret.
    Text,
    /// A variable that is JSON.
    Json,
    /// A namespace to dispatch from.
    DispatchNamespace,
    /// Another worker.
    Service,
    /// The network, by a client certificate.
    MtlsCertificate,
    /// A kind that a later version of the platform has (`next.rs`).
    #[cfg(test)]
    Later,
}

impl BindingKind {
    /// The text that a worker sees. The WIT lists these texts.
    fn text(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::DispatchNamespace => "dispatch-namespace",
            Self::Service => "service",
            Self::MtlsCertificate => "mtls-certificate",
            #[cfg(test)]
            Self::Later => "later",
        }
    }
}

/// Links the interface for workers of WASI 0.2.
pub(crate) fn link_p2<T: PlatformView + 'static>(mut interface: Interface<'_, T>) -> Result<()> {
    kinds(&mut interface)?;
    interface.function("fetch", fetch)?;
    interface.function("ticket", |platform, (binding,): (String,)| -> Result<(Result<String, ErrorCode>,)> {
        let dispatcher = platform.dispatcher;
        let ticket = dispatcher.way(&binding).and_then(|way| dispatcher.ticket(way).map_err(Error::from));
        Ok((ticket.map_err(|error| code::p2(&error)),))
    })
}

/// Links the interface for workers of WASI 0.3.
pub(crate) fn link_p3<T: PlatformView + WasiHttpView + 'static>(mut interface: Interface<'_, T>) -> Result<()> {
    kinds(&mut interface)?;
    type Given = (String, Resource<Request>);
    interface.0.func_wrap_concurrent("fetch", |accessor: &Accessor<T>, (binding, request): Given| {
        Box::pin(async move { Ok((fetch_p3(accessor, &binding, request).await?,)) })
    })
}

fn kinds<T: PlatformView + 'static>(interface: &mut Interface<'_, T>) -> Result<()> {
    interface.function("all", |platform, (): ()| {
        let all = platform.dispatcher.bindings().into_iter();
        Ok((all.map(|(name, kind)| (name, kind.text())).collect::<Vec<_>>(),))
    })?;
    interface.function("kind", |platform, (binding,): (String,)| {
        let mut all = platform.dispatcher.bindings().into_iter();
        Ok((all.find(|(name, _)| *name == binding).map(|(_, kind)| kind.text()),))
    })
}

type Fetch = (String, Resource<HostOutgoingRequest>, Option<Resource<RequestOptions>>);

#[allow(clippy::type_complexity, reason = "the shape of the WIT function")]
fn fetch(platform: PlatformCtx<'_>, given: Fetch) -> Result<(Result<Resource<Sent>, ErrorCode>,)> {
    let (binding, request, options) = given;
    let PlatformCtx { http, dispatcher, .. } = platform;
    let options = options.map(|options| http.table.delete(options)).transpose()?;
    let request = match outgoing::assemble(http.table.delete(request)?) {
        Ok(request) => request,
        Err(code) => return Ok((Err(code),)),
    };
    let way = match dispatcher.way(&binding) {
        Ok(way) => way,
        Err(error) => return Ok((Err(code::p2(&error)),)),
    };
    let answer = way.fetch(request, options);
    let sent = Sent::start(dispatcher, Box::pin(async move { answer.await.map_err(DispatchError::into_code) }));
    Ok((Ok(http.table.push(sent)?),))
}

async fn fetch_p3<T: PlatformView + WasiHttpView + 'static>(
    accessor: &Accessor<T>,
    binding: &str,
    request: Resource<Request>,
) -> Result<Result<Resource<Response>, ErrorCode3>> {
    let way = |platform: PlatformCtx<'_>| Ok(platform.dispatcher.way(binding).map_err(DispatchError::WorkerError));
    let answered = hand_over::send(accessor, request, way).await?;
    Ok(answered.map_err(|error| code::p3(&error.into_code())))
}
