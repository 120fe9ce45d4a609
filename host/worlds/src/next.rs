//! A host of the next minor version, with components that were built for 1.0.0 (`tests/compatibility/`): they keep working when
//! a later version adds a kind of binding, a limit and an error. Here version 1.1.0 has one more of each, in this test build
//! alone. Everything else is linked as on a host of this version.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http_body_util::{BodyExt as _, Full};
use semver::Version;
use tollgate_types::{Limits, Parameters};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_config::WasiConfigVariables;
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p3::Request;
use wasmtime_wasi_http::p3::bindings::ServicePre;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

use crate::dispatcher::setter;
use crate::interface::Interface;
use crate::link::{platform_p2, platform_p3, wasi_p2, wasi_p3};
use crate::tests::engine;
use crate::{
    Beside, BindingKind, DispatchError, Dispatcher, GetOptions, Passed, Passing, PlatformCtx, PlatformView, Role,
    Target, TicketError,
};

/// The version that adds something.
const NEXT: Version = Version::new(1, 1, 0);

type Answer = Result<http::Response<WasiBody>, DispatchError>;

/// What stands behind a worker: its bindings, and the workers that it may dispatch to.
#[derive(Default)]
struct Platform {
    /// What the last dispatch attached.
    attached: Mutex<Option<GetOptions>>,
}

impl Beside for Platform {
    fn beside(&self, work: BoxFuture<'static, ()>) {
        tokio::spawn(work);
    }
}

impl Passing for Platform {
    fn url(&self) -> String {
        String::new()
    }

    fn ordinary_ticket(&self) -> Result<String, TicketError> {
        Err(TicketError::Randomness)
    }

    fn pass_on(&self, _: &str, _: Passed) {}

    fn answer_with(&self, _: &str) -> bool {
        false
    }
}

impl Dispatcher for Platform {
    fn get(&self, _: &str, name: &str, options: GetOptions) -> Result<Arc<dyn Target>, DispatchError> {
        *self.attached.lock().unwrap() = Some(options);
        match name {
            "refused" => Err(DispatchError::Later("refused as a later version does".to_owned())),
            _ => Ok(Arc::new(Worker(name.to_owned()))),
        }
    }

    fn bindings(&self) -> Vec<(String, BindingKind)> {
        let all = [("greeting", BindingKind::Text), ("queue", BindingKind::Later), ("api", BindingKind::Service)];
        all.map(|(name, kind)| (name.to_owned(), kind)).into()
    }

    fn way(&self, _: &str) -> Result<Arc<dyn Target>, Error> {
        Err(Error::InternalError(None))
    }

    fn ticket(&self, _: Arc<dyn Target>) -> Result<String, TicketError> {
        Err(TicketError::Randomness)
    }

    fn failure(&self, _: &str) -> Option<DispatchError> {
        None
    }
}

/// A worker that answers with its name, or fails as its name says.
struct Worker(String);

impl Target for Worker {
    fn fetch(&self, _: http::Request<WasiBody>, _: Option<RequestOptions>) -> BoxFuture<'static, Answer> {
        let answer = match self.0.as_str() {
            "fails" => Err(DispatchError::Later("failed as a later version does".to_owned())),
            "missing" => Err(DispatchError::WorkerNotFound("missing".to_owned())),
            name => Ok(http::Response::new(body(format!("hello from {name}")))),
        };
        async { answer }.boxed()
    }
}

fn body(text: String) -> WasiBody {
    Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed_unsync()
}

/// The state of one store.
pub(crate) struct State {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    hooks: Nowhere,
    platform: Arc<Platform>,
    parameters: Parameters,
    variables: WasiConfigVariables,
}

impl State {
    fn new(platform: Arc<Platform>) -> Self {
        Self {
            table: ResourceTable::new(),
            wasi: WasiCtx::builder().build(),
            http: WasiHttpCtx::new(),
            hooks: Nowhere,
            platform,
            parameters: Parameters::default(),
            variables: WasiConfigVariables::new(),
        }
    }
}

/// Nothing is sent.
struct Nowhere;

type Processed = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for Nowhere {
    fn send_request(
        &mut self,
        _: http::Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Processed,
    ) -> Box<dyn Future<Output = Result<(http::Response<WasiBody>, Processed), Error>> + Send> {
        Box::new(async { Err(Error::HttpRequestDenied) })
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http }
    }
}

impl PlatformView for State {
    fn platform(&mut self) -> PlatformCtx<'_> {
        PlatformCtx {
            http: WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http },
            props: "null",
            parameters: &self.parameters,
            dispatcher: &*self.platform,
        }
    }

    fn variables(&mut self) -> &WasiConfigVariables {
        &self.variables
    }
}

