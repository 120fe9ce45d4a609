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
    for text in
        ["", "u7", "list<", "list<u8>>", "record {}", "record { a }", "enum { }", "enum { a-, b }", "enum { -a }"]
    {
        let error = text.parse::<ParameterType>().unwrap_err().to_string();
        assert!(error.starts_with(&format!("unknown parameter type {text:?}")), "{error}");
    }
    for text in ["result<u8>", "enum { a b }", "tuple<>", "variant { a() }", "u8 u8"] {
        assert!(text.parse::<ParameterType>().is_err(), "{text}");
    }
}

#[test]
fn what_wit_could_not_say_is_refused_for_its_reason() {
    let names: Vec<_> = (0..33).map(|place| format!("f{place}")).collect();
    let wide: Vec<_> = (0..830).map(|place| format!("n{place}")).collect();
    // Shorter than the bound as it is written, and longer as it is kept.
    let tight = format!("enum{{{}}}", wide.join(","));
    assert!(tight.len() < 4096, "{}", tight.len());
    let wrong = [
        ("enum { Free }".to_owned(), "invalid name \"Free\" in a parameter's type"),
        ("enum { 1a }".to_owned(), "invalid name \"1a\""),
        ("record { a: u8, a: u8 }".to_owned(), "\"a\" is there twice"),
        ("enum { tier-1, tier1 }".to_owned(), "\"tier-1\" is there twice"),
        ("enum { a-b, a_b }".to_owned(), "\"a-b\" is there twice"),
        ("record { user-id: u8, plan: u8, userid: u8 }".to_owned(), "\"user-id\" is there twice"),
        ("variant { at-most(u8), atmost }".to_owned(), "in a parameter's type, also as \"atmost\": case, `-`"),
        ("list<flags { re-ad, read }>".to_owned(), "\"re-ad\" is there twice"),
        ("option<enum { us-er, use-r }>".to_owned(), "\"us-er\" is there twice"),
        ("enum { plan, PLAN }".to_owned(), "\"plan\" is there twice in a parameter's type, also as \"PLAN\""),
        (format!("flags {{ {} }}", names.join(", ")), "33 flags in a parameter's type: at most 32"),
        (format!("{}u8{}", "list<".repeat(16), ">".repeat(16)), "nested more than 16 deep: too deep"),
        (tight, "of more than 4096 bytes: too long"),
        (format!("{}u8", " ".repeat(4096)), "of more than 4096 bytes: too long"),
    ];
    for (text, reason) in wrong {
        let error = text.parse::<ParameterType>().unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn what_was_kept_is_read_back_by_any_bounds() {
    let deep = format!("{}u8{}", "list<".repeat(99), ">".repeat(99));
    let wide = format!("enum {{ {} }}", (0..2000).map(|place| format!("n{place}")).collect::<Vec<_>>().join(", "));
    let apart = "record { user-id: u8, userid: enum { at-most, atmost } }".to_owned();
    for text in [deep, wide, "enum { Free }".to_owned(), "enum { tier-1, tier-2 }".to_owned(), apart] {
        let kind: ParameterType = serde_json::from_value(json!(text)).unwrap();
        assert_eq!(serde_json::to_value(&kind).unwrap(), json!(text));
    }
    let hostile = format!("{}u8", "list<".repeat(100_000));
    assert!(serde_json::from_value::<ParameterType>(json!(hostile)).is_err());
}

/// A tuple of tuples that doubles at each level: 2^40 types, for who puts it together.
#[test]
fn a_components_type_is_bounded_before_it_is_put_together() {
    let looks = std::cell::Cell::new(0);
    let double = |level: &u32| {
        looks.set(looks.get() + 1);
        if *level == 0 { TypeShape::Plain(ParameterType::Bool) } else { TypeShape::Tuple(vec![level - 1, level - 1]) }
    };
    let error = ParameterType::of_component(&14, &double).unwrap_err().to_string();
    assert!(error.contains("4096 bytes: too long"), "{error}");
    assert!(ParameterType::of_component(&16, &double).unwrap_err().to_string().contains("too deep"));
    assert!(looks.get() < 10_000, "{}", looks.get());
    assert!(ParameterType::of_component(&4, &double).is_ok());
    let name = |_: &()| TypeShape::Plain(ParameterType::Enum(vec!["tier-1".to_owned(), "PLAN".to_owned()]));
    let kind = ParameterType::of_component(&(), &name).unwrap();
    assert_eq!(kind.to_string().parse::<ParameterType>().unwrap(), kind);
}

fn any_type() -> impl Strategy<Value = ParameterType> {
    let name = "([a-z][a-z0-9]{0,5}|[A-Z][A-Z0-9]{0,3})(-([a-z0-9]{1,4}|[A-Z0-9]{1,3})){0,2}";
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
        let kept: ParameterType = serde_json::from_value(serde_json::to_value(&kind).unwrap()).unwrap();
        prop_assert_eq!(&kept, &kind);
        // Names that are one in two spellings are the only ones that the strategy should not have made.
        match kind.to_string().parse::<ParameterType>() {
            Ok(read) => prop_assert_eq!(read, kind),
            Err(error) => prop_assert!(matches!(error, ParameterError::TwiceInType { .. }), "{}", error),
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-z<>{}():, _-]{0,60}") {
        let _ = text.parse::<ParameterType>();
    }
}
