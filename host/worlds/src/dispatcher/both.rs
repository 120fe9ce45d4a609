//! What the dispatchers of both versions of WASI have in common: options, errors, and `get`.

use tollgate_types::Plain;
use wasmtime::Result;
use wasmtime::component::{ComponentType, Lift, Resource};

use super::{DispatchError, GetOptions, Worker};
use crate::code::ErrorCode;
use crate::interface::Interface;
use crate::{PlatformCtx, PlatformView};

/// Links them. `C` is the version's code of an HTTP error.
pub(super) fn link<T: PlatformView + 'static, C: ErrorCode>(interface: &mut Interface<'_, T>) -> Result<()> {
    options(interface)?;
    error::<T, C>(interface)?;
    interface.resource::<Worker>("worker")?;
    interface.function("get", get)
}

/// The resource `options`. Adding a limit is one line here, and one in each `platform.wit`.
fn options<T: PlatformView + 'static>(interface: &mut Interface<'_, T>) -> Result<()> {
    interface.resource::<GetOptions>("options")?;
    interface
        .function("[constructor]options", |platform, (): ()| Ok((platform.http.table.push(GetOptions::default())?,)))?;
    setter(interface, "set-props", |options, json: String| options.set_props(json))?;
    setter(interface, "set-parameters", |options, parameters| options.set_parameters(parameters))?;
    setter(interface, "set-cpu-ms", |options, limit: u64| options.limits.cpu_ms = Some(limit))?;
    setter(interface, "set-wall-ms", |options, limit: u64| options.limits.wall_ms = Some(limit))?;
    setter(interface, "set-memory-bytes", |options, limit: u64| options.limits.memory_bytes = Some(limit))?;
    setter(interface, "set-subrequests", |options, limit: u64| options.limits.subrequests = Some(limit))
}

/// Links a setter of `options`.
pub(crate) fn setter<T, V>(
    interface: &mut Interface<'_, T>,
    name: &str,
    set: impl Fn(&mut GetOptions, V) + Send + Sync + 'static,
) -> Result<()>
where
    T: PlatformView + 'static,
    V: ComponentType + Lift + Send + Sync + 'static,
{
    let name = format!("[method]options.{name}");
    interface.function(&name, move |platform, (options, value): (Resource<GetOptions>, V)| {
        set(platform.http.table.get_mut(&options)?, value);
        Ok(())
    })
}

/// The resource `dispatch-error`.
fn error<T: PlatformView + 'static, C: ErrorCode>(interface: &mut Interface<'_, T>) -> Result<()> {
    interface.resource::<DispatchError>("dispatch-error")?;
    interface.function("[method]dispatch-error.code", |platform, (error,): (Resource<DispatchError>,)| {
        Ok((platform.http.table.get(&error)?.code(),))
    })?;
    interface.function("[method]dispatch-error.message", |platform, (error,): (Resource<DispatchError>,)| {
        let message = platform.http.table.get(&error)?.to_string();
        // A worker's own words may be in it, and the dispatch worker's log may be read at a terminal.
        Ok((Plain(&message).to_string(),))
    })?;
    interface.function("[method]dispatch-error.http-error", |platform, (error,): (Resource<DispatchError>,)| {
        Ok((match platform.http.table.get(&error)? {
            DispatchError::WorkerError(error) => Some(C::of(error)),
            _ => None,
        },))
    })
}

type Get = (String, String, Option<Resource<GetOptions>>);

#[allow(clippy::type_complexity, reason = "the shape of the WIT function")]
fn get(platform: PlatformCtx<'_>, given: Get) -> Result<(Result<Resource<Worker>, Resource<DispatchError>>,)> {
    let (binding, name, options) = given;
    let table = platform.http.table;
    let options = options.map(|options| table.delete(options)).transpose()?.unwrap_or_default();
    Ok((match platform.dispatcher.get(&binding, &name, options) {
        Ok(target) => Ok(table.push(Worker(target))?),
        Err(error) => Err(table.push(error)?),
    },))
}
