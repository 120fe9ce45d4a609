//! Which interfaces a role may import. A worker that imports anything else does not link, and is refused at deploy.

use wasmtime::component::{HasData, Linker};
use wasmtime::{Engine, Result};
use wasmtime_wasi::WasiView;
use wasmtime_wasi_config::WasiConfig;
use wasmtime_wasi_http::WasiHttpView;

use crate::generated::tollgate::platform::{dispatcher, invocation, parameters};
use crate::{PlatformCtx, PlatformView, names};

/// Whose worker it is. A customer's cannot name what only the operator's may import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A worker in a namespace: world `user-worker`.
    Customer,
    /// One of the operator's own: worlds `outbound-worker` and `dispatch-worker`.
    Operator,
}

struct Platform;

impl HasData for Platform {
    type Data<'a> = PlatformCtx<'a>;
}

/// A linker for a role. All of WASI 0.2 is there, since real toolchains import it all; the state's `WasiCtx` gives it an
/// empty filesystem and sockets that deny.
pub fn linker<T>(engine: &Engine, role: Role) -> Result<Linker<T>>
where
    T: WasiView + WasiHttpView + PlatformView + 'static,
{
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    names::deny(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    wasmtime_wasi_config::add_to_linker(&mut linker, |state: &mut T| WasiConfig::from(state.variables()))?;
    invocation::add_to_linker::<T, Platform>(&mut linker, T::platform)?;
    if role == Role::Operator {
        parameters::add_to_linker::<T, Platform>(&mut linker, T::platform)?;
        dispatcher::add_to_linker::<T, Platform>(&mut linker, T::platform)?;
    }
    Ok(linker)
}
