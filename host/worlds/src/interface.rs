//! One of the platform's interfaces while its functions are linked.

use semver::Version;
use wasmtime::component::{ComponentNamedList, Lift, Linker, LinkerInstance, Lower, Resource, ResourceType};
use wasmtime::{Result, StoreContextMut};

use crate::{PlatformCtx, PlatformView};

/// An interface of one version in a linker.
pub(crate) struct Interface<'a, T: 'static>(pub(crate) LinkerInstance<'a, T>);

impl<'a, T: 'static> Interface<'a, T> {
    pub(crate) fn of(linker: &'a mut Linker<T>, name: &str, version: &Version) -> Result<Self> {
        Ok(Self(linker.instance(&format!("tollgate:platform/{name}@{version}"))?))
    }
}

impl<T: PlatformView + 'static> Interface<'_, T> {
    /// Links a function, a method or a constructor.
    pub(crate) fn function<P, R>(
        &mut self,
        name: &str,
        call: impl Fn(PlatformCtx<'_>, P) -> Result<R> + Send + Sync + 'static,
    ) -> Result<()>
    where
        P: ComponentNamedList + Lift + 'static,
        R: ComponentNamedList + Lower + 'static,
    {
        self.0.func_wrap(name, move |mut store: StoreContextMut<'_, T>, given: P| {
            call(store.data_mut().platform(), given)
        })
    }

    /// Links a resource whose representation is in the table.
    pub(crate) fn resource<R: 'static>(&mut self, name: &str) -> Result<()> {
        self.0.resource(name, ResourceType::host::<R>(), |mut store, rep| {
            store.data_mut().platform().http.table.delete(Resource::<R>::new_own(rep))?;
            Ok(())
        })
    }
}
