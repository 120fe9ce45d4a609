//! The table of proposals. The order is that of the WebAssembly standards, then the component model.

use wasmparser::WasmFeatures as Flag;

use super::Allowed::{self, No, Wasi3, Yes};
use super::Proposal;

const fn row(flag: Flag, name: &'static str, allowed: Allowed, note: &'static str) -> Proposal {
    Proposal { flag, name, allowed, note }
}

const STANDARD_1: &str = "WebAssembly 1.0";
const STANDARD_2: &str = "WebAssembly 2.0: compilers emit it by default";
const STANDARD_3: &str = "WebAssembly 3.0: compilers emit it on request";
const NOT_FINISHED: &str = "it is not finished: build the worker without it";
const NOT_FINISHED_COMPONENT: &str =
    "it is not a finished part of the component model: build the worker with bindings that do not use it";
const NO_COLLECTOR: &str =
    "this host has no garbage collector: build the worker for linear memory, as Rust, C, C++, Go and TinyGo do";
const NO_EXCEPTIONS: &str =
    "build the worker without exceptions: `-fno-exceptions` for C and C++, `panic = \"abort\"` for Rust";
const NO_THREADS: &str = "a worker has one thread: build it without `-pthread`, atomics and shared memory";

/// Every flag of wasmparser, once.
pub(crate) const PROPOSALS: &[Proposal] = &[
    // WebAssembly 1.0 and 2.0.
    row(Flag::FLOATS, "floating-point numbers", Yes, STANDARD_1),
    row(Flag::MUTABLE_GLOBAL, "mutable globals", Yes, STANDARD_1),
    row(Flag::SATURATING_FLOAT_TO_INT, "saturating conversions from float to integer", Yes, STANDARD_2),
    row(Flag::SIGN_EXTENSION, "sign extension", Yes, STANDARD_2),
    row(Flag::MULTI_VALUE, "multiple values", Yes, STANDARD_2),
    row(Flag::REFERENCE_TYPES, "reference types", Yes, STANDARD_2),
    row(Flag::CALL_INDIRECT_OVERLONG, "long table numbers of indirect calls", Yes, STANDARD_2),
    row(Flag::BULK_MEMORY, "bulk memory operations", Yes, STANDARD_2),
    row(Flag::BULK_MEMORY_OPT, "memory.copy and memory.fill", Yes, STANDARD_2),
    row(Flag::SIMD, "SIMD", Yes, STANDARD_2),
    // WebAssembly 3.0.
    row(Flag::EXTENDED_CONST, "extended constant expressions", Yes, STANDARD_3),
    row(Flag::FUNCTION_REFERENCES, "typed function references", Yes, STANDARD_3),
    row(Flag::MEMORY64, "64-bit memories", Yes, STANDARD_3),
    row(Flag::MULTI_MEMORY, "multiple memories", Yes, STANDARD_3),
    row(Flag::RELAXED_SIMD, "relaxed SIMD", Yes, STANDARD_3),
    row(Flag::TAIL_CALL, "tail calls", Yes, STANDARD_3),
    row(Flag::EXCEPTIONS, "exception handling", No, NO_EXCEPTIONS),
    row(Flag::GC, "garbage collection", No, NO_COLLECTOR),
    row(Flag::GC_TYPES, "references to collected objects, such as externref", No, NO_COLLECTOR),
    // Proposals.
    row(Flag::LEGACY_EXCEPTIONS, "legacy exception handling", No, NO_EXCEPTIONS),
    row(Flag::THREADS, "threads", No, NO_THREADS),
    row(Flag::SHARED_EVERYTHING_THREADS, "shared-everything threads", No, NO_THREADS),
    row(Flag::COMPACT_IMPORTS, "the compact import section", No, NOT_FINISHED),
    row(Flag::CUSTOM_DESCRIPTORS, "custom descriptors", No, NO_COLLECTOR),
    row(Flag::CUSTOM_PAGE_SIZES, "custom page sizes", No, NOT_FINISHED),
    row(Flag::MEMORY_CONTROL, "memory control", No, NOT_FINISHED),
    row(Flag::STACK_SWITCHING, "stack switching", No, NOT_FINISHED),
    row(Flag::WIDE_ARITHMETIC, "wide arithmetic", No, NOT_FINISHED),
    // The component model.
    row(Flag::COMPONENT_MODEL, "the component model", Yes, "every worker is a component"),
    row(
        Flag::CM_ASYNC,
        "the component model's async functions, streams and futures",
        Wasi3,
        "only a worker for WASI 0.3 may use it: build the worker for WASI 0.3, so that it exports wasi:http/handler@0.3",
    ),
    row(Flag::CM_ASYNC_STACKFUL, "the component model's stackful async", No, NOT_FINISHED_COMPONENT),
    row(Flag::CM_MORE_ASYNC_BUILTINS, "the component model's further async built-ins", No, NOT_FINISHED_COMPONENT),
    row(Flag::CM_THREADING, "the component model's threads", No, NO_THREADS),
    row(Flag::CM_ERROR_CONTEXT, "the component model's error contexts", No, NOT_FINISHED_COMPONENT),
    row(Flag::CM_GC, "the component model's garbage-collected values", No, NO_COLLECTOR),
    row(Flag::CM64, "64-bit memories at a component's interface", No, NOT_FINISHED_COMPONENT),
    row(Flag::CM_FIXED_LENGTH_LISTS, "the component model's fixed-length lists", No, NOT_FINISHED_COMPONENT),
    row(Flag::CM_MAP, "the component model's maps", No, NOT_FINISHED_COMPONENT),
    row(Flag::CM_VALUES, "the component model's values", No, NOT_FINISHED_COMPONENT),
    row(Flag::CM_NESTED_NAMES, "the component model's nested names", No, NOT_FINISHED_COMPONENT),
    row(Flag::CM_IMPLEMENTS, "the component model's `implements`", No, NOT_FINISHED_COMPONENT),
    row(Flag::CM_CANON_NAMES, "the component model's version suffixes", No, NOT_FINISHED_COMPONENT),
];
