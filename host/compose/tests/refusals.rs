//! What is refused, word by word.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "guests/built.rs"]
mod built;
#[path = "guests/made.rs"]
mod made;

use built::guest;
use made::made;
use serde_json::{Value, json};
use tollgate_compose::{Composition, compose};

const EXPORT: &str = "export wasi:http/handler@0.3.0;";

fn refused(user: &[u8], outbound: &[u8], parameters: Value) -> String {
    let options = Composition { parameters: serde_json::from_value(parameters).unwrap(), ..Composition::default() };
    compose(user, outbound, &options).map(|_composed| ()).unwrap_err().to_string()
}

fn as_user(user: &[u8]) -> String {
    refused(user, &guest("test_outbound_3"), json!({}))
}

fn as_outbound(outbound: &[u8], parameters: Value) -> String {
    refused(&guest("fetch_3"), outbound, parameters)
}

fn importing(import: &str, packages: &str) -> Vec<u8> {
    made("0.3.0", &format!("import {import}; {EXPORT}"), packages)
}

fn typed(functions: &str) -> Vec<u8> {
    importing("mine:typed/parameters", &format!("package mine:typed {{ interface parameters {{ {functions} }} }}"))
}

#[test]
fn other_bytes_are_named() {
    assert_eq!(as_user(b"hello"), "the user worker is no WebAssembly, expected a component");
    assert_eq!(as_user(b""), "the user worker is no WebAssembly, expected a component");
    let module = as_outbound(b"\0asm\x01\0\0\0", json!({}));
    assert_eq!(module, "the outbound worker is a core module, expected a component");
    let mut resolve = wit_parser::Resolve::default();
    let package = resolve.push_source("a.wit", "package a:b; interface c { d: func(); }").unwrap();
    let package = wit_component::encode(&resolve, package).unwrap();
    assert_eq!(as_user(&package), "the user worker is a WIT package, expected a component");
    let whole = guest("fetch_3");
    let cut = as_user(&whole[..whole.len() / 2]);
    assert!(cut.starts_with("the user worker is no component: unexpected end"), "{cut}");
}

