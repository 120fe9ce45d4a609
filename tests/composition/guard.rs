//! Ten scenarios in four ways: the library, `tollgate test`, one component in a bare host, and a running host. Each
//! way finds nothing wrong with the guard, and in each of its ten mutants exactly the rule that is broken. Who sees every hop
//! finds an eleventh, which breaks a rule where no known origin sees it.

mod elsewhere;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;
use tollgate_test::scenario::{ORIGIN, Scenario};
use tollgate_test::{Composition, Expect, ExpectRequest, Origin, Payload, Reply, Request};
use tollgate_tests::{guest_path, root};

use crate::{lab, operators, user};

/// The rule that is broken; 0: none.
type Fault = usize;

/// The scenarios that fail, by their numbers.
type Failed = BTreeSet<usize>;

fn only(fault: Fault) -> Failed {
    match fault {
        0 => Failed::new(),
        UNSEEN => Failed::from([4]),
        fault => Failed::from([fault]),
    }
}

/// What is forbidden leaves, to a host that no rule is for.
const UNSEEN: Fault = 13;

fn faults() -> impl Iterator<Item = Fault> {
    0..=10
}

fn file() -> PathBuf {
    root().join("tests/composition/guard.test.toml")
}

#[test]
fn by_the_library() {
    for fault in faults().chain([UNSEEN]) {
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
    let texts = |all: &[(&str, &str)]| -> BTreeMap<String, Value> {
        all.iter().map(|(name, text)| ((*name).to_owned(), (*text).into())).collect()
    };
    let path = |name: &str| guest_path(name).unwrap().canonicalize().unwrap();
    let parts =
        [(path("test-user-3"), texts(&[])), (path("guard-3"), texts(&[&VARIABLES[..], &[("FAULT", "")]].concat()))];
    for ((_, request, _), scenario) in scenarios.iter().zip(&file) {
        assert_eq!(*request, scenario.request().unwrap());
        assert_eq!(origin(), scenario.origin().unwrap());
        let parameters = scenario.parameters().map(|(name, value)| (name.clone(), value.clone()));
        assert_eq!(parameters.collect::<BTreeMap<_, _>>(), texts(&PARAMETERS));
        assert_eq!(scenario.names(), ["alice"]);
        let found = scenario.parts().into_iter();
        let found = found.map(|part| (part.path().canonicalize().unwrap(), part.variables().clone()));
        assert_eq!(found.collect::<Vec<_>>(), parts);
    }
}

const PARAMETERS: [(&str, &str); 2] = [("customer_name", "alice"), ("plan", "pro")];
const VARIABLES: [(&str, &str); 1] = [("API_KEY", "key-123")];

/// The same composition as the file's.
fn guarded(fault: Fault) -> Composition {
    let fault = if fault == 0 { String::new() } else { fault.to_string() };
    let guard = operators("guard-3").variable("FAULT", fault).unwrap();
    let guard = VARIABLES.iter().fold(guard, |guard, (name, text)| guard.variable(name, *text).unwrap());
    let composition = lab().compose().user("alice", &user("test-user-3")).unwrap().outbound(&guard).origin(origin());
    PARAMETERS.iter().fold(composition, |composition, (name, text)| composition.parameter(name, *text))
}

/// The same origin as the file's.
fn origin() -> Origin {
    let software = Reply::new(200).unwrap().header("server", "secret-software/1.2").unwrap();
    Origin::new()
        .reply("http://origin.test/teapot", Reply::new(418).unwrap())
        .reply("http://origin.test/software", software)
        .reply("http://origin.test/*", Reply::text("from the origin"))
}

/// The same scenarios as the file's.
fn scenarios() -> Vec<(usize, Request, Expect)> {
    let fetch = |method: &str, path: &str| {
        let request = Request::new(method, "http://alice.localhost/fetch").unwrap();
        request.header("x-target-url", &format!("http://origin.test{path}")).unwrap()
    };
    let get = |path: &str| fetch("GET", path);
    let arrives = |request: ExpectRequest| Expect::new().origin(request);
    let request = ExpectRequest::any;
    let order = fetch("POST", "/any").body(Payload::of("an order"));
    let cookie = get("/any").header("cookie", "id=1").unwrap();
    vec![
        (1, get("/api/users"), arrives(request().header("authorization", "Bearer key-123"))),
        (2, get("/any"), arrives(request().header("x-customer", "\"alice\""))),
        (3, cookie, arrives(request().without("cookie"))),
        (4, get("/forbidden"), Expect::new().status(403).body("blocked").no_origin()),
        (5, fetch("PATCH", "/any"), arrives(request().method("PATCH"))),
        (6, order, arrives(request().body("an order"))),
        (7, get("/teapot"), Expect::new().status(418)),
        (8, get("/software"), Expect::new().status(200).without("server")),
        (9, get("/v1/users"), arrives(request().url("http://origin.test/v2/users"))),
        (10, get("/plan"), Expect::new().status(200).body("\"pro\"").no_origin()),
    ]
}
