//! Which interfaces a role may import. A worker that imports anything else does not link, and is refused at deploy.
//!
//! The platform's own interfaces are linked by hand, function by function, under the version that the caller names: that is
//! how a test links the next version beside components of this one (`next.rs`). A test links everything that the WIT has
//! (`tests.rs`), so that WIT and functions cannot drift apart.

use semver::Version;
use tollgate_types::PLATFORM_VERSION;
use wasmtime::component::Linker;
use wasmtime::{Engine, Result};
use wasmtime_wasi::WasiView;
use wasmtime_wasi_config::WasiConfig;
use wasmtime_wasi_http::WasiHttpView;

use crate::interface::Interface;
use crate::{PlatformView, bindings, dispatcher, handler, invocation, io, names, outgoing, parameters, passing};

/// Whose worker it is. A customer's cannot name what only the operator's may import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A worker in a namespace: world `user-worker`.
    Customer,
    /// One of the operator's own: worlds `outbound-worker` and `dispatch-worker`.
    Operator,
}

/// A linker for workers of WASI 0.2. All of WASI is there, since real toolchains import it all; the state's `WasiCtx`
/// gives it an empty filesystem and sockets that deny.
pub fn linker_p2<T>(engine: &Engine, role: Role) -> Result<Linker<T>>
where
    T: WasiView + WasiHttpView + PlatformView + 'static,
{
    let mut linker = Linker::new(engine);
    wasi_p2(&mut linker)?;
    platform_p2(&mut linker, role, &PLATFORM_VERSION)?;
    Ok(linker)
}

/// A linker for workers of WASI 0.3. WASI 0.2 is there too: the standard libraries beneath such workers still use it. The
/// platform's interfaces are those of WASI 0.3 alone, which have the same names.
pub fn linker_p3<T>(engine: &Engine, role: Role) -> Result<Linker<T>>
where
    T: WasiView + WasiHttpView + PlatformView + 'static,
{
    let mut linker = Linker::new(engine);
    wasi_p2(&mut linker)?;
    wasi_p3(&mut linker, role)?;
    platform_p3(&mut linker, role, &PLATFORM_VERSION)?;
    Ok(linker)
}

pub(crate) fn wasi_p2<T>(linker: &mut Linker<T>) -> Result<()>
where
    T: WasiView + WasiHttpView + PlatformView + 'static,
{
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    io::replace(linker)?;
    names::deny(linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    outgoing::replace(linker)?;
    wasmtime_wasi_config::add_to_linker(linker, |state: &mut T| WasiConfig::from(state.variables()))
}

pub(crate) fn wasi_p3<T: WasiView + WasiHttpView + 'static>(linker: &mut Linker<T>, role: Role) -> Result<()> {
    wasmtime_wasi::p3::add_to_linker(linker)?;
    names::deny_p3(linker)?;
    wasmtime_wasi_http::p3::add_to_linker(linker)?;
    match role {
        Role::Customer => Ok(()),
        Role::Operator => handler::add_to_linker(linker),
    }
}

pub(crate) fn platform_p2<T: PlatformView + 'static>(
    linker: &mut Linker<T>,
    role: Role,
    version: &Version,
) -> Result<()> {
    invocation::link(Interface::of(linker, "invocation", version)?)?;
    passing::link(Interface::of(linker, "passing", version)?)?;
    bindings::link_p2(Interface::of(linker, "bindings", version)?)?;
    if role == Role::Operator {
        parameters::link(Interface::of(linker, "parameters", version)?)?;
        dispatcher::link_p2(Interface::of(linker, "dispatcher", version)?)?;
    }
    Ok(())
}

pub(crate) fn platform_p3<T: PlatformView + WasiHttpView + 'static>(
    linker: &mut Linker<T>,
    role: Role,
    version: &Version,
) -> Result<()> {
    invocation::link(Interface::of(linker, "invocation", version)?)?;
    bindings::link_p3(Interface::of(linker, "bindings", version)?)?;
    if role == Role::Operator {
        parameters::link(Interface::of(linker, "parameters", version)?)?;
        dispatcher::link_p3(Interface::of(linker, "dispatcher", version)?)?;
    }
    Ok(())
}
