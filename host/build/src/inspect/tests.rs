//! Tests of components that WIT cannot describe: the error names the unsupported import or export.
//! `types/src/describable/tests.rs` has every case.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

#[test]
fn a_component_that_wit_cannot_describe_is_an_error_that_names_the_import_or_export() {
    let cycle = r#"(import "a:a/i" (instance $x (export "t" (type (sub resource))))) (alias export $x "t" (type $t))
        (import "b:b/j" (instance $y (alias outer 1 $t (type $t)) (export "u" (type (eq $t))))) (alias export $y "u" (type $u))
        (import "a:a/k" (instance (alias outer 1 $u (type $u)) (export "v" (type (eq $u)))))"#;
    for (items, error) in [
        (
            r#"(import "a:b:c/d" (func))"#,
            r#""a:b:c/d" is not supported: a name is a plain name or `namespace:package/interface@version`"#,
        ),
        (
            r#"(import "a:b/c" (instance (export "a:b/c" (func))))"#,
            r#""a:b/c" is not supported: it has the name of an interface and is a function"#,
        ),
        (r#"(import "v" (value string)) (export "w" (value 0))"#, r#""v" is not supported: it is a value"#),
        (
            r#"(import "a:b/c" (instance $i (export "r" (type (sub resource))))) (export "a:b/c" (instance $i))"#,
            r#""r" is not supported: the type is imported and exported again under this name"#,
        ),
        (cycle, r#""a:a" is not supported: its package and another one use types of each other"#),
        (
            r#"(type $c (component (export "a:b/d" (func)))) (export "x" (type $c))"#,
            "a WIT package, expected a component",
        ),
        (
            r#"(import "v" (value string))"#,
            "no component: value index 0 was not used as part of an instantiation, start function, or export (at offset 0x10)",
        ),
    ] {
        let component = wat::parse_str(format!("(component {items})")).unwrap();
        assert_eq!(inspect(&component).unwrap_err().to_string(), error, "{items}");
    }
}
