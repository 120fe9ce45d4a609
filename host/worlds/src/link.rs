//! Which interfaces a role may import. A worker that imports anything else does not link, and is refused at deploy.

use wasmtime::component::{HasData, Linker};
use wasmtime::{Engine, Result};
use wasmtime_wasi::WasiView;
use wasmtime_wasi_config::WasiConfig;
use wasmtime_wasi_http::WasiHttpView;

use crate::generated::{p2, p3};
use crate::{PlatformCtx, PlatformView, bindings, handler, names, outgoing};

/// Whose worker it is. A customer's cannot name what only the operator's may import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A worker in a namespace: world `user-worker`.
    Customer,
    /// One of the operator's own: worlds `outbound-worker` and `dispatch-worker`.
    Operator,
}

/// Who implements our interfaces.
pub(crate) struct Platform;

impl HasData for Platform {
    type Data<'a> = PlatformCtx<'a>;
}

/// A linker for workers of WASI 0.2. All of WASI is there, since real toolchains import it all; the state's `WasiCtx`
/// gives it an empty filesystem and sockets that deny.
pub fn linker_p2<T>(engine: &Engine, role: Role) -> Result<Linker<T>>
where
    T: WasiView + WasiHttpView + PlatformView + 'static,
{
    let mut linker = Linker::new(engine);
    wasi_p2(&mut linker)?;
    platform_p2(&mut linker, role)?;
    Ok(linker)
}

/// A linker for workers of WASI 0.3. What 0.2 has is there too: the standard libraries beneath such workers still use it.
pub fn linker_p3<T>(engine: &Engine, role: Role) -> Result<Linker<T>>
where
    T: WasiView + WasiHttpView + PlatformView + 'static,
{
    let mut linker = linker_p2(engine, role)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    names::deny_p3(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    p3::tollgate::platform::invocation::add_to_linker::<T, Platform>(&mut linker, T::platform)?;
    bindings::add_to_linker_p3(&mut linker)?;
    if role == Role::Operator {
        handler::add_to_linker(&mut linker)?;
        p3::tollgate::platform::parameters::add_to_linker::<T, Platform>(&mut linker, T::platform)?;
        p3::tollgate::platform::dispatcher::add_to_linker::<T, Platform>(&mut linker, T::platform)?;
    }
    Ok(linker)
}

fn wasi_p2<T>(linker: &mut Linker<T>) -> Result<()>
where
    T: WasiView + WasiHttpView + PlatformView + 'static,
{
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    names::deny(linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    outgoing::replace(linker)?;
    wasmtime_wasi_config::add_to_linker(linker, |state: &mut T| WasiConfig::from(state.variables()))
}

fn platform_p2<T: PlatformView + 'static>(linker: &mut Linker<T>, role: Role) -> Result<()> {
    p2::tollgate::platform::invocation::add_to_linker::<T, Platform>(linker, T::platform)?;
    p2::tollgate::platform::passing::add_to_linker::<T, Platform>(linker, T::platform)?;
    bindings::add_to_linker_p2(linker)?;
    if role == Role::Operator {
        p2::tollgate::platform::parameters::add_to_linker::<T, Platform>(linker, T::platform)?;
        p2::tollgate::platform::dispatcher::add_to_linker::<T, Platform>(linker, T::platform)?;
    }
    Ok(())
}
