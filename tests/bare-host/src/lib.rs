//! A host that knows nothing of Tollgate: wasmtime, its WASI and its HTTP, with one fresh instance for each request. The tests
//! of `tollgate compose` run composed components in it.
//!
//! It gives a component everything that a host can give: the network, name look-up and the environment. Whatever such a
//! component is denied, the component itself denies.

mod state;

use std::future::{Future, poll_fn};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use wasmtime::component::{Accessor, Component, Linker};
use wasmtime::{Engine, Store};
use wasmtime_wasi_http::p3::bindings::{Service, ServicePre};
use wasmtime_wasi_http::{Error, WasiBody, WasiHttpView as _, p3};

use state::State;

/// A component that is being served, until this is dropped.
pub struct BareHost {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl BareHost {
    /// Compiles a component of WASI 0.3 and serves it on a free port of loopback.
    pub fn serve(component: &[u8]) -> anyhow::Result<Self> {
        let worker = Arc::new(Worker::new(component).map_err(anyhow::Error::msg)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        {
            // An async test already runs on a runtime, where waiting for another one would panic.
            let _runtime = runtime.enter();
            tokio::spawn(accept(tokio::net::TcpListener::from_std(listener)?, worker));
        }
        Ok(Self { address, runtime: Some(runtime) })
    }

    /// The address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for BareHost {
    fn drop(&mut self) {
        // A runtime may not wait for its threads within an async test.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn accept(listener: tokio::net::TcpListener, worker: Arc<Worker>) {
    while let Ok((stream, _)) = listener.accept().await {
        let worker = worker.clone();
        let service = service_fn(move |request| {
            let worker = worker.clone();
            async move { Ok::<_, Error>(worker.answer(request).await) }
        });
        // An error here is the client's, which sees it too.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

/// A compiled component, with its imports.
struct Worker {
    engine: Engine,
    pre: ServicePre<State>,
}

impl Worker {
    fn new(component: &[u8]) -> wasmtime::Result<Self> {
        let engine = Engine::default();
        let component = Component::new(&engine, component)?;
        let mut linker = Linker::new(&engine);
        // The standard libraries beneath a worker of WASI 0.3 still use 0.2.
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi::p3::add_to_linker(&mut linker)?;
        wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
        let pre = ServicePre::new(linker.instantiate_pre(&component)?)?;
        Ok(Self { engine, pre })
    }

    /// The worker's response; 500 if it gives none.
    async fn answer(&self, request: Request<Incoming>) -> Response<WasiBody> {
        self.run(request).await.unwrap_or_else(|_| {
            let mut response = Response::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        })
    }

    async fn run(&self, request: Request<Incoming>) -> wasmtime::Result<Response<WasiBody>> {
        let request = request.map(|body| body.map_err(|_| Error::HttpProtocolError).boxed_unsync());
        let mut store = Store::new(&self.engine, State::new());
        let service = self.pre.instantiate_async(&mut store).await?;
        let (answer, answered) = oneshot::channel();
        tokio::spawn(async move {
            let ended = store.run_concurrent(async |accessor| finish(accessor, service, request, answer).await).await;
            ended.flatten()
        });
        answered.await?
    }
}

/// Whether all of the request's body was read.
type Sent = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// Runs the worker to its end, which is later than its response: it still streams the body.
async fn finish(
    accessor: &Accessor<State>,
    service: Service,
    request: Request<WasiBody>,
    answer: oneshot::Sender<wasmtime::Result<Response<WasiBody>>>,
) -> wasmtime::Result<()> {
    let (request, sent) = accessor.with(|mut store| {
        let (request, sent) = p3::Request::from_http(store.data_mut().http().hooks, request);
        (request, Box::pin(sent) as Sent)
    });
    let response = service.handle(accessor, request).await??;
    let response = accessor.with(|store| response.into_http(store, sent));
    // A client that has left needs no response.
    let _left = answer.send(response);
    poll_fn(|cx| accessor.poll_no_interesting_tasks(cx)).await;
    Ok(())
}
