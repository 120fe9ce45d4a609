//! Components that are valid and have no WIT. `wit-parser` panics on most of them.

#![allow(clippy::unwrap_used, reason = "tests")]

use wasmparser::{Validator, WasmFeatures};

use super::*;

fn ask(items: &str) -> Result<(), Indescribable> {
    let component = wat::parse_str(format!("(component {items})")).unwrap();
    let types = Validator::new_with_features(WasmFeatures::all()).validate_all(&component).unwrap();
    describable(&types, &component)
}

/// An interface with a resource, which is also named `$t` outside.
const RESOURCE: &str =
    r#"(import "a:a/i" (instance $x (export "t" (type (sub resource))))) (alias export $x "t" (type $t))"#;
/// An interface that is made here, with a type of this shape.
fn made(shape: &str) -> String {
    format!(
        r#"(component $c (type $l {shape}) (export "t" (type $l))) (instance $i (instantiate $c)) (export "a:b/c" (instance $i))"#
    )
}

#[test]
fn nested_names_are_refused() {
    for items in [
        r#"(import "a:b:c/d" (func))"#,
        r#"(import "a:b:c/d" (instance))"#,
        r#"(import "a:b/c/d" (instance))"#,
        r#"(import "a:b/c" (instance (export "a:b:c/d" (func))))"#,
        r#"(import "x" (implements "a:b:c/d") (instance))"#,
        r#"(component $c) (instance $i (instantiate $c)) (export "a:b:c/d" (instance $i))"#,
        r#"(import "url=<https://a.b>" (instance))"#,
    ] {
        let refused = ask(items);
        assert!(matches!(refused, Err(Indescribable::Name(_))), "{items}: {refused:?}");
    }
}

#[test]
fn functions_with_the_name_of_an_interface_are_refused() {
    for items in [
        r#"(import "a:b/c" (func))"#,
        r#"(import "a:b/c" (instance (export "a:b/c" (func))))"#,
        r#"(import "url=<https://a.b>" (func))"#,
        r#"(import "unlocked-dep=<a:b>" (func))"#,
    ] {
        let refused = ask(items);
        assert!(matches!(refused, Err(Indescribable::FunctionName(_))), "{items}: {refused:?}");
    }
}

#[test]
fn what_is_no_interface_function_or_type_is_refused() {
    for (items, what) in [
        (r#"(import "v" (value string)) (export "w" (value 0))"#, "a value"),
        (r#"(import "a:b/c" (instance (export "v" (value string))))"#, "a value"),
        (r#"(import "m" (core module))"#, "a core module"),
        (r#"(import "a:b/c" (component))"#, "a component"),
        (r#"(import "a:b/c" (instance (export "x" (instance))))"#, "an instance in an instance"),
        (r#"(type $f (func)) (import "x" (type (eq $f)))"#, "a type that"),
        (r#"(import "a:b/c" (instance (type $f (func)) (export "x" (type (eq $f)))))"#, "a type that"),
        (r#"(type $f u8) (export "t" (type $f))"#, "a type that"),
    ] {
        let refused = ask(items);
        assert!(
            matches!(&refused, Err(Indescribable::Kind { found, .. }) if found.starts_with(what)),
            "{items}: {refused:?}"
        );
    }
    assert_eq!(
        ask(r#"(type $c (component (export "a:b/d" (func)))) (export "x" (type $c))"#),
        Err(Indescribable::Package)
    );
}

#[test]
fn an_interface_that_is_passed_through_with_its_types_is_refused() {
    let again = Err(Indescribable::Again("t".to_owned()));
    let import = r#"(import "a:b/c" (instance $i (type $r (record (field "a" u8))) (export "t" (type (eq $r)))))"#;
    assert_eq!(ask(&format!(r#"{import} (export "a:b/c" (instance $i))"#)), again);
    let import = r#"(import "a:b/c" (instance (type $l (list u8)) (type $o (option $l)) (export "t" (type (eq $o)))))"#;
    assert_eq!(ask(&format!("{import} {}", made("(option u8)"))), again);
    assert_eq!(ask(&format!("{import} {}", made("(option (list u8))"))), Ok(()));
}

#[test]
fn types_that_wit_has_no_place_for_are_refused() {
    let alias = r#"(import "r" (type $r (sub resource))) (import "s" (type $s (eq $r)))"#;
    let method = format!(r#"{alias} (import "[method]s.f" (func (param "self" (borrow $s))))"#);
    assert_eq!(ask(&method), Err(Indescribable::Method("[method]s.f".to_owned())));
    let uses = r#"(import "b:b/j" (instance $y (alias outer 1 $t (type $t)) (export "u" (type (eq $t)))))"#;
    let unpackaged = Err(Indescribable::Unpackaged("b:b/j".to_owned()));
    assert_eq!(ask(&format!(r#"(import "t" (type $t (sub resource))) {uses}"#)), unpackaged);
    assert_eq!(ask(&format!("{} {uses}", RESOURCE.replace("a:a/i", "plain"))), unpackaged);
    assert_eq!(ask(&format!("{RESOURCE} {uses}")), Ok(()));
    let back = r#"(alias export $y "u" (type $u)) (import "a:a/k" (instance (alias outer 1 $u (type $u)) (export "v" (type (eq $u)))))"#;
    assert_eq!(ask(&format!("{RESOURCE} {uses} {back}")), Err(Indescribable::Cycle("a:a".to_owned())));
}

#[test]
fn what_workers_import_is_accepted() {
    let resource = r#"(import "a:b/c@1.0.0" (instance (export "t" (type $t (sub resource))) (export "[constructor]t" (func (result (own $t))))
        (export "[method]t.f" (func (param "self" (borrow $t)))) (export "[static]t.g" (func)) (export "plain" (func))))"#;
    for items in ["", resource, r#"(import "plain" (func)) (import "t" (type (sub resource)))"#] {
        assert_eq!(ask(items), Ok(()), "{items}");
    }
}
