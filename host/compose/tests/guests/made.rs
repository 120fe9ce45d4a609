//! Workers made of WIT: they import what their world imports, and trap whenever they are called.

use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection, MemorySection,
    MemoryType, Module, TypeSection, ValType,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::{AbiVariant, WasmSignature, WasmType};
use wit_parser::{LiftLowerAbi, ManglingAndAbi, Resolve, WasmExport, WasmExportKind, WasmImport, WorldId, WorldItem};

const NAMES: ManglingAndAbi = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);

/// As much of `wasi:http` as a worker needs, at a version.
fn http(version: &str) -> String {
    format!(
        "package wasi:http@{version} {{
            interface types {{ resource request; resource response; variant error-code {{ internal-error(option<string>) }} }}
            interface handler {{
                use types.{{request, response, error-code}};
                handle: async func(request: request) -> result<response, error-code>;
            }}
            interface client {{
                use types.{{request, response, error-code}};
                send: async func(request: request) -> result<response, error-code>;
            }}
        }}
        package wasi:http@0.2.0 {{
            interface outgoing-handler {{ handle: func() -> u8; }}
        }}"
    )
}

/// A worker whose world has these items, beside packages of its own; `wasi:http` is of this version.
pub(crate) fn made(version: &str, items: &str, packages: &str) -> Vec<u8> {
    let text = format!("package test:made;\nworld made {{ {items} }}\n{}\n{packages}", http(version));
    let mut resolve = Resolve::default();
    let package = resolve.push_source("made.wit", &text).unwrap();
    let world = resolve.select_world(&[package], Some("made")).unwrap();
    of_world(&resolve, world)
}

/// A worker of this world.
pub(crate) fn of_world(resolve: &Resolve, world: WorldId) -> Vec<u8> {
    let mut parts = Parts::default();
    for (key, item) in &resolve.worlds[world].imports {
        let WorldItem::Interface { id, .. } = item else { continue };
        for func in resolve.interfaces[*id].functions.values() {
            let (module, name) = resolve.wasm_import_name(NAMES, WasmImport::Func { interface: Some(key), func });
            let of = parts.of(&resolve.wasm_signature(AbiVariant::GuestImport, func));
            parts.imports.import(&module, &name, EntityType::Function(of));
        }
    }
    for (key, item) in &resolve.worlds[world].exports {
        let WorldItem::Interface { id, .. } = item else { continue };
        for func in resolve.interfaces[*id].functions.values() {
            let export = WasmExport::Func { interface: Some(key), func, kind: WasmExportKind::Normal };
            let of = parts.of(&resolve.wasm_signature(AbiVariant::GuestExport, func));
            parts.export(&resolve.wasm_export_name(NAMES, export), of);
        }
    }
    let of = parts.types.len();
    parts.types.ty().function([ValType::I32; 4], [ValType::I32]);
    parts.export("cabi_realloc", of);
    let mut module = parts.finish();
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

#[derive(Default)]
struct Parts {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    exports: ExportSection,
    bodies: CodeSection,
}

impl Parts {
    fn of(&mut self, signature: &WasmSignature) -> u32 {
        let flat = |of: &WasmType| match of {
            WasmType::I64 | WasmType::PointerOrI64 => ValType::I64,
            WasmType::F32 => ValType::F32,
            WasmType::F64 => ValType::F64,
            WasmType::I32 | WasmType::Pointer | WasmType::Length => ValType::I32,
        };
        self.types.ty().function(signature.params.iter().map(flat), signature.results.iter().map(flat));
        self.types.len() - 1
    }

    fn export(&mut self, name: &str, of: u32) {
        self.functions.function(of);
        let mut body = Function::new([]);
        body.instructions().unreachable().end();
        self.bodies.function(&body);
        self.exports.export(name, ExportKind::Func, self.imports.len() + self.functions.len() - 1);
    }

    fn finish(mut self) -> Vec<u8> {
        self.exports.export("memory", ExportKind::Memory, 0);
        let mut memories = MemorySection::new();
        memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        let mut module = Module::new();
        module.section(&self.types).section(&self.imports).section(&self.functions);
        module.section(&memories).section(&self.exports).section(&self.bodies);
        module.finish()
    }
}
