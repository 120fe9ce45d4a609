//! The state of a store: WASI's parts, and the invocation that everything refers to.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tollgate_engine::{Guest, MemoryLimiter};
use tollgate_worlds::{PlatformCtx, PlatformView};
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_config::WasiConfigVariables;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::dispatcher::Serving;
use crate::held::{FIELDS_BYTES, Held, RANDOM_BYTES};
use crate::hooks::Hooks;
use crate::invocation::Invocation;
use crate::lines::Lines;

/// The state of one store.
pub(crate) struct State {
    serving: Serving,
    table: ResourceTable,
    /// Made when the worker first needs it. Many workers need no more than HTTP and streams, which do without.
    wasi: Option<WasiCtx>,
    http: WasiHttpCtx,
    hooks: Hooks,
    memory: MemoryLimiter,
    held: Held,
}

impl State {
    /// Before a host call.
    fn called(&mut self) {
        if self.held.is_due() {
            self.count();
        }
    }

    fn count(&mut self) {
        let invocation = &self.serving.invocation;
        let sent = invocation.in_transit.load(Ordering::Relaxed) + invocation.tickets.held_bytes();
        if !self.held.count(&mut self.table, sent, &mut self.memory) {
            // Marked first: a body that ends with its resource must not look complete.
            invocation.progress.mark_aborted();
            self.table = ResourceTable::new();
            self.table.set_max_capacity(0);
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.called();
        let ctx = self.wasi.get_or_insert_with(|| context(&self.serving));
        WasiCtxView { ctx, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        self.called();
        WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http }
    }
}

impl PlatformView for State {
    fn platform(&mut self) -> PlatformCtx<'_> {
        self.called();
        let invocation = &*self.serving.invocation;
        PlatformCtx {
            http: WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http },
            props: invocation.props.as_deref().unwrap_or("null"),
            parameters: &invocation.parameters,
            dispatcher: &self.serving,
        }
    }

    fn variables(&mut self) -> &WasiConfigVariables {
        &self.serving.invocation.worker.variables
    }
}

impl Guest for State {
    type Invocation = Invocation;

    fn new(invocation: Arc<Invocation>) -> Self {
        let (mut table, mut http) = (ResourceTable::new(), WasiHttpCtx::new());
        http.set_field_size_limit(FIELDS_BYTES);
        table.set_max_capacity(invocation.limits.resources as usize);
        Self {
            table,
            serving: Serving::new(invocation.clone()),
            wasi: None,
            http,
            memory: MemoryLimiter::new(invocation.limits.memory_bytes),
            hooks: Hooks::new(invocation),
            held: Held::default(),
        }
    }

    fn renew(&mut self, invocation: Arc<Invocation>) {
        self.hooks = Hooks::new(invocation.clone());
        self.serving.renew(invocation);
    }

    fn invocation(&self) -> &Arc<Invocation> {
        &self.serving.invocation
    }

    fn memory(&mut self) -> &mut MemoryLimiter {
        &mut self.memory
    }

    fn count_held(&mut self, concurrent: u64) {
        self.held.note_concurrent(concurrent);
        self.count();
    }
}

/// The default context, which has no files, no arguments and sockets that deny, with the worker's streams and variables.
fn context(Serving { invocation, current }: &Serving) -> WasiCtx {
    let mut wasi = WasiCtx::builder();
    wasi.stdout(Lines::new(current, "stdout")).stderr(Lines::new(current, "stderr"));
    wasi.max_random_size(RANDOM_BYTES);
    wasi.envs(&invocation.worker.environment);
    if let Some(control) = invocation.context.observers().control() {
        control.furnish(&mut wasi);
    }
    wasi.build()
}
