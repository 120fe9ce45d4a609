//! Name look-up that denies. wasmtime's own answers `permanent-resolver-failure` where look-ups are not allowed, which a
//! worker cannot tell from a name that is wrong; the interface has `access-denied` for it.

use wasmtime::Result;
use wasmtime::component::{Accessor, HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::WasiView;
use wasmtime_wasi::p2::bindings::io::error::Error;
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::{
    self, Host, HostResolveAddressStream, IpAddress, ResolveAddressStream,
};
use wasmtime_wasi::p2::bindings::sockets::network::{self, ErrorCode, Network};
use wasmtime_wasi::p2::{DynPollable, SocketError, SocketResult};
use wasmtime_wasi::p3::bindings::sockets::ip_name_lookup as p3;

type LookedUp = Result<Vec<p3::IpAddress>, p3::ErrorCode>;

struct Denied<'a>(&'a mut ResourceTable);

struct Names;

impl HasData for Names {
    type Data<'a> = Denied<'a>;
}

/// Puts the denying look-up in the place of wasmtime's.
pub(crate) fn deny<T: WasiView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    linker.allow_shadowing(true);
    ip_name_lookup::add_to_linker::<T, Names>(linker, |state| Denied(state.ctx().table))?;
    linker.allow_shadowing(false);
    Ok(())
}

/// The same for the look-up of WASI 0.3, which is one function.
pub(crate) fn deny_p3<T: Send + 'static>(linker: &mut Linker<T>) -> Result<()> {
    linker.allow_shadowing(true);
    linker
        .instance("wasi:sockets/ip-name-lookup@0.3.0")?
        .func_wrap_concurrent("resolve-addresses", |_: &Accessor<T>, (_,): (String,)| {
            Box::pin(async { Ok((LookedUp::Err(p3::ErrorCode::AccessDenied),)) })
        })?;
    linker.allow_shadowing(false);
    Ok(())
}

impl network::Host for Denied<'_> {
    fn convert_error_code(&mut self, error: SocketError) -> Result<ErrorCode> {
        error.downcast()
    }

    fn network_error_code(&mut self, _: Resource<Error>) -> Result<Option<ErrorCode>> {
        Ok(None)
    }
}

impl network::HostNetwork for Denied<'_> {
    fn drop(&mut self, network: Resource<Network>) -> Result<()> {
        self.0.delete(network)?;
        Ok(())
    }
}

fn denied<T>() -> SocketResult<T> {
    Err(SocketError::from(ErrorCode::AccessDenied))
}

impl Host for Denied<'_> {
    fn resolve_addresses(&mut self, _: Resource<Network>, _: String) -> SocketResult<Resource<ResolveAddressStream>> {
        denied()
    }
}

/// No stream is ever handed out.
impl HostResolveAddressStream for Denied<'_> {
    fn resolve_next_address(&mut self, _: Resource<ResolveAddressStream>) -> SocketResult<Option<IpAddress>> {
        denied()
    }

    fn subscribe(&mut self, stream: Resource<ResolveAddressStream>) -> Result<Resource<DynPollable>> {
        wasmtime_wasi::p2::subscribe(self.0, stream)
    }

    fn drop(&mut self, stream: Resource<ResolveAddressStream>) -> Result<()> {
        self.0.delete(stream)?;
        Ok(())
    }
}