#[test]
fn a_component_that_wit_cannot_describe_is_named() {
    let component = wat::parse_str(r#"(component (import "a:b/c" (func)))"#).unwrap();
    let words = r#"the user worker cannot be read: "a:b/c" is not supported: it has the name of an interface and is a function"#;
    assert_eq!(as_user(&component), words);
}

#[test]
fn wasi_0_2_is_refused_with_the_reason_and_a_way() {
    let words = "is for WASI 0.2, whose requests cannot be linked: what `outgoing-handler.handle` sends is an \
        `outgoing-request`, what `incoming-handler.handle` receives an `incoming-request` with a `response-outparam`, and no \
        linking makes one of the two; build it for WASI 0.3, or use `tollgate dev` or `tollgate test`, which link while they run";
    assert_eq!(as_user(&guest("fetch_2")), format!("the user worker {words}"));
    assert_eq!(as_outbound(&guest("test_outbound"), json!({})), format!("the outbound worker {words}"));
}

#[test]
fn who_serves_nothing_is_refused() {
    let silent = made("0.3.0", "import wasi:http/client@0.3.0;", "");
    let words = "exports no wasi:http/handler@0.3, and so serves no requests";
    assert_eq!(as_user(&silent), format!("the user worker {words}"));
    assert_eq!(as_outbound(&silent, json!({})), format!("the outbound worker {words}"));
}

#[test]
fn what_a_running_host_alone_has_is_refused() {
    let words = "which only a running host has: deploy it, or use `tollgate dev` or `tollgate test`";
    let user = as_user(&guest("test_dispatch_3"));
    assert_eq!(user, format!("the user worker imports tollgate:platform/dispatcher@1.0.0, {words}"));
    let dispatch = as_outbound(&guest("test_dispatch_3"), json!({}));
    assert_eq!(dispatch, format!("the outbound worker imports tollgate:platform/dispatcher@1.0.0, {words}"));
}

#[test]
fn what_is_the_operators_a_customer_has_not() {
    let words = "which only the operator's workers have";
    let parameters = as_user(&guest("test_outbound_3"));
    assert_eq!(parameters, format!("the user worker imports tollgate:platform/parameters@1.0.0, {words}"));
    let handler = as_user(&guest("middleware_3"));
    assert_eq!(handler, format!("the user worker imports wasi:http/handler@0.3.0, {words}"));
}

#[test]
fn a_customer_has_no_second_door() {
    let door = "wasi:http/outgoing-handler@0.2.0";
    let words = "what it sends there cannot be linked to an outbound worker of WASI 0.3, and would pass it by; send by \
        wasi:http/client@0.3";
    assert_eq!(as_user(&importing(door, "")), format!("the user worker imports {door}: {words}"));
}

#[test]
fn what_no_host_has_is_refused() {
    let other = importing("acme:db/store", "package acme:db { interface store { get: func() -> u8; } }");
    assert_eq!(as_user(&other), "the user worker imports acme:db/store, which no host has");
    assert_eq!(as_outbound(&other, json!({})), "the outbound worker imports acme:db/store, which no host has");
    let own = typed("quota: func() -> u32;");
    assert_eq!(as_user(&own), "the user worker imports mine:typed/parameters, which no host has");
    let other = "package tollgate:platform@1.0.9 { interface invocation { region: func() -> string; } }";
    let other = importing("tollgate:platform/invocation@1.0.9", other);
    let words = "imports tollgate:platform/invocation@1.0.9, whose \"region\" is not known in this form";
    assert_eq!(as_user(&other), format!("the user worker {words}"));
    let fetch = |function: &str| {
        let package = "package tollgate:platform@1.0.9";
        let uses = "use wasi:http/types@0.3.0.{request, response, error-code}";
        let packages = format!("{package} {{ interface bindings {{ {uses}; fetch: {function}; }} }}");
        as_user(&importing("tollgate:platform/bindings@1.0.9", &packages))
    };
    let words = "the user worker imports tollgate:platform/bindings@1.0.9, whose \"fetch\" is not known in this form";
    let more = "async func(binding: string, request: request, region: string) -> result<response, error-code>";
    assert_eq!(fetch(more), words);
    assert_eq!(fetch("async func(binding: string, request: borrow<request>) -> result<response, error-code>"), words);
    assert_eq!(fetch("async func(binding: string, request: request) -> result<response, string>"), words);
    assert_eq!(fetch("async func(binding: string, request: request) -> u32"), words);
}

#[test]
fn a_component_for_a_newer_platform_is_refused_with_both_versions() {
    let newer = "package tollgate:platform@1.3.0 { interface invocation { region: func() -> string; } }";
    let newer = importing("tollgate:platform/invocation@1.3.0", newer);
    let words = "the component needs tollgate:platform 1.3.0; this host has 1.0.0";
    assert_eq!(as_user(&newer), format!("the user worker: {words}"));
    assert_eq!(as_outbound(&newer, json!({})), format!("the outbound worker: {words}"));
}

#[test]
fn parameters_are_refused_by_name_type_and_value() {
    let outbound = typed("customer-name: func() -> string; quota: func() -> option<u32>;");
    let missing = as_outbound(&outbound, json!({ "quota": 1 }));
    let words = "the outbound worker reads parameter \"customer-name\" as string, and none was given; given: quota";
    assert_eq!(missing, words);
    let mistyped = as_outbound(&outbound, json!({ "customerName": "a", "quota": -1 }));
    assert_eq!(mistyped, "parameter \"quota\" is declared option<u32> and cannot be -1");
    let both = as_outbound(&outbound, json!({ "customerName": "a", "customer_name": "b" }));
    let apart = "case, `-` and `_` tell no names apart";
    assert_eq!(both, format!("parameter \"customerName\" is there twice, also as \"customer_name\": {apart}"));
    let both = as_outbound(&outbound, json!({ "customername": "a", "custo_mername": "b" }));
    assert_eq!(both, format!("parameter \"custo_mername\" is there twice, also as \"customername\": {apart}"));
    let twice = as_outbound(&guest("test_outbound_3"), json!({ "a_b": 1, "a-b": 2 }));
    assert_eq!(twice, format!("parameter \"a-b\" is there twice, also as \"a_b\": {apart}"));
    let name = as_outbound(&guest("test_outbound_3"), json!({ "a b": 1 }));
    assert_eq!(name, "invalid parameter name \"a b\": expected a letter or `_`, then letters, digits, `-` or `_`");
}

#[test]
fn what_no_parameter_can_be_is_refused() {
    let words = "expected a function without arguments that gives a parameter's value";
    let whose = "the outbound worker cannot be given parameters: mine:typed/parameters";
    let shape = |functions: &str| as_outbound(&typed(functions), json!({}));
    let arguments = shape("quota: func(a: u8) -> u8;");
    assert_eq!(arguments, format!("{whose}: \"quota\" is a function with arguments: {words}"));
    let nothing = shape("quota: func();");
    assert_eq!(nothing, format!("{whose}: \"quota\" is a function that gives nothing: {words}"));
    let result = shape("quota: func() -> result<u8>;");
    assert_eq!(
        result,
        format!(
            "{whose}: \"quota\" is a function that gives a type with `result`, which no JSON value can be: {words}"
        )
    );
    let packages = "package a:a { interface parameters { a: func() -> u8; } }
        package b:b { interface parameters { a: func() -> u8; } }";
    let two = made("0.3.0", &format!("import a:a/parameters; import b:b/parameters; {EXPORT}"), packages);
    let words = "the outbound worker cannot be given parameters: it imports two interfaces named `parameters`, \"a:a/parameters\" and \"b:b/parameters\": \
        expected one";
    assert_eq!(as_outbound(&two, json!({})), words);
}
