//! A component without code that gives a handler as a client, or a client as a handler. In WASI 0.3 `send` and `handle` have
//! one type, so that the one is the other under another name.

#![allow(clippy::indexing_slicing, reason = "an id is of the arena that it is looked up in: who made it made both")]

mod alias;

use wit_parser::abi::AbiVariant;
use wit_parser::{InterfaceId, Resolve, WasmImport, WorldId, WorldItem, WorldKey};

use crate::ComposeError;
use crate::generated::{self, NAMES};
use crate::module;
use crate::worker::Worker;

/// An adapter: what it imports is what it exports.
#[derive(Debug)]
pub(crate) struct Adapter {
    /// What it is called in the graph.
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// The interface that it imports.
    pub(crate) import: String,
    /// The interface that it exports.
    pub(crate) export: String,
}

/// One end of it: an interface and its one function.
type End = (&'static str, &'static str);

const HANDLER: End = ("handler", "handle");
const CLIENT: End = ("client", "send");

/// The handler of an outbound worker, as a client of the same version.
pub(crate) fn client_of_handler(outbound: &Worker<'_>) -> Result<Adapter, ComposeError> {
    adapter(outbound, "tollgate:client", HANDLER, CLIENT)
}

/// The host's client, as the handler that an outbound worker imports.
pub(crate) fn handler_of_client(outbound: &Worker<'_>) -> Result<Adapter, ComposeError> {
    adapter(outbound, "tollgate:handler", CLIENT, HANDLER)
}

fn adapter(outbound: &Worker<'_>, name: &'static str, from: End, to: End) -> Result<Adapter, ComposeError> {
    let mut resolve = outbound.resolve.clone();
    let handler = handler(outbound);
    let named = |(interface, _): End| outbound.handler.replacen("handler", interface, 1);
    let import = named(from);
    let act = "generate an adapter";
    let bytes = handler
        .and_then(|handler| importing(&mut resolve, outbound.world, handler, from))
        .ok_or_else(|| ComposeError::Link { act, reason: format!("{import} is not as expected") })?;
    let caller = generated::component(bytes, &resolve, outbound.world)?;
    let bytes =
        alias::instead_of_code(&caller, &import, &named(to), (from.1, to.1)).map_err(ComposeError::link(act))?;
    Ok(Adapter { name, bytes, import, export: named(to) })
}

fn handler(worker: &Worker<'_>) -> Option<InterfaceId> {
    let mut exports = worker.resolve.worlds[worker.world].exports.iter();
    exports.find_map(|(key, item)| match item {
        WorldItem::Interface { id, .. } if worker.resolve.name_world_key(key) == worker.handler => Some(*id),
        _ => None,
    })
}

/// Makes the world one that imports this end alone, and gives a module that calls it.
fn importing(resolve: &mut Resolve, world: WorldId, handler: InterfaceId, (interface, name): End) -> Option<Vec<u8>> {
    let end = end(resolve, handler, (interface, name))?;
    let key = WorldKey::Interface(end);
    let (_, item) = resolve.worlds[world].exports.first()?;
    let mut item = item.clone();
    if let WorldItem::Interface { id, .. } = &mut item {
        *id = end;
    }
    resolve.worlds[world].imports = [(key.clone(), item)].into_iter().collect();
    resolve.exportize(world, Some("adapter".to_owned()), Some(&|_, _| false)).ok()?;
    let func = resolve.interfaces[end].functions.get(name)?;
    let signature = resolve.wasm_signature(AbiVariant::GuestImport, func);
    let (module, name) = resolve.wasm_import_name(NAMES, WasmImport::Func { interface: Some(&key), func });
    Some(module::caller(&module, &name, &signature))
}

/// The interface of this end: the handler, or what stands beside it in its package; where the worker knows none there, it is
/// the handler by another name.
fn end(resolve: &mut Resolve, handler: InterfaceId, (interface, name): End) -> Option<InterfaceId> {
    let package = resolve.interfaces[handler].package?;
    let known = resolve.packages[package].interfaces.get(interface).copied();
    if let Some(id) = known.filter(|id| resolve.interfaces[*id].functions.contains_key(name)) {
        return Some(id);
    }
    let (_, mut function) = resolve.interfaces[handler].functions.shift_remove_index(0)?;
    name.clone_into(&mut function.name);
    let renamed = &mut resolve.interfaces[handler];
    renamed.name = Some(interface.to_owned());
    renamed.functions = [(name.to_owned(), function)].into_iter().collect();
    let interfaces = &mut resolve.packages[package].interfaces;
    interfaces.retain(|_, id| *id != handler);
    interfaces.insert(interface.to_owned(), handler);
    Some(handler)
}
