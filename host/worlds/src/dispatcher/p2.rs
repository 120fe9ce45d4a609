//! The dispatcher of WASI 0.2: responses on their way are resources to poll.

use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi::p2::DynPollable;
use wasmtime_wasi_http::RequestOptions;
use wasmtime_wasi_http::p2::types::{
    HostIncomingRequest, HostIncomingResponse, HostOutgoingRequest, HostResponseOutparam,
};

use super::{DispatchError, FutureResponse, Worker};
use crate::generated::p2::tollgate::platform::dispatcher::{
    DispatchError as WitError, Host, HostFutureResponse, HostWorker, Options,
};
use crate::{PlatformCtx, exchange, outgoing};

impl Host for PlatformCtx<'_> {
    fn message(&mut self, error: WitError) -> Result<String> {
        Ok(DispatchError::from(error).to_string())
    }

    fn get(&mut self, binding: String, name: String, options: Options) -> Result<Result<Resource<Worker>, WitError>> {
        match self.dispatcher.get(&binding, &name, options.into()) {
            Ok(target) => Ok(Ok(self.http.table.push(Worker(target))?)),
            Err(error) => Ok(Err(error.into())),
        }
    }

    fn failure(&mut self, ticket: String) -> Result<Option<WitError>> {
        Ok(self.dispatcher.failure(&ticket).map(Into::into))
    }

    fn reply(&mut self, out: Resource<HostResponseOutparam>, response: Resource<HostIncomingResponse>) -> Result<()> {
        let response = exchange::response(&mut self.http, response)?;
        let out = self.http.table.delete(out)?;
        (out.send)(Ok(response));
        Ok(())
    }
}

impl HostWorker for PlatformCtx<'_> {
    fn fetch(
        &mut self,
        worker: Resource<Worker>,
        request: Resource<HostOutgoingRequest>,
        options: Option<Resource<RequestOptions>>,
    ) -> Result<Resource<FutureResponse>> {
        let target = self.http.table.get(&worker)?.0.clone();
        let options = options.map(|options| self.http.table.delete(options)).transpose()?;
        let future = match outgoing::assemble(self.http.table.delete(request)?) {
            Ok(request) => FutureResponse::start(self.dispatcher, target.fetch(request, options)),
            Err(code) => FutureResponse::ready(Err(DispatchError::WorkerError(code.into()))),
        };
        Ok(self.http.table.push(future)?)
    }

    fn forward(
        &mut self,
        worker: Resource<Worker>,
        request: Resource<HostIncomingRequest>,
    ) -> Result<Resource<FutureResponse>> {
        let target = self.http.table.get(&worker)?.0.clone();
        let request = exchange::incoming(&mut self.http, request)?;
        Ok(self.http.table.push(FutureResponse::start(self.dispatcher, target.fetch(request, None)))?)
    }

    fn ticket(&mut self, worker: Resource<Worker>) -> Result<String> {
        let target = self.http.table.get(&worker)?.0.clone();
        Ok(self.dispatcher.ticket(target)?)
    }

    fn drop(&mut self, worker: Resource<Worker>) -> Result<()> {
        self.http.table.delete(worker)?;
        Ok(())
    }
}

impl HostFutureResponse for PlatformCtx<'_> {
    fn subscribe(&mut self, future: Resource<FutureResponse>) -> Result<Resource<DynPollable>> {
        wasmtime_wasi::p2::subscribe(self.http.table, future)
    }

    #[allow(clippy::type_complexity, reason = "the shape of the WIT function")]
    fn get(
        &mut self,
        future: Resource<FutureResponse>,
    ) -> Result<Option<Result<Result<Resource<HostIncomingResponse>, WitError>, ()>>> {
        Ok(match self.http.table.get_mut(&future)?.take() {
            None => None,
            Some(Err(())) => Some(Err(())),
            Some(Ok(Err(error))) => Some(Ok(Err(error.into()))),
            Some(Ok(Ok(response))) => Some(Ok(Ok(exchange::resource(&mut self.http, response)?))),
        })
    }

    fn drop(&mut self, future: Resource<FutureResponse>) -> Result<()> {
        self.http.table.delete(future)?;
        Ok(())
    }
}
