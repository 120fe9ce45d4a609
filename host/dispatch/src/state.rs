//! The state of a store: WASI's parts, and the invocation that everything refers to.

use std::sync::Arc;

use tollgate_engine::{Ceilings, Guest};
use tollgate_types::{Home, WorkerId};
use tollgate_worlds::{PlatformCtx, PlatformView};
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_config::WasiConfigVariables;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::invocation::Invocation;
use crate::log::{Current, Lines};
use crate::seam::Seam;

/// The state of one store.
pub(crate) struct State {
    invocation: Arc<Invocation>,
    current: Current,
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    seam: Seam,
    ceilings: Ceilings,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.seam, table: &mut self.table, ctx: &mut self.http }
    }
}

impl PlatformView for State {
    fn platform(&mut self) -> PlatformCtx<'_> {
        let invocation = &*self.invocation;
        PlatformCtx {
            http: WasiHttpCtxView { hooks: &mut self.seam, table: &mut self.table, ctx: &mut self.http },
            props: &invocation.props,
            parameters: &invocation.parameters,
            dispatcher: invocation,
        }
    }

    fn variables(&mut self) -> &WasiConfigVariables {
        &self.invocation.worker.variables
    }
}

impl Guest for State {
    type Invocation = Invocation;

    fn new(invocation: Arc<Invocation>) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(invocation.limits.resources as usize);
        let current = Current::new(invocation.clone());
        // The default context has no files, no arguments and sockets that deny.
        let mut wasi = WasiCtx::builder();
        wasi.stdout(Lines::new(&current, "stdout")).stderr(Lines::new(&current, "stderr"));
        wasi.envs(&invocation.worker.environment);
        if let Some(control) = &invocation.chain.inner.control {
            control.furnish(&mut wasi);
        }
        Self {
            table,
            current,
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            seam: Seam(invocation.clone()),
            ceilings: Ceilings::new(invocation.limits.memory_bytes),
            invocation,
        }
    }

    fn renew(&mut self, invocation: Arc<Invocation>) {
        self.current.set(invocation.clone());
        self.seam = Seam(invocation.clone());
        self.invocation = invocation;
    }

    fn invocation(&self) -> &Arc<Invocation> {
        &self.invocation
    }

    fn ceilings(&mut self) -> &mut Ceilings {
        &mut self.ceilings
    }
}

/// What every log line of an invocation carries.
pub(crate) fn names(invocation: &Invocation) -> (&str, &str, u64) {
    (namespace(&invocation.id), invocation.id.name.as_str(), invocation.worker.record.version.0)
}

/// A worker's namespace, as a log line has it.
pub(crate) fn namespace(id: &WorkerId) -> &str {
    match &id.home {
        Home::Operator => "",
        Home::Namespace(namespace) => namespace.as_str(),
    }
}
