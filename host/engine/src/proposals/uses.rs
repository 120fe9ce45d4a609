//! A use of each WebAssembly proposal, as text. The engine's tests compile each of them, and the operator's tests deploy each.

/// A proposal.
pub(crate) struct Use {
    /// Its name in the host's table.
    pub(crate) proposal: &'static str,
    /// The versions of WASI whose workers may use it.
    pub(crate) on: &'static [&'static str],
    /// Items of a component that use it, and no other proposal that is off.
    pub(crate) items: &'static str,
}

const EVERYWHERE: &[&str] = &["0.2", "0.3"];
const ON_3: &[&str] = &["0.3"];
const NOWHERE: &[&str] = &[];

const fn row(proposal: &'static str, on: &'static [&'static str], items: &'static str) -> Use {
    Use { proposal, on, items }
}

/// Every proposal, in the order of the host's table.
pub(crate) const USES: &[Use] = &[
    row("floating-point numbers", EVERYWHERE, "(core module (func (result f32) (f32.const 1)))"),
    row("mutable globals", EVERYWHERE, r#"(core module (global (export "g") (mut i32) (i32.const 0)))"#),
    row(
        "saturating conversions from float to integer",
        EVERYWHERE,
        "(core module (func (param f32) (result i32) (i32.trunc_sat_f32_s (local.get 0))))",
    ),
    row("sign extension", EVERYWHERE, "(core module (func (param i32) (result i32) (i32.extend8_s (local.get 0))))"),
    row("multiple values", EVERYWHERE, "(core module (func (result i32 i32) (i32.const 1) (i32.const 2)))"),
    row("reference types", EVERYWHERE, "(core module (table 1 funcref) (func (result i32) (table.size 0)))"),
    row(
        "long table numbers of indirect calls",
        EVERYWHERE,
        "(core module (type $t (func)) (table 1 funcref) (table 1 funcref) (func (call_indirect 1 (type $t) (i32.const 0))))",
    ),
    row(
        "bulk memory operations",
        EVERYWHERE,
        r#"(core module (memory 1) (data "x") (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 1))))"#,
    ),
    row(
        "memory.copy and memory.fill",
        EVERYWHERE,
        "(core module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))))",
    ),
    row("SIMD", EVERYWHERE, "(core module (func (result v128) (v128.const i32x4 0 0 0 0)))"),
    row(
        "extended constant expressions",
        EVERYWHERE,
        "(core module (global i32 (i32.add (i32.const 1) (i32.const 2))))",
    ),
    row(
        "typed function references",
        EVERYWHERE,
        "(core module (type $t (func)) (func (param (ref $t)) (call_ref $t (local.get 0))))",
    ),
    row("64-bit memories", EVERYWHERE, "(core module (memory i64 1) (func (result i32) (i32.load (i64.const 0))))"),
    row("multiple memories", EVERYWHERE, "(core module (memory 1) (memory 1))"),
    row(
        "relaxed SIMD",
        EVERYWHERE,
        "(core module (func (param v128 v128 v128) (result v128)
            (f32x4.relaxed_madd (local.get 0) (local.get 1) (local.get 2))))",
    ),
    row("tail calls", EVERYWHERE, "(core module (func $f (return_call $f)))"),
    row("exception handling", NOWHERE, "(core module (tag $e) (func (throw $e)))"),
    row("garbage collection", NOWHERE, "(core module (type (struct (field i32))))"),
    row("references to collected objects, such as externref", NOWHERE, "(core module (func (param externref)))"),
    row("legacy exception handling", NOWHERE, "(core module (func try catch_all end))"),
    row("threads", NOWHERE, "(core module (memory 1 1) (func (drop (i32.atomic.load (i32.const 0)))))"),
    row("shared-everything threads", NOWHERE, "(core module (type (shared (func))))"),
    row("the compact import section", NOWHERE, r#"(core module (import "m" (item "a" (func)) (item "b" (func))))"#),
    row(
        "custom descriptors",
        NOWHERE,
        "(core module (rec (type $a (descriptor $b) (struct)) (type $b (describes $a) (struct))))",
    ),
    row("custom page sizes", NOWHERE, "(core module (memory 1 (pagesize 1)))"),
    row("memory control", NOWHERE, "(core module (memory 1) (func (memory.discard (i32.const 0) (i32.const 0))))"),
    row("stack switching", NOWHERE, "(core module (type $f (func)) (type (cont $f)))"),
    row(
        "wide arithmetic",
        NOWHERE,
        "(core module (func (param i64 i64 i64 i64) (result i64 i64)
            (i64.add128 (local.get 0) (local.get 1) (local.get 2) (local.get 3))))",
    ),
    row("the component model", EVERYWHERE, ""),
    row("the component model's async functions, streams and futures", ON_3, "(core func (canon waitable-set.new))"),
    row(
        "the component model's stackful async",
        NOWHERE,
        r#"(core module $m (func (export "f"))) (core instance $i (instantiate $m))
            (func async (canon lift (core func $i "f") async))"#,
    ),
    row("the component model's further async built-ins", NOWHERE, "(core func (canon subtask.cancel async))"),
    row("the component model's threads", NOWHERE, "(core func (canon thread.index))"),
    row("the component model's error contexts", NOWHERE, r#"(import "f" (func (param "e" error-context)))"#),
    row(
        "the component model's garbage-collected values",
        NOWHERE,
        r#"(import "f" (func $f)) (core type $t (func))
            (core func (canon lower (func $f) gc (core-type $t)))"#,
    ),
    row(
        "64-bit memories at a component's interface",
        NOWHERE,
        r#"(core module $m (memory (export "m") i64 1)) (core instance $i (instantiate $m))
            (import "f" (func $f (param "s" string)))
            (core func (canon lower (func $f) (memory (core memory $i "m"))))"#,
    ),
    row("the component model's fixed-length lists", NOWHERE, r#"(import "f" (func (param "l" (list u8 4))))"#),
    row("the component model's maps", NOWHERE, r#"(import "f" (func (param "m" (map string u8))))"#),
    row("the component model's values", NOWHERE, r#"(import "v" (value $v u32)) (export "w" (value $v))"#),
    row("the component model's nested names", NOWHERE, r#"(import "a:b:c/d" (func))"#),
    row("the component model's `implements`", NOWHERE, r#"(import "a" (implements "b:c/d") (instance))"#),
    row("the component model's version suffixes", NOWHERE, r#"(import "a:b/c@1" (versionsuffix ".0.1") (instance))"#),
];
