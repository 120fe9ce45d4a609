//! One component for each proposal, written as text: a host accepts it, or refuses it by the proposal's name.

use cap_std::fs::Dir;
use tollgate_types::ScriptDigest;
use tollgate_types::config::CodeConfig;

use super::*;
use WasmFeatures as Flag;

use crate::{Engine, EngineConfig, EngineError};

/// Items of a component that use a proposal, and nothing else that is off.
fn uses(flag: WasmFeatures) -> &'static str {
    let found = USES.iter().find(|(proposal, _)| *proposal == flag);
    found.unwrap_or_else(|| panic!("no component uses {flag:?}")).1
}

const USES: &[(Flag, &str)] = &[
    (Flag::FLOATS, "(core module (func (result f32) (f32.const 1)))"),
    (Flag::MUTABLE_GLOBAL, r#"(core module (global (export "g") (mut i32) (i32.const 0)))"#),
    (
        Flag::SATURATING_FLOAT_TO_INT,
        "(core module (func (param f32) (result i32) (i32.trunc_sat_f32_s (local.get 0))))",
    ),
    (Flag::SIGN_EXTENSION, "(core module (func (param i32) (result i32) (i32.extend8_s (local.get 0))))"),
    (Flag::MULTI_VALUE, "(core module (func (result i32 i32) (i32.const 1) (i32.const 2)))"),
    (Flag::REFERENCE_TYPES, "(core module (table 1 funcref) (func (result i32) (table.size 0)))"),
    (
        Flag::CALL_INDIRECT_OVERLONG,
        "(core module (type $t (func)) (table 1 funcref) (table 1 funcref) (func (call_indirect 1 (type $t) (i32.const 0))))",
    ),
    (
        Flag::BULK_MEMORY,
        r#"(core module (memory 1) (data "x") (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 1))))"#,
    ),
    (Flag::BULK_MEMORY_OPT, "(core module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))))"),
    (Flag::SIMD, "(core module (func (result v128) (v128.const i32x4 0 0 0 0)))"),
    (Flag::EXTENDED_CONST, "(core module (global i32 (i32.add (i32.const 1) (i32.const 2))))"),
    (Flag::FUNCTION_REFERENCES, "(core module (type $t (func)) (func (param (ref $t)) (call_ref $t (local.get 0))))"),
    (Flag::MEMORY64, "(core module (memory i64 1) (func (result i32) (i32.load (i64.const 0))))"),
    (Flag::MULTI_MEMORY, "(core module (memory 1) (memory 1))"),
    (
        Flag::RELAXED_SIMD,
        "(core module (func (param v128 v128 v128) (result v128)
            (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2))))",
    ),
    (Flag::TAIL_CALL, "(core module (func $f (return_call $f)))"),
    (Flag::EXCEPTIONS, "(core module (tag $e) (func (throw $e)))"),
    (Flag::GC, "(core module (type (struct (field i32))))"),
    (Flag::GC_TYPES, "(core module (func (param externref)))"),
    (Flag::LEGACY_EXCEPTIONS, "(core module (func try catch_all end))"),
    (Flag::THREADS, "(core module (memory 1 1) (func (drop (i32.atomic.load (i32.const 0)))))"),
    (Flag::SHARED_EVERYTHING_THREADS, "(core module (type (shared (func))))"),
    (Flag::COMPACT_IMPORTS, r#"(core module (import "m" (item "a" (func)) (item "b" (func))))"#),
    (
        Flag::CUSTOM_DESCRIPTORS,
        "(core module (rec (type $a (descriptor $b) (struct)) (type $b (describes $a) (struct))))",
    ),
    (Flag::CUSTOM_PAGE_SIZES, "(core module (memory 1 (pagesize 1)))"),
    (Flag::MEMORY_CONTROL, "(core module (memory 1) (func (memory.discard (i32.const 0) (i32.const 0))))"),
    (Flag::STACK_SWITCHING, "(core module (type $f (func)) (type (cont $f)))"),
    (
        Flag::WIDE_ARITHMETIC,
        "(core module (func (param i64 i64 i64 i64) (result i64 i64)
            (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3))))",
    ),
    (Flag::COMPONENT_MODEL, ""),
    (Flag::CM_ASYNC, r#"(import "f" (func (param "s" (stream u8))))"#),
    (
        Flag::CM_ASYNC_STACKFUL,
        r#"(core module $m (func (export "f"))) (core instance $i (instantiate $m))
            (func async (canon lift (core func $i "f") async))"#,
    ),
    (Flag::CM_MORE_ASYNC_BUILTINS, "(core func (canon subtask.cancel async))"),
    (Flag::CM_THREADING, "(core func (canon thread.index))"),
    (Flag::CM_ERROR_CONTEXT, r#"(import "f" (func (param "e" error-context)))"#),
    (
        Flag::CM_GC,
        r#"(import "f" (func $f)) (core type $t (func))
            (core func (canon lower (func $f) gc (core-type $t)))"#,
    ),
    (
        Flag::CM64,
        r#"(core module $m (memory (export "m") i64 1)) (core instance $i (instantiate $m))
            (import "f" (func $f (param "s" string)))
            (core func (canon lower (func $f) (memory (core memory $i "m"))))"#,
    ),
    (Flag::CM_FIXED_LENGTH_LISTS, r#"(import "f" (func (param "l" (list u8 4))))"#),
    (Flag::CM_MAP, r#"(import "f" (func (param "m" (map string u8))))"#),
    (Flag::CM_VALUES, r#"(import "v" (value $v u32)) (export "w" (value $v))"#),
    (Flag::CM_NESTED_NAMES, r#"(import "a:b:c/d" (func))"#),
    (Flag::CM_IMPLEMENTS, r#"(import "a" (implements "b:c/d") (instance))"#),
    (Flag::CM_CANON_NAMES, r#"(import "a:b/c@1" (versionsuffix ".0.1") (instance))"#),
];

/// A component with these items; one for WASI 0.3 is known by the interface that it exports.
fn component(items: &str, version: Version) -> Vec<u8> {
    let handler = match version {
        Version::P2 => "",
        Version::P3 => r#"(instance $none) (export "wasi:http/handler@0.3.0" (instance $none))"#,
    };
    let text = format!("(component {handler} {items})");
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// What a host makes of a component.
fn refusal(engine: &Engine, component: &[u8]) -> Option<EngineError> {
    engine.compile(&ScriptDigest::of(component), component).err()
}

fn engine() -> (tempfile::TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let compiled = Dir::open_ambient_dir(folder.path(), cap_std::ambient_authority()).unwrap();
    let config = EngineConfig { pooled: false, ..EngineConfig::default() };
    (folder, Engine::new(config, CodeConfig::default(), &compiled).unwrap())
}

#[test]
fn every_proposal_is_accepted_or_refused_by_name() {
    let (_folder, engine) = engine();
    let mut wrong = Vec::new();
    for version in [Version::P2, Version::P3] {
        for proposal in PROPOSALS {
            let refused = refusal(&engine, &component(uses(proposal.flag), version));
            let as_said = match &refused {
                None => proposal.is_on(version),
                Some(EngineError::Unsupported(named)) => {
                    !proposal.is_on(version) && named.contains(&format!("{} ({})", proposal.name, proposal.note))
                }
                Some(_) => false,
            };
            if !as_said {
                wrong.push(format!("{version:?}, {}: {refused:?}", proposal.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_has_every_flag_of_wasmparser_once() {
    let table = PROPOSALS.iter().fold(WasmFeatures::empty(), |table, proposal| table.union(proposal.flag));
    let missing = WasmFeatures::all().difference(table);
    assert!(missing.is_empty(), "add to proposals/table.rs, with a component to tests.rs: {missing:?}");
    for (place, proposal) in PROPOSALS.iter().enumerate() {
        let again = PROPOSALS.iter().skip(place + 1).any(|other| other.flag == proposal.flag);
        assert!(!again, "{} is in proposals/table.rs twice", proposal.name);
    }
}

/// What decides whether compiled code of one build of the host is taken by another: beside wasmtime's own version, flags of
/// the processor and constants of `machine.rs`.
#[test]
fn an_engine_has_the_proposals_of_the_table_and_no_other() {
    let (_folder, engine) = engine();
    for version in [Version::P2, Version::P3] {
        let on = PROPOSALS.iter().filter(|proposal| proposal.is_on(version));
        let on = on.fold(WasmFeatures::empty(), |on, proposal| on.union(proposal.flag));
        assert_eq!(engine.wasmtime(version).get_wasm_features(), on, "{version:?}");
    }
}

#[test]
fn a_component_that_is_not_valid_is_not_blamed_on_a_proposal() {
    let (_folder, engine) = engine();
    let mut broken = component(uses(Flag::TAIL_CALL), Version::P2);
    broken.truncate(broken.len() - 1);
    let reason = refusal(&engine, &broken).unwrap();
    assert!(matches!(reason, EngineError::Compile(_)), "{reason}");
}

#[test]
fn every_proposal_that_a_component_uses_is_named() {
    let both = format!("{} {}", uses(Flag::EXCEPTIONS), uses(Flag::CUSTOM_PAGE_SIZES));
    let reason = unsupported(&component(&both, Version::P2), Version::P2).unwrap();
    assert!(reason.contains("exception handling (") && reason.contains("custom page sizes ("), "{reason}");
}
