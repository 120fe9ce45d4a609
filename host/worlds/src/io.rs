//! `wasi:io` in the place of wasmtime's, which asks the state for its `WasiCtx` at each call. Streams need the table alone, so that a
//! worker that only reads a request and responds needs no `WasiCtx`. Making one seeds two generators of random numbers.

use wasmtime::Result;
use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::p2::bindings::io::{error, poll, streams};
use wasmtime_wasi_http::WasiHttpView;

struct Table;

impl HasData for Table {
    type Data<'a> = &'a mut ResourceTable;
}

/// Puts these functions in the place of wasmtime's.
pub(crate) fn replace<T: WasiHttpView + 'static>(linker: &mut Linker<T>) -> Result<()> {
    linker.allow_shadowing(true);
    error::add_to_linker::<T, Table>(linker, |state| state.http().table)?;
    poll::add_to_linker::<T, Table>(linker, |state| state.http().table)?;
    streams::add_to_linker::<T, Table>(linker, |state| state.http().table)?;
    linker.allow_shadowing(false);
    Ok(())
}
