//! The core module of a generated component: one function for each that is exported, over a memory that holds the answers.

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    ImportSection, MemorySection, MemoryType, Module, TypeSection, ValType,
};
use wit_parser::Type;
use wit_parser::abi::{WasmSignature, WasmType};

use crate::answers::Answer;
use crate::code;
use crate::image::Image;
use crate::memory::{BASE, Memory};

/// Bytes of a page of memory.
const PAGE: usize = 64 * 1024;

/// One function that a component exports.
pub(crate) struct Answering {
    /// As `wit-component` finds it.
    pub(crate) export: String,
    pub(crate) signature: WasmSignature,
    pub(crate) result: Option<Type>,
    pub(crate) answer: Answer,
    /// The import that makes the resource which an [`Answer::Handle`] gives, or drops the one that an [`Answer::Refusal`] gets.
    pub(crate) intrinsic: Option<(String, String)>,
}

/// The module; the error is the export whose answer is not of its type.
pub(crate) fn encode(mut image: Image<'_>, functions: &[Answering]) -> Result<Vec<u8>, String> {
    let mut parts = Parts::default();
    for one in functions {
        let Some((module, name)) = &one.intrinsic else { continue };
        // A handle of a representation, or nothing of a handle.
        let made: &[_] = if one.answer == Answer::Handle { &[ValType::I32] } else { &[] };
        parts.import(module, name, &[ValType::I32], made);
    }
    let mut intrinsics = 0..;
    let same = parts.function(&[ValType::I32; 4], &[ValType::I32], &code::same());
    for one in functions {
        let intrinsic = one.intrinsic.as_ref().and_then(|_| intrinsics.next());
        let body = code::body(&mut image, one, same, intrinsic).ok_or_else(|| one.export.clone())?;
        let (params, results) = (flat(&one.signature.params), flat(&one.signature.results));
        let index = parts.function(&params, &results, &body);
        parts.exports.export(&one.export, ExportKind::Func, index);
    }
    Ok(parts.finish(&image.memory))
}

/// A module that calls one import, and is for its types alone.
pub(crate) fn caller(module: &str, name: &str, signature: &WasmSignature) -> Vec<u8> {
    let mut parts = Parts::default();
    parts.import(module, name, &flat(&signature.params), &flat(&signature.results));
    parts.finish(&Memory::default())
}

/// A module's sections, as they grow.
#[derive(Default)]
struct Parts {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    exports: ExportSection,
    bodies: CodeSection,
}

impl Parts {
    fn import(&mut self, module: &str, name: &str, params: &[ValType], results: &[ValType]) {
        let of = self.types.len();
        self.types.ty().function(params.iter().copied(), results.iter().copied());
        self.imports.import(module, name, EntityType::Function(of));
    }

    fn function(&mut self, params: &[ValType], results: &[ValType], body: &Function) -> u32 {
        let of = self.types.len();
        self.types.ty().function(params.iter().copied(), results.iter().copied());
        self.functions.function(of);
        self.bodies.function(body);
        self.imports.len() + self.functions.len() - 1
    }

    /// The module, with this in its memory, and arguments behind it.
    fn finish(mut self, memory: &Memory) -> Vec<u8> {
        let end = memory.end();
        let realloc = self.function(&[ValType::I32; 4], &[ValType::I32], &code::realloc(end));
        self.exports.export("cabi_realloc", ExportKind::Func, realloc).export("memory", ExportKind::Memory, 0);
        let mut memories = MemorySection::new();
        let minimum = end.div_ceil(PAGE) as u64;
        memories.memory(MemoryType { minimum, maximum: None, memory64: false, shared: false, page_size_log2: None });
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(code::address(BASE)), memory.bytes().iter().copied());
        let mut module = Module::new();
        module.section(&self.types).section(&self.imports).section(&self.functions).section(&memories);
        module.section(&self.exports).section(&self.bodies).section(&data);
        module.finish()
    }
}

fn flat(types: &[WasmType]) -> Vec<ValType> {
    let one = |of: &WasmType| match of {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => ValType::I32,
        WasmType::I64 | WasmType::PointerOrI64 => ValType::I64,
        WasmType::F32 => ValType::F32,
        WasmType::F64 => ValType::F64,
    };
    types.iter().map(one).collect()
}