/// A linker of the next version, for the workers of a role.
pub(crate) fn next(engine: &Engine, wasi: &str, role: Role) -> Linker<State> {
    let mut linker = Linker::new(engine);
    wasi_p2(&mut linker).unwrap();
    if wasi == "0.2" {
        platform_p2(&mut linker, role, &NEXT).unwrap();
    } else {
        wasi_p3(&mut linker, role).unwrap();
        platform_p3(&mut linker, role, &NEXT).unwrap();
    }
    if role == Role::Operator {
        linker.allow_shadowing(true);
        let mut dispatcher = Interface::of(&mut linker, "dispatcher", &NEXT).unwrap();
        setter(&mut dispatcher, "set-later", |options, limit: u64| options.limits.cpu_ms = Some(limit)).unwrap();
    }
    linker
}

/// A component as it was built for 1.0.0.
fn stored(engine: &Engine, name: &str) -> Component {
    let path = format!("{}/../../tests/compatibility/1.0.0/{name}.wat", env!("CARGO_MANIFEST_DIR"));
    Component::new(engine, wat::parse_file(path).unwrap()).unwrap()
}

/// What a stored component answers on a host of the next version, and what its last dispatch attached.
fn answer(role: &str, wasi: &str, host: &str) -> (u16, String, Option<GetOptions>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let engine = engine();
    let pre = next(&engine, wasi, Role::Operator).instantiate_pre(&stored(&engine, &format!("{role}-{wasi}"))).unwrap();
    let platform = Arc::<Platform>::default();
    let mut store = Store::new(&engine, State::new(platform.clone()));
    let request = http::Request::builder().uri(format!("http://{host}.test/")).body(body(String::new())).unwrap();
    let (status, text) = runtime.block_on(async {
        if wasi == "0.2" {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            let proxy = ProxyPre::new(pre).unwrap().instantiate_async(&mut store).await.unwrap();
            let request = store.data_mut().http().new_incoming_request(Scheme::Http, request).unwrap();
            let out = store.data_mut().http().new_response_outparam(sender).unwrap();
            let handler = proxy.wasi_http_incoming_handler();
            let read = async { read(receiver.await.unwrap().unwrap()).await };
            let (called, read) = tokio::join!(handler.call_handle(&mut store, request, out), read);
            called.unwrap();
            read
        } else {
            let service = ServicePre::new(pre).unwrap().instantiate_async(&mut store).await.unwrap();
            let work = async |accessor: &wasmtime::component::Accessor<State>| {
                let request = accessor.with(|mut store| Request::from_http(store.data_mut().http().hooks, request).0);
                let response = service.handle(accessor, request).await.unwrap().unwrap();
                let response = accessor.with(|store| response.into_http(store, async { Ok(()) })).unwrap();
                read(response).await
            };
            store.run_concurrent(work).await.unwrap()
        }
    });
    let attached = platform.attached.lock().unwrap().take();
    (status, text, attached)
}

async fn read(response: http::Response<WasiBody>) -> (u16, String) {
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(bytes.into()).unwrap())
}

const WASI: [&str; 2] = ["0.2", "0.3"];

#[test]
fn a_new_kind_of_binding_is_ignored_by_an_old_worker() {
    for wasi in WASI {
        let (status, text, _) = answer("user", wasi, "user");
        assert_eq!((status, text.as_str()), (200, "greeting=text\napi=service\ngreeting is text\nprops null\n"));
    }
}

#[test]
fn a_new_limit_does_not_change_what_an_old_worker_attaches() {
    for wasi in WASI {
        let (status, text, attached) = answer("dispatch", wasi, "user");
        assert_eq!((status, text.as_str()), (200, "hello from user"));
        let attached = attached.unwrap();
        let limits = Limits { cpu_ms: Some(5_000), subrequests: Some(7), ..Limits::default() };
        assert_eq!((attached.props, attached.limits), (Some(Ok(r#"{"plan":"paid"}"#.to_owned())), limits));
    }
}

#[test]
fn a_new_error_is_like_an_internal_one_for_an_old_worker() {
    for wasi in WASI {
        let answer = |host| {
            let (status, text, _) = answer("dispatch", wasi, host);
            (status, text)
        };
        assert_eq!(answer("refused"), (500, "later: refused as a later version does".to_owned()));
        assert_eq!(answer("fails"), (500, "later: failed as a later version does".to_owned()));
        assert_eq!(answer("missing"), (404, "worker-not-found: Worker not found.".to_owned()));
    }
}

/// What the next version adds is really there, and is not there on a host of this version.
#[test]
fn a_component_for_the_next_version_runs_only_there() {
    let engine = engine();
    let text = r#"(component
        (import "tollgate:platform/dispatcher@1.1.0" (instance
            (export "options" (type (sub resource)))
            (export "[method]options.set-later"
                (func (param "self" (borrow 0)) (param "limit" u64))))))"#;
    let component = Component::new(&engine, wat::parse_str(text).unwrap()).unwrap();
    for wasi in WASI {
        assert!(next(&engine, wasi, Role::Operator).instantiate_pre(&component).is_ok());
    }
    let linker = crate::linker_p2::<State>(&engine, Role::Operator).unwrap();
    let error = format!("{:#}", linker.instantiate_pre(&component).err().unwrap());
    assert!(error.contains("set-later"), "{error}");
}
