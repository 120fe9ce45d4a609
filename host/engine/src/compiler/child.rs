//! The process that compiles one script: it reads an order, gives up its rights, reads the script, and writes its answer.

use std::io;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::wire::{self, Order, SharedFunctions};
use super::{Compiler, confine};
use crate::EngineError;
use crate::engine_hash::EngineHash;
use crate::functions::Functions;
use crate::settings::compiling_engine;

/// Compiles the script on standard input for the host that started this process with [`Apart`](super::Apart). Writes to standard output.
///
/// # Errors
/// If there is no whole order, if the process cannot give up its rights, or if nobody reads the answer.
pub fn compile_script() -> io::Result<()> {
    let (mut from, mut to) = (io::stdin().lock(), io::stdout().lock());
    let order = Order::read(&mut from)?;
    confine::step_back(&order)?;
    let compiler = compiler(&order).map_err(|error| io::Error::other(error.to_string()))?;
    confine::limit(&order)?;
    let script = wire::read_bytes(&mut from)?;
    let compiled = compiler.compile(&script);
    wire::write_answer(&mut to, EngineHash::of(&compiler.wasmtime), &compiled)
}

fn compiler(order: &Order) -> Result<Compiler, EngineError> {
    let shared = order.shared_functions.as_ref();
    let functions = shared.map(functions).transpose()?.map(Arc::new);
    let wasmtime = compiling_engine(order.version, functions.as_ref())?;
    Ok(Compiler { version: order.version, wasmtime, functions })
}

fn functions(shared: &SharedFunctions) -> io::Result<Functions> {
    Functions::new(&Dir::open_ambient_dir(&shared.folder, ambient_authority())?, shared.bytes)
}
