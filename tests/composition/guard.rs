//! Ten scenarios in four ways: the library, `tollgate test`, one component under `wasmtime serve`, and a running host. Each
//! way finds nothing wrong with the guard, and in each of its ten mutants exactly the rule that is broken.

mod elsewhere;

use std::collections::BTreeSet;
use std::path::PathBuf;

use tollgate_test::scenario::{ORIGIN, Scenario};
use tollgate_test::{Composition, Expect, ExpectRequest, Origin, Payload, Reply, Request, Text};
use tollgate_tests::root;

use crate::{lab, operators, user};

/// The rule that is broken; 0: none.
type Fault = usize;

/// The scenarios that fail, by their numbers.
type Failed = BTreeSet<usize>;

fn only(fault: Fault) -> Failed {
    BTreeSet::from([fault]).into_iter().filter(|fault| *fault > 0).collect()
}

fn faults() -> impl Iterator<Item = Fault> {
    0..=10
}

fn file() -> PathBuf {
    root().join("tests/composition/guard.test.toml")
}

#[test]
fn by_the_library() {
    for fault in faults() {
        let composition = guarded(fault);
        let failed = |(_, request, expect): &(usize, Request, Expect)| {
            !composition.send(request.clone()).unwrap().differs(expect).is_empty()
        };
        let found: Failed = scenarios().iter().filter(|one| failed(one)).map(|(number, ..)| *number).collect();
        assert_eq!(found, only(fault), "fault {fault}");
    }
}

#[test]
fn the_librarys_scenarios_are_the_files() {
    let file = Scenario::read(&file(), ORIGIN).unwrap();
    let expected: Vec<_> = file.iter().map(|scenario| &scenario.expect).collect();
    let scenarios = scenarios();
    assert_eq!(scenarios.iter().map(|(_, _, expect)| expect).collect::<Vec<_>>(), expected);
    for ((_, request, _), scenario) in scenarios.iter().zip(&file) {
        assert_eq!(*request, scenario.request().unwrap());
    }
}

/// The same composition as the file's.
fn guarded(fault: Fault) -> Composition {
    let fault = if fault == 0 { String::new() } else { fault.to_string() };
    let guard = operators("guard-3").variable("API_KEY", "key-123").unwrap().variable("FAULT", fault).unwrap();
    let software = Reply::new(200).unwrap().header("server", "secret-software/1.2").unwrap();
    let origin = Origin::new()
        .reply("http://origin.test/teapot", Reply::new(418).unwrap())
        .reply("http://origin.test/software", software)
        .reply("http://origin.test/*", Reply::text("from the origin"));
    let composition = lab().compose().user("alice", &user("test-user-3")).unwrap().outbound(&guard);
    composition.parameter("customer_name", "alice").parameter("plan", "pro").origin(origin)
}

/// The same scenarios as the file's.
fn scenarios() -> Vec<(usize, Request, Expect)> {
    let fetch = |method: &str, path: &str| {
        let request = Request::new(method, "http://alice.localhost/fetch").unwrap();
        request.header("x-target-url", &format!("http://origin.test{path}")).unwrap()
    };
    let get = |path: &str| fetch("GET", path);
    let arrives = |request: ExpectRequest| Expect::new().origin(request);
    let request = ExpectRequest::default;
    let method = ExpectRequest { method: Some("PATCH".to_owned()), ..request() };
    let moved = ExpectRequest { url: Some(Text::Is("http://origin.test/v2/users".to_owned())), ..request() };
    let order = fetch("POST", "/any").body(Payload::of("an order"));
    let no_server = ExpectRequest::default().without("server").headers;
    let cookie = get("/any").header("cookie", "id=1").unwrap();
    vec![
        (1, get("/api/users"), arrives(request().header("authorization", "Bearer key-123"))),
        (2, get("/any"), arrives(request().header("x-customer", "\"alice\""))),
        (3, cookie, arrives(request().without("cookie"))),
        (4, get("/forbidden"), Expect::new().status(403).body("blocked").no_origin()),
        (5, fetch("PATCH", "/any"), arrives(method)),
        (6, order, arrives(request().body("an order"))),
        (7, get("/teapot"), Expect::new().status(418)),
        (8, get("/software"), Expect { headers: no_server, ..Expect::new().status(200) }),
        (9, get("/v1/users"), arrives(moved)),
        (10, get("/plan"), Expect::new().status(200).body("\"pro\"").no_origin()),
    ]
}
