//! What a test holds in its hands and a host leaves as it is: every hop from one worker to the next and out, and the clocks
//! and the randomness of each instance. A host has nobody here, and pays one comparison for it.

use std::sync::Arc;

use futures::future::BoxFuture;
use tollgate_types::{Parameters, WorkerId};
use tollgate_worlds::DispatchError;
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi_http::{RequestOptions, WasiBody};

type Request = http::Request<WasiBody>;

/// What comes back over a hop.
pub type Passed = Result<http::Response<WasiBody>, DispatchError>;

/// The way on from a hop: the worker, or the network.
pub type Onward = Box<dyn FnOnce(Request) -> BoxFuture<'static, Passed> + Send>;

/// A hop of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hop {
    /// From the front door to the first worker.
    Entrance,
    /// From a dispatch worker to the worker that it got.
    Dispatch,
    /// From a worker to the outbound worker that receives what it sends.
    Outbound,
    /// From a worker through a service binding to another.
    Service,
    /// From a worker to the network.
    Network,
}

/// One request at a hop.
#[derive(Debug, Clone)]
pub struct Crossing {
    /// Which hop.
    pub hop: Hop,
    /// Who will receive it; nobody of ours at [`Hop::Network`].
    pub to: Option<WorkerId>,
    /// What the dispatch attached for who receives it.
    pub parameters: Arc<Parameters>,
    /// The request's own timeouts; at [`Hop::Network`] with the egress's where it says none.
    pub options: Option<RequestOptions>,
}

/// Whoever is in control.
pub trait Control: Send + Sync {
    /// Stands at a hop: may watch what passes both ways, change it, or answer in its place.
    fn pass(&self, crossing: Crossing, request: Request, onward: Onward) -> BoxFuture<'static, Passed>;

    /// A line that a worker printed, in the place of the host's log.
    fn printed(&self, worker: &WorkerId, line: &str);

    /// Sets the clocks and the randomness of an instance that starts.
    fn furnish(&self, wasi: &mut WasiCtxBuilder);
}
