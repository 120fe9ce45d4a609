//! The data-plane listener: host name and path lead to a worker, errors become responses in one place, and a drain lets
//! requests in flight finish.

mod builtin;
mod client;
mod listener;
mod rescue;
mod route;
mod template;

pub use builtin::BuiltinDispatch;
pub use listener::serve;
pub use template::{Template, TemplateError};

use std::sync::Arc;

use tollgate_dispatch::{Chain, DispatchError};
use tollgate_store::Reader;
use tollgate_types::{WorkerId, WorkerName};
use wasmtime_wasi_http::WasiBody;

use route::Routes;

/// The front door. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    chain: Chain,
    routes: Arc<Routes>,
    builtin: Arc<[BuiltinDispatch]>,
    local_names: bool,
}

type Request = http::Request<WasiBody>;
type Response = http::Response<WasiBody>;

impl Gateway {
    /// A front door to the workers of a store; `builtin` dispatches where no dispatch worker is written. With `local_names`,
    /// whoever gets as far as this door reaches each of the operator's workers as `<worker>.localhost`: for local use.
    pub fn new(chain: Chain, reader: Reader, builtin: Vec<BuiltinDispatch>, local_names: bool) -> Self {
        for service in builtin.iter().filter_map(BuiltinDispatch::service) {
            if !reader.worker(&WorkerId::operator(service.clone())).is_ok_and(|found| found.is_some()) {
                tracing::warn!(%service, "an outbound worker of the configuration is not deployed yet: its requests fail");
            }
        }
        Self { chain, routes: Arc::new(Routes::new(reader)), builtin: builtin.into(), local_names }
    }

    /// Answers one request, whose URI is absolute. First the operator's routes, then the built-in dispatches, then, for
    /// local use, `<worker>.localhost` for a worker of the operator's.
    async fn answer(&self, depth: u32, request: Request) -> Response {
        let host = request.uri().host().unwrap_or_default().to_ascii_lowercase();
        let answered = match self.routes.find(&host, request.uri().path()) {
            Some(worker) => self.chain.serve(worker, depth, request).await,
            None => match self.builtin.iter().find_map(|one| one.label(&host).map(|label| (one, label))) {
                Some((builtin, label)) => self.dispatch(builtin, label, depth, request).await,
                None => match local(&host).filter(|_| self.local_names) {
                    Some(worker) => self.chain.serve(worker, depth, request).await,
                    None => return rescue::no_route(&host),
                },
            },
        };
        answered.unwrap_or_else(|error| rescue::response(&error))
    }

    async fn dispatch(
        &self,
        builtin: &BuiltinDispatch,
        label: &str,
        depth: u32,
        request: Request,
    ) -> Result<Response, DispatchError> {
        let (worker, attached) = builtin.attach(label, &request)?;
        self.chain.dispatch(worker, attached, depth, request).await
    }
}

/// `<worker>.localhost`.
fn local(host: &str) -> Option<WorkerName> {
    host.strip_suffix(".localhost")?.parse().ok()
}
