//! A component that answers for a running host: it exports the interfaces that one worker imports, as the worker imports them.

#![allow(clippy::indexing_slicing, reason = "an id is of the arena that it is looked up in: who decoded made both")]

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::AbiVariant;
use wit_parser::{
    Function, Handle, LiftLowerAbi, ManglingAndAbi, Resolve, ResourceIntrinsic, Type, TypeDefKind, TypeOwner,
    WasmExport, WasmExportKind, WasmImport, WorldId, WorldItem, WorldKey,
};

use crate::ComposeError;
use crate::answers::{Answer, Answers};
use crate::image::Image;
use crate::module::{self, Answering};
use crate::worker::Worker;

/// How core functions are named, and that they are called and answer synchronously.
pub(crate) const NAMES: ManglingAndAbi = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);

/// The component that exports these of the worker's imports.
pub(crate) fn generate(worker: &Worker<'_>, imports: &[&str], answers: &Answers<'_>) -> Result<Vec<u8>, ComposeError> {
    let (resolve, world) = world(worker, imports)?;
    let mut functions = Vec::new();
    for (key, item) in &resolve.worlds[world].exports {
        let WorldItem::Interface { id, .. } = item else { continue };
        for function in resolve.interfaces[*id].functions.values() {
            functions.push(answering(worker, &resolve, key, function, answers)?);
        }
    }
    let module = module::encode(Image::new(&resolve), &functions);
    let module = module.map_err(|export| unknown(worker, export.split_once('#').unwrap_or_default()))?;
    component(module, &resolve, world)
}

/// The component of a core module.
pub(crate) fn component(mut module: Vec<u8>, resolve: &Resolve, world: WorldId) -> Result<Vec<u8>, ComposeError> {
    let act = "generate a component";
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8)
        .and_then(|()| ComponentEncoder::default().module(&module)?.encode())
        .map_err(|error| ComposeError::Link { act, reason: format!("{error:#}") })
}

/// The worker's world turned round: these imports are exported. The rest stays, and falls away where nothing needs it.
fn world(worker: &Worker<'_>, imports: &[&str]) -> Result<(Resolve, WorldId), ComposeError> {
    let (mut resolve, world) = (worker.resolve.clone(), worker.world);
    for (name, id) in worker.imports() {
        if let Some(id) = id.filter(|_| worker.empty.contains(&name)) {
            resolve.interfaces[id].functions.clear();
        }
    }
    let names: Vec<_> =
        resolve.worlds[world].imports.keys().map(|key| (key.clone(), resolve.name_world_key(key))).collect();
    let ours =
        |key: &WorldKey, _: &WorldItem| names.iter().any(|(own, name)| own == key && imports.contains(&name.as_str()));
    resolve
        .exportize(world, Some("answers".to_owned()), Some(&ours))
        .map_err(|error| ComposeError::Link { act: "turn a world round", reason: format!("{error:#}") })?;
    Ok((resolve, world))
}

fn answering(
    worker: &Worker<'_>,
    resolve: &Resolve,
    key: &WorldKey,
    function: &Function,
    answers: &Answers<'_>,
) -> Result<Answering, ComposeError> {
    let import = resolve.name_world_key(key);
    let answer = answers.answer(resolve, &import, function);
    let answer = answer.ok_or_else(|| unknown(worker, (&import, &function.name)))?;
    let export = WasmExport::Func { interface: Some(key), func: function, kind: WasmExportKind::Normal };
    Ok(Answering {
        export: resolve.wasm_export_name(NAMES, export),
        signature: resolve.wasm_signature(AbiVariant::GuestExport, function),
        result: function.result,
        intrinsic: intrinsic(resolve, function, &answer),
        answer,
    })
}

/// What the answer does with a resource: it makes the one that the function gives, or drops the one that it is given.
fn intrinsic(resolve: &Resolve, function: &Function, answer: &Answer) -> Option<(String, String)> {
    let (owned, intrinsic) = match answer {
        Answer::Handle => (function.result.as_ref()?, ResourceIntrinsic::ExportedNew),
        Answer::Refusal(_) => (&function.params.last()?.ty, ResourceIntrinsic::ImportedDrop),
        Answer::Always(_) | Answer::ByName { .. } | Answer::Trap => return None,
    };
    let resource = |of: &Type| {
        let &Type::Id(mut id) = of else { return None };
        while let TypeDefKind::Type(Type::Id(next)) = resolve.types[id].kind {
            id = next;
        }
        Some(id)
    };
    let TypeDefKind::Handle(Handle::Own(owned)) = resolve.types[resource(owned)?].kind else { return None };
    let resource = resource(&Type::Id(owned))?;
    let TypeOwner::Interface(interface) = resolve.types[resource].owner else { return None };
    let interface = Some(&WorldKey::Interface(interface));
    Some(resolve.wasm_import_name(NAMES, WasmImport::ResourceIntrinsic { interface, resource, intrinsic }))
}

fn unknown(worker: &Worker<'_>, (import, function): (&str, &str)) -> ComposeError {
    ComposeError::Function { part: worker.part, import: import.to_owned(), function: function.to_owned() }
}
