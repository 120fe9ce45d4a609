//! Which values have a type, and how types are written.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn admits(kind: &str, value: Value) -> bool {
    kind.parse::<ParameterType>().unwrap().admits(&value)
}

#[test]
fn integers_are_bounded_by_their_bits() {
    assert!(admits("u8", json!(255)) && !admits("u8", json!(256)));
    assert!(admits("s8", json!(-128)) && !admits("s8", json!(-129)));
    assert!(admits("u64", json!(u64::MAX)) && admits("s64", json!(i64::MIN)));
    assert!(!admits("s64", json!(u64::MAX)) && !admits("u32", json!(1.0)));
    assert!(admits("f32", json!(1.5)) && !admits("f32", json!(1e39)) && admits("f64", json!(1e39)));
}

#[test]
fn a_record_has_its_fields_and_no_others() {
    let account = "record { id: u64, home-town: option<string>, plan: enum { free, paid } }";
    assert!(admits(account, json!({ "id": 7, "home_town": "x", "plan": "paid" })));
    assert!(admits(account, json!({ "id": 7, "plan": "free" })));
    assert!(!admits(account, json!({ "id": 7, "plan": "gold" })));
    assert!(!admits(account, json!({ "plan": "free" })));
    assert!(!admits(account, json!({ "id": 7, "plan": "free", "more": 1 })));
    assert!(!admits(account, json!({ "id": 7, "plan": "free", "home-town": "a", "home_town": "b" })));
    assert!(!admits(account, json!([7])));
}

#[test]
fn variants_flags_and_tuples_have_one_form_each() {
    let limit = "variant { none, at-most(u32) }";
    assert!(admits(limit, json!("none")) && admits(limit, json!({ "at_most": 3 })));
    assert!(!admits(limit, json!("at-most")) && !admits(limit, json!({ "none": null })));
    assert!(!admits(limit, json!({ "at-most": "3" })) && !admits(limit, json!({ "at-most": 3, "none": 1 })));
    assert!(admits("flags { read, write }", json!(["write"])) && admits("flags { read, write }", json!([])));
    assert!(!admits("flags { read, write }", json!(["write", "write"])));
    assert!(!admits("flags { read, write }", json!(["run"])));
    assert!(admits("tuple<u8, string>", json!([1, "a"])) && !admits("tuple<u8, string>", json!([1])));
}

#[test]
fn what_is_no_type_is_refused_by_name() {
    for text in ["", "u7", "list<", "list<u8>>", "record {}", "record { a }", "record { a: u8, a: u8 }", "enum { }"] {
        let error = text.parse::<ParameterType>().unwrap_err().to_string();
        assert!(error.starts_with(&format!("unknown parameter type {text:?}")), "{error}");
    }
    for text in ["result<u8>", "enum { a b }", "enum { -a }", "tuple<>", "variant { a() }", "enum { a, a_ }", "u8 u8"] {
        assert!(text.parse::<ParameterType>().is_err(), "{text}");
    }
    let deep = format!("{}u8{}", "list<".repeat(40), ">".repeat(40));
    assert!(deep.parse::<ParameterType>().is_err());
}

fn any_type() -> impl Strategy<Value = ParameterType> {
    let name = "[a-z][a-z0-9]{0,5}(-[a-z][a-z0-9]{0,3})?";
    let names = || prop::collection::hash_set(name, 1..4).prop_map(|names| names.into_iter().collect::<Vec<_>>());
    let leaf = prop_oneof![
        Just(ParameterType::Json),
        Just(ParameterType::String),
        Just(ParameterType::Unsigned(64)),
        Just(ParameterType::Float(32)),
        names().prop_map(ParameterType::Enum),
        names().prop_map(ParameterType::Flags),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        let fields = prop::collection::hash_map(name, inner.clone(), 1..4);
        let cases = prop::collection::hash_map(name, prop::option::of(inner.clone()), 1..4);
        prop_oneof![
            inner.clone().prop_map(|item| ParameterType::List(Box::new(item))),
            inner.prop_map(|some| ParameterType::Option(Box::new(some))),
            several.prop_map(ParameterType::Tuple),
            fields.prop_map(|fields| ParameterType::Record(fields.into_iter().collect())),
            cases.prop_map(|cases| ParameterType::Variant(cases.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn a_type_is_read_back_as_it_is_written(kind in any_type()) {
        prop_assert_eq!(kind.to_string().parse::<ParameterType>().unwrap(), kind);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-z<>{}():, _-]{0,60}") {
        let _ = text.parse::<ParameterType>();
    }
}
