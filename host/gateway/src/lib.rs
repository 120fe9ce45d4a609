//! The data-plane listener: host name and path lead to a worker, errors become responses in one place, and a drain lets
//! requests in flight finish.

mod builtin;
mod client;
mod listener;
pub mod rescue;
mod route;
mod stream;
mod template;

pub use builtin::{BuiltinDispatch, BuiltinOutbound};
pub use listener::serve;
pub use template::{Template, TemplateError};
pub use tollgate_types::config::FrontDoorConfig;

use std::sync::Arc;
use std::time::Instant;

use http::Method;
use tollgate_dispatch::{Arrival, Chain, DispatchError, loggable};
use tollgate_store::Reader;
use tollgate_types::{BindingName, OutboundBinding, WorkerId, WorkerName};
use tracing::Level;
use wasmtime_wasi_http::WasiBody;

use route::Routes;

/// Where the host's configuration says who receives what customers' workers send, for errors.
pub const DISPATCH: &str = "[[dispatch]] of the host's configuration";
/// Where it is said who receives what comes by proxy, for errors.
pub const PROXY: &str = "the proxy with the parameters of the command line";

/// The front door. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    chain: Chain,
    reader: Reader,
    routes: Arc<Routes>,
    builtin: Arc<[BuiltinDispatch]>,
    local_names: bool,
    proxy: Option<Arc<BuiltinOutbound>>,
}

type Request = http::Request<WasiBody>;
type Response = http::Response<WasiBody>;

impl Gateway {
    /// A front door to the workers of a store; `builtin` dispatches where no dispatch worker is written. With `local_names`,
    /// whoever gets as far as this door reaches each of the operator's workers as `<worker>.localhost`: for local use.
    pub fn new(chain: Chain, reader: Reader, builtin: Vec<BuiltinDispatch>, local_names: bool) -> Self {
        builtin.iter().filter_map(BuiltinDispatch::outbound).for_each(|outbound| tell(&reader, &outbound));
        let routes = Arc::new(Routes::new(reader.clone()));
        Self { chain, reader, routes, builtin: builtin.into(), local_names, proxy: None }
    }

    /// With an outbound worker that receives every request that leads nowhere else, as if a customer's worker had sent it: so
    /// its author can ask it by `curl --proxy`. For one's own machine only: it makes the front door a proxy. Whoever has one
    /// is about to deploy the worker: that it is not there yet is not worth a word.
    pub fn with_proxy(self, outbound: Option<BuiltinOutbound>) -> Self {
        if let Some(outbound) = outbound.as_ref().map(BuiltinOutbound::binding) {
            let _soon = is_there(&self.reader, PROXY, &outbound);
        }
        Self { proxy: outbound.map(Arc::new), ..self }
    }

    /// Answers one request, whose URI is absolute. The log has it at level debug.
    async fn answer(&self, depth: u32, request: Request) -> Response {
        let arrival = Arrival::from(depth);
        if !tracing::enabled!(target: "request", Level::DEBUG) {
            return self.route(arrival, request).await;
        }
        let (method, url, since) = (request.method().clone(), loggable(request.uri()), Instant::now());
        let response = self.route(arrival, request).await;
        let ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let request_id = arrival.request_id;
        tracing::debug!(target: "request", %method, url, ms, %request_id, answer = %response.status().as_str());
        response
    }

    /// First the operator's routes, then the built-in dispatches, then, for local use, `<worker>.localhost` for a worker of
    /// the operator's.
    async fn route(&self, arrival: Arrival, request: Request) -> Response {
        let host = request.uri().host().unwrap_or_default().to_ascii_lowercase();
        // With its root dot a name is the same name.
        let host = host.strip_suffix('.').map(str::to_owned).unwrap_or(host);
        let answered = match self.routes.find(&host, request.uri().path()) {
            Some(worker) => self.chain.serve(worker, arrival, request).await,
            None => match self.builtin.iter().find_map(|one| one.label(&host).map(|label| (one, label))) {
                Some((builtin, label)) => self.dispatch(builtin, label, arrival, request).await,
                None => match (local(&host).filter(|_| self.local_names), &self.proxy) {
                    (Some(worker), _) => self.chain.serve(worker, arrival, request).await,
                    (None, Some(_)) if request.method() == Method::CONNECT => return rescue::no_tunnel(),
                    (None, Some(outbound)) => self.proxied(outbound, arrival, request).await,
                    (None, None) => return rescue::no_route(&host),
                },
            },
        };
        answered.unwrap_or_else(|error| rescue::response(&error))
    }

    async fn proxied(
        &self,
        outbound: &BuiltinOutbound,
        arrival: Arrival,
        request: Request,
    ) -> Result<Response, DispatchError> {
        let (service, parameters) = outbound.fill(PROXIED, &request, &self.reader)?;
        self.chain.intercepted(service, parameters, arrival, request).await
    }

    async fn dispatch(
        &self,
        builtin: &BuiltinDispatch,
        label: &str,
        arrival: Arrival,
        request: Request,
    ) -> Result<Response, DispatchError> {
        let (worker, attached) = builtin.attach(label, &request, &self.reader)?;
        self.chain.dispatch(worker, attached, arrival, request).await
    }
}

/// Says at the start what of the configuration can only fail. What is deployed from now on is checked against it.
fn tell(reader: &Reader, outbound: &OutboundBinding) {
    if !is_there(reader, DISPATCH, outbound) {
        let service = &outbound.service;
        tracing::warn!(%service, "an outbound worker of the configuration is not deployed yet: its requests fail");
    }
}

/// Whether the outbound worker is there; says so where it is, and does not fit.
fn is_there(reader: &Reader, at: &str, outbound: &OutboundBinding) -> bool {
    let Some(record) = reader.worker(&WorkerId::operator(outbound.service.clone())).ok().flatten() else {
        return false;
    };
    let fits = outbound.fits_as_texts(record.bindings.keys().map(BindingName::as_str), &record.reads);
    if let Err(error) = fits {
        tracing::error!(%error, "{at} does not fit its outbound worker: its requests fail until another is deployed");
    }
    true
}

/// Who sent a request that came by proxy, as far as a parameter's template asks.
const PROXIED: &str = "somebody";

/// `<worker>.localhost`.
fn local(host: &str) -> Option<WorkerName> {
    host.strip_suffix(".localhost")?.parse().ok()
}
