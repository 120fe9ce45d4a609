//! The dispatcher of WASI 0.2: responses in flight are resources to poll.

use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi_http::RequestOptions;
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::p2::types::{
    HostIncomingRequest, HostIncomingResponse, HostOutgoingRequest, HostResponseOutparam,
};

use super::{DispatchError, FutureResponse, Worker, both};
use crate::interface::Interface;
use crate::{PlatformCtx, PlatformView, exchange, outgoing};

/// Links the interface.
pub(crate) fn link<T: PlatformView + 'static>(mut interface: Interface<'_, T>) -> Result<()> {
    both::link::<T, ErrorCode>(&mut interface)?;
    interface.function("[method]worker.fetch", fetch)?;
    interface.function("[method]worker.forward", forward)?;
    interface.function("[method]worker.ticket", |platform, (worker,): (Resource<Worker>,)| {
        let target = platform.http.table.get(&worker)?.0.clone();
        Ok((platform.dispatcher.ticket(target)?,))
    })?;
    interface.function("failure", |platform, (ticket,): (String,)| {
        let failure = platform.dispatcher.failure(&ticket);
        Ok((failure.map(|error| platform.http.table.push(error)).transpose()?,))
    })?;
    interface.resource::<FutureResponse>("future-response")?;
    interface.function("[method]future-response.subscribe", |platform, (future,): (Resource<FutureResponse>,)| {
        Ok((wasmtime_wasi::p2::subscribe(platform.http.table, future)?,))
    })?;
    interface.function("[method]future-response.get", take)?;
    interface.function("reply", reply)
}

type Fetch = (Resource<Worker>, Resource<HostOutgoingRequest>, Option<Resource<RequestOptions>>);

fn fetch(platform: PlatformCtx<'_>, given: Fetch) -> Result<(Resource<FutureResponse>,)> {
    let (worker, request, options) = given;
    let table = platform.http.table;
    let target = table.get(&worker)?.0.clone();
    let options = options.map(|options| table.delete(options)).transpose()?;
    let future = match outgoing::assemble(table.delete(request)?) {
        Ok(request) => FutureResponse::start(platform.dispatcher, target.fetch(request, options)),
        Err(code) => FutureResponse::ready(Err(DispatchError::WorkerError(code.into()))),
    };
    Ok((table.push(future)?,))
}

fn forward(
    mut platform: PlatformCtx<'_>,
    (worker, request): (Resource<Worker>, Resource<HostIncomingRequest>),
) -> Result<(Resource<FutureResponse>,)> {
    let target = platform.http.table.get(&worker)?.0.clone();
    let request = exchange::incoming(&mut platform.http, request)?;
    let future = FutureResponse::start(platform.dispatcher, target.fetch(request, None));
    Ok((platform.http.table.push(future)?,))
}

type Taken = Option<Result<Result<Resource<HostIncomingResponse>, Resource<DispatchError>>, ()>>;

fn take(mut platform: PlatformCtx<'_>, (future,): (Resource<FutureResponse>,)) -> Result<(Taken,)> {
    Ok((match platform.http.table.get_mut(&future)?.take() {
        None => None,
        Some(Err(())) => Some(Err(())),
        Some(Ok(Err(error))) => Some(Ok(Err(platform.http.table.push(error)?))),
        Some(Ok(Ok(response))) => Some(Ok(Ok(exchange::resource(&mut platform.http, response)?))),
    },))
}

fn reply(
    mut platform: PlatformCtx<'_>,
    (out, response): (Resource<HostResponseOutparam>, Resource<HostIncomingResponse>),
) -> Result<()> {
    let response = exchange::response(&mut platform.http, response)?;
    let out = platform.http.table.delete(out)?;
    (out.send)(Ok(response));
    Ok(())
}
