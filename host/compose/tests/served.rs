//! Composed components in a host that knows nothing of Tollgate: wasmtime's own WASI and HTTP, and nothing else (`bare-host`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "guests/built.rs"]
mod built;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use bare_host::BareHost;
use built::guest;
use serde_json::{Value, json};
use tollgate_compose::{Composition, compose};

/// A component that is being served, until it is dropped.
struct Served(BareHost);

impl Served {
    fn start(component: &[u8]) -> Self {
        Self(BareHost::serve(component).unwrap())
    }

    /// The body of what is answered to a request with this `x-target-url`.
    fn get(&self, target: &str) -> String {
        self.path("/", &[("x-target-url", target)])
    }

    /// The body of what is answered to a request for this path.
    fn path(&self, path: &str, headers: &[(&str, &str)]) -> String {
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let mut stream = TcpStream::connect(self.0.address()).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n{headers}\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text.split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

fn composed(user: &str, outbound: &str, parameters: Value, key: &str) -> Vec<u8> {
    let options = Composition {
        parameters: serde_json::from_value(parameters).unwrap(),
        outbound_variables: BTreeMap::from([("API_KEY".to_owned(), key.to_owned())]),
        ..Composition::default()
    };
    compose(&guest(user), &guest(outbound), &options).unwrap()
}

/// An origin that answers one request with its header.
fn origin() -> (String, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/x", listener.local_addr().unwrap());
    let answers = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
        let header: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
        let text = header.join("\n").to_lowercase();
        write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{text}", text.len()).unwrap();
    });
    (url, answers)
}

#[test]
fn the_golden_example_says_what_it_says_in_a_running_host() {
    let bytes = composed("user-3", "outbound-3", json!({ "param_customer_name": "wordpress" }), "");
    let served = Served::start(&bytes);
    let golden = "user worker got \"intercepted a request for wordpress by the outbound\" from fetch";
    assert_eq!(served.get(""), golden);
}

#[test]
fn the_outbound_worker_alone_reaches_the_origin() {
    let bytes = composed("fetch_3", "test_outbound_3", json!({ "customer_name": "acme", "n": 0.5 }), "secret");
    let served = Served::start(&bytes);
    let (url, answers) = origin();
    let seen = served.get(&url);
    answers.join().unwrap();
    assert!(
        seen.contains("\nx-intercepted-for: \"acme\"") && seen.contains("\nauthorization: bearer secret"),
        "{seen}"
    );
    assert_eq!(served.get("http://outbound.test/parameters"), r#"{"customer_name":"acme","n":0.5}"#);
    assert_eq!(served.get("http://outbound.test/parameter/customer-name"), r#""acme""#);
    assert_eq!(served.get("http://outbound.test/parameter/customer"), "null");
    assert_eq!(served.get("http://outbound.test/env"), "env API_KEY=secret");
}

#[test]
fn every_kind_of_type_is_read_as_it_was_given() {
    let account = json!({ "id": u64::MAX, "plan": "paid", "home-town": "Bern", "rights": ["write", "hand-on"] });
    let given = json!({
        "customer_name": "Ä€",
        "account": account,
        "ceiling": { "within": [i64::MIN, i64::MAX] },
        "tags": ["a", "", "ccc"],
        "corner": [-9, 0.25, "ß"],
        "invoices": [{
            "signed": [i8::MIN, i16::MAX, i32::MIN, i64::MAX],
            "unsigned": [u8::MAX, 0, u32::MAX, u64::MAX],
            "paid": true,
            "rate": f32::MAX,
            "total": 449.491_064_788_738_13,
            "mark": char::MAX,
            "holder": account,
            "until": { "at-most": 7 },
        }],
        "quotas": [null, 7],
        "digest": [0, u8::MAX],
        "s8": i8::MIN,
        "s16": i16::MIN,
        "s32": i32::MIN,
        "s64": i64::MIN,
        "u8": u8::MAX,
        "u16": u16::MAX,
        "u32": u32::MAX,
        "u64": u64::MAX,
        "f32": f32::MIN,
        "f64": 0.1 + 0.2,
        "active": true,
        "mark": "\u{0}",
        "tier": "paid",
        "may": ["read"],
        "json": "{}",
    });
    let bytes = composed("fetch_3", "test_typed_3", given.clone(), "");
    let served = Served::start(&bytes);
    let read = |name: &str| serde_json::from_str::<Value>(&served.get(&format!("http://t/{name}"))).unwrap();
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(read(&name.replace('_', "-")), *value, "{name}");
    }
    assert_eq!((read("region"), read("partner")), (Value::Null, Value::Null));
}

/// The text of an unknown binding's error, as a worker in Rust prints it.
fn unknown(name: &str) -> String {
    let reason = format!("no service or mTLS-certificate binding named \"{name}\"");
    format!("ErrorCode::InternalError(Some({reason:?}))")
}

#[test]
fn a_binding_that_is_not_there_is_an_error() {
    let bytes = composed("test_user_3", "test_outbound_3", json!({ "customer_name": "acme" }), "");
    let served = Served::start(&bytes);
    let url = "http://outbound.test/parameters";
    let through = |name: &str| served.path("/fetch", &[("x-target-url", url), ("x-service", name)]);
    assert_eq!(served.path("/fetch", &[("x-target-url", url)]), r#"{"customer_name":"acme"}"#);
    assert_eq!(through("NOPE"), unknown("NOPE"));
    // A shorter name after a longer one, and none in part where it is cut.
    assert_eq!(through(&"€".repeat(1000)), unknown(&"€".repeat(80)));
    assert_eq!(through("aß"), unknown("aß"));
    assert_eq!(through(""), unknown(""));
    assert_eq!(served.path("/fetch", &[("x-target-url", url)]), r#"{"customer_name":"acme"}"#);
}

#[test]
fn a_customer_sees_no_variable_but_its_own() {
    let composition = Composition {
        parameters: BTreeMap::from([("customer_name".to_owned(), json!("alice"))]),
        props: Some(json!({ "plan": "pro" })),
        user_variables: BTreeMap::from([("REGION".to_owned(), "eu".to_owned())]),
        outbound_variables: BTreeMap::from([("API_KEY".to_owned(), "secret".to_owned())]),
    };
    let composed = compose(&guest("test_user_3"), &guest("test_outbound_3"), &composition).unwrap();
    let served = Served::start(&composed);
    assert_eq!(served.path("/env", &[]), "config REGION=eu\nenv REGION=eu\nprops {\"plan\":\"pro\"}");
    let outbounds = served.path("/fetch", &[("x-target-url", "http://outbound.test/env")]);
    assert_eq!(outbounds, "env API_KEY=secret");
}
