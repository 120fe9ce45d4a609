//! Scripts that are too complex are refused with the limit, and ordinary ones are not.

use super::check;

/// A component of one core module with these fields.
fn component(fields: &str) -> Vec<u8> {
    wat::parse_str(format!("(component (core module {fields}))")).unwrap()
}

fn refusal(fields: &str) -> String {
    check(&component(fields)).unwrap_err().to_string()
}

/// A function of so many loops inside each other, over so many locals.
fn loops(count: usize, locals: usize) -> String {
    let (open, close) = ("loop ".repeat(count), "end ".repeat(count));
    format!("(func) (func (local {}) {open}{close})", "i32 ".repeat(locals))
}

#[test]
fn an_ordinary_script_is_accepted() {
    assert_eq!(check(&component(&loops(20, 100))), Ok(()));
}

#[test]
fn nested_loops_over_many_locals_are_refused() {
    assert_eq!(
        refusal(&loops(900, 900)),
        "it has 810000 copies of locals in loops in function 1, and the limit is 50000"
    );
}

#[test]
fn deep_nesting_is_refused() {
    assert_eq!(refusal(&loops(2_001, 0)), "it has 2001 blocks inside each other in function 1, and the limit is 2000");
}

#[test]
fn too_many_locals_are_refused() {
    assert_eq!(refusal(&loops(0, 10_001)), "it has 10001 locals in function 1, and the limit is 10000");
}

#[test]
fn a_large_function_is_refused() {
    let refusal = refusal(&format!("(func {})", "i64.const 0x7fff_ffff_ffff_ffff drop ".repeat(90_000)));
    assert_eq!(refusal, "it has 1080002 bytes of code in function 0, and the limit is 1048576");
}

#[test]
fn too_many_functions_are_refused() {
    assert_eq!(refusal(&"(func)".repeat(50_001)), "it has 50001 functions, and the limit is 50000");
}

#[test]
fn too_many_types_are_refused_also_across_sections() {
    let types = "(core type (func))".repeat(100_001);
    let script = wat::parse_str(format!("(component {types})")).unwrap();
    assert_eq!(check(&script).unwrap_err().to_string(), "it has 100001 types, and the limit is 100000");
}
