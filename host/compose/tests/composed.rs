//! Real workers, composed: what the result imports and exports.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "guests/built.rs"]
mod built;
#[path = "guests/made.rs"]
mod made;

use std::collections::BTreeMap;

use built::guest;
use made::made;
use serde_json::{Value, json};
use tollgate_compose::{Composition, compose};
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

fn given(parameters: Value) -> Composition {
    Composition { parameters: serde_json::from_value(parameters).unwrap(), ..Composition::default() }
}

fn golden() -> Composition {
    given(json!({ "param_customer_name": "a", "account": null }))
}

/// The names that a valid component imports, and those that it exports.
fn names(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    Validator::new_with_features(WasmFeatures::all()).validate_all(bytes).unwrap();
    let (mut imports, mut exports, mut depth) = (Vec::new(), Vec::new(), 0);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.unwrap() {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(all) if depth == 0 => {
                imports.extend(all.into_iter().map(|one| one.unwrap().name.name.to_owned()));
            }
            Payload::ComponentExportSection(all) if depth == 0 => {
                exports.extend(all.into_iter().map(|one| one.unwrap().name.name.to_owned()));
            }
            _ => {}
        }
    }
    imports.sort();
    (imports, exports)
}

fn modules_importing(name: &str, bytes: &[u8]) -> usize {
    let of = |payload| match payload {
        Payload::ImportSection(imports) => {
            imports.into_imports().filter(|import| import.as_ref().unwrap().name == name).count()
        }
        _ => 0,
    };
    Parser::new(0).parse_all(bytes).map(|payload| of(payload.unwrap())).sum()
}

fn http(imports: &[String]) -> Vec<&str> {
    imports.iter().filter(|name| name.starts_with("wasi:http/")).map(String::as_str).collect()
}

/// All that a composed component may ask of its host.
fn assert_closed(imports: &[String]) {
    for import in imports {
        assert!(import.starts_with("wasi:"), "{import}");
        for held in ["wasi:config/", "wasi:cli/environment@", "wasi:sockets/"] {
            assert!(!import.starts_with(held), "{import}");
        }
    }
}

#[test]
fn the_outbound_workers_client_is_the_one_way_out() {
    let bytes = compose(&guest("fetch_3"), &guest("test_outbound_3"), &given(json!({ "customer_name": "a" }))).unwrap();
    let (imports, exports) = names(&bytes);
    assert_closed(&imports);
    assert_eq!(http(&imports), ["wasi:http/client@0.3.0", "wasi:http/types@0.3.0"]);
    assert_eq!(exports, ["wasi:http/handler@0.3.0"]);
}

#[test]
fn an_outbound_worker_that_sends_nothing_leaves_no_way_out() {
    let bytes = compose(&guest("user-3"), &guest("outbound-3"), &golden()).unwrap();
    let (imports, _) = names(&bytes);
    assert_closed(&imports);
    assert_eq!(http(&imports), ["wasi:http/types@0.3.0"]);
}

#[test]
fn bindings_are_answered_for_both() {
    let items =
        "import wasi:http/client@0.3.0; import tollgate:platform/bindings@1.0.0; export wasi:http/handler@0.3.0;";
    let package = "package tollgate:platform@1.0.0 { interface bindings {
        use wasi:http/types@0.3.0.{request, response, error-code};
        all: func() -> list<tuple<string, string>>;
        kind: func(binding: string) -> option<string>;
        fetch: async func(binding: string, request: request) -> result<response, error-code>;
    } }";
    let either = made("0.3.0", items, package);
    // These drop nothing themselves. Who answers drops the request, once for each.
    let both = compose(&either, &either, &Composition::default()).unwrap();
    assert_eq!(modules_importing("[resource-drop]request", &both), 2);
    let real = compose(&guest("test_user_3"), &guest("test_outbound_3"), &Composition::default()).unwrap();
    for bytes in [both, real] {
        let (imports, exports) = names(&bytes);
        assert_closed(&imports);
        assert_eq!(http(&imports), ["wasi:http/client@0.3.0", "wasi:http/types@0.3.0"]);
        assert_eq!(exports, ["wasi:http/handler@0.3.0"]);
    }
}

#[test]
fn a_middlewares_way_on_is_the_hosts_client() {
    let bytes = compose(&guest("fetch_3"), &guest("middleware_3"), &Composition::default()).unwrap();
    let (imports, _) = names(&bytes);
    assert_closed(&imports);
    assert_eq!(http(&imports), ["wasi:http/client@0.3.0", "wasi:http/types@0.3.0"]);
}

#[test]
fn whoever_sends_nothing_needs_no_outbound_worker() {
    let (user, outbound) = (guest("hello_3"), guest("test_outbound_3"));
    let bytes = compose(&user, &outbound, &Composition::default()).unwrap();
    let (imports, exports) = names(&bytes);
    assert_closed(&imports);
    assert_eq!(http(&imports), ["wasi:http/types@0.3.0"]);
    assert_eq!(exports, ["wasi:http/handler@0.3.0"]);
    assert!(bytes.len() < user.len() + outbound.len() / 2);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let variables: BTreeMap<_, _> = ["B", "A", "C"].map(|name| (name.to_owned(), "x".to_owned())).into();
    let options = Composition {
        props: Some(json!({ "b": 1, "a": 2 })),
        user_variables: variables.clone(),
        outbound_variables: variables,
        ..given(json!({ "z": 1, "a": [1, 2], "m": null }))
    };
    let once = compose(&guest("fetch_3"), &guest("test_outbound_3"), &options).unwrap();
    let again = compose(&guest("fetch_3"), &guest("test_outbound_3"), &options).unwrap();
    assert!(once == again);
}

#[test]
fn versions_of_one_track_are_linked() {
    let user = made("0.3.0", "import wasi:http/client@0.3.0; export wasi:http/handler@0.3.0;", "");
    let outbound = made("0.3.1", "import wasi:http/handler@0.3.1; export wasi:http/handler@0.3.1;", "");
    let (imports, exports) = names(&compose(&user, &outbound, &Composition::default()).unwrap());
    assert_eq!(imports, ["wasi:http/client@0.3.1", "wasi:http/types@0.3.1"]);
    assert_eq!(exports, ["wasi:http/handler@0.3.0"]);
}

#[test]
fn a_customers_sockets_are_not_the_hosts() {
    let sockets = "package wasi:sockets@0.2.0 {
        interface network { resource network; enum error-code { unknown, access-denied } }
        interface instance-network { use network.{network}; instance-network: func() -> network; }
        interface tcp-create-socket {
            use network.{error-code};
            resource tcp-socket;
            create-tcp-socket: func() -> result<tcp-socket, error-code>;
        }
    }";
    let items = "import wasi:sockets/instance-network@0.2.0; import wasi:sockets/tcp-create-socket@0.2.0;
        import wasi:http/client@0.3.0; export wasi:http/handler@0.3.0;";
    let user = made("0.3.0", items, sockets);
    let outbound = made("0.3.0", "export wasi:http/handler@0.3.0;", "");
    let (imports, _) = names(&compose(&user, &outbound, &Composition::default()).unwrap());
    assert_closed(&imports);
}
