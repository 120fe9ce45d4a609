//! Scenario files: every fault at every hop, and every other power of a file. Each scenario holds, and fails without what it
//! is about. And what a file may not say is refused.

use std::path::Path;

use tollgate_test::scenario::{Cast, Found, ORIGIN, Scenario};
use tollgate_test::{Mismatch, Run};
use tollgate_tests::root;

use crate::{lab, schema};

/// A scenario, with what came of it.
type Ran = (String, Result<(Run, Vec<Mismatch>), String>);

fn text(file: &str) -> String {
    std::fs::read_to_string(root().join("tests/composition").join(file)).unwrap()
}

/// Runs the scenarios of a file's text.
fn run(text: &str) -> Vec<Ran> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.test.toml");
    let built = root().canonicalize().unwrap().join("target/guests/wasm32-wasip2/release");
    std::fs::write(&path, text.replace("../../target/guests/wasm32-wasip2/release", built.to_str().unwrap())).unwrap();
    match Scenario::read(&path, ORIGIN) {
        Ok(all) => all.iter().map(|one| (one.name.clone(), ran(one))).collect(),
        Err(error) => vec![(String::new(), Err(error.to_string()))],
    }
}

fn ran(scenario: &Scenario) -> Result<(Run, Vec<Mismatch>), String> {
    let find = |part: &tollgate_test::scenario::Part| Ok(found(part.path()));
    scenario.run(lab(), &find, &Cast::default()).map_err(|error| error.to_string())
}

fn found(path: &Path) -> Found {
    Found { component: std::fs::read(path).unwrap().into(), metadata: serde_json::Value::Null }
}

/// The names of those that do not hold.
fn failed(all: &[Ran]) -> Vec<&str> {
    let holds = |ran: &Ran| matches!(&ran.1, Ok((_, differences)) if differences.is_empty());
    all.iter().filter(|ran| !holds(ran)).map(|(name, _)| name.as_str()).collect()
}

/// What is told of a file that cannot be run as it stands.
fn refused(text: &str) -> String {
    let all = run(text);
    all.into_iter().find_map(|(_, ran)| ran.err()).unwrap_or_else(|| panic!("nothing is refused in {text}"))
}

#[test]
fn every_fault_at_every_hop_has_its_verdict() {
    let hops = text("hops.test.toml");
    let with = run(&hops);
    assert_eq!((with.len(), failed(&with)), (33, Vec::new()));
    let without: String = hops.split_inclusive('\n').filter(|line| !line.starts_with("fault = ")).collect();
    let without = run(&without);
    let all: Vec<_> = with.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(failed(&without), all);
    for (from, to, name) in [
        ("service = [{ to = \"bob\"", "service = [{ to = \"alice\"", "service refuse"),
        ("dispatch]]\nto = \"alice\"", "dispatch]]\nto = \"bob\"", "dispatch drip"),
        ("dispatch]]\nto", "dispatch]]\n[[scenario.expect.dispatch]]\nto", "dispatch drip"),
    ] {
        assert!(hops.contains(from), "{from}");
        assert_eq!(failed(&run(&hops.replacen(from, to, 1))), [name], "{from}");
    }
}

#[test]
fn an_origin_is_no_worker() {
    for kind in ["trap", "over-limit"] {
        let text = text("hops.test.toml").replace("kind = \"refuse\"", &format!("kind = \"{kind}\""));
        let refused: Vec<_> = run(&text).into_iter().filter_map(|(name, ran)| Some((name, ran.err()?))).collect();
        let [(name, error)] = refused.as_slice() else { panic!("{kind}: {refused:?}") };
        assert!(name == "origin refuse" && error.contains("an origin is no worker"), "{name}: {error}");
    }
}

#[test]
fn every_power_of_a_file_can_fail() {
    let powers = text("powers.test.toml");
    assert_eq!(failed(&run(&powers)), Vec::<&str>::new());
    for (from, to, name) in [
        ("\n[props]\nplan = \"free\"", "\n[props]\nplan = \"none\"", "props of the file"),
        ("\nprops = { plan = \"paid\" }", "", "props of its own"),
        ("\ntimes = 1", "", "times"),
        ("\nafter_ms = 50_000", "", "after_ms"),
        ("\nlimits = { wall_ms = 20_000 }", "", "after_ms"),
        ("\nearly = true", "", "early"),
        (", pieces = [{ after_ms = 1_000, text = \"y\" }]", "", "pieces"),
        (", trailers = { x-check = \"1\" }", "", "trailers"),
        ("\ntrailers = { x-sum = \"abc\" }\n\n", "\n", "trailers"),
        ("x-asked = [\"b\", \"a\"]", "x-asked = [\"a\", \"b\"]", "headers twice"),
        ("x-twice = [\"one\", \"two\"]", "x-twice = [\"two\"]", "headers twice"),
        ("\nparameters = { plan = [\"pro\"] }", "", "outbound"),
        ("\nheaders = { x-hop = { absent = true } }", "\nheaders = { x-hop = \"outbound\" }", "outbound"),
        ("\nbegins_at_unix_s = 1_700_000_000", "", "begins_at_unix_s"),
        (", at = 2", ", at = 3", "a fault for one request goes before one for all"),
        ("[\"one\", \"two\"] }\n[[scenario", "[\"one, two\"] }\n[[scenario", "headers twice"),
        ("printed = { contains = \"boom\" }", "printed = { lacks = \"boom\" }", "what was printed"),
        ("\nfailure = { contains = \"trapped\" }", "\nstatus = 502", "what was printed"),
        (", cut = true }]", " }]", "a request that breaks off"),
        (", origin = [{ body = \"half\", cut = true }]", ", origin = [{}]", "a request that breaks off"),
        ("/trap-mid-request\"", "/trap\"", "a request that breaks off"),
        ("least = 55_000", "least = 55_900", "how long it took"),
        ("after_ms = 55_000", "after_ms = 57_000", "how long it took"),
    ] {
        assert!(powers.contains(from), "{from}");
        assert_eq!(failed(&run(&powers.replacen(from, to, 1))), [name], "{from}");
    }
    // Another seed is another number, and nothing else.
    let chance = |text: &str| {
        let all = run(text);
        let one = all.into_iter().find(|(name, _)| name == "seed").unwrap();
        one.1.unwrap().0.response.text()
    };
    assert_eq!(chance(&powers), chance(&powers));
    assert_ne!(chance(&powers), chance(&powers.replace("seed = 7", "seed = 8")));
}

#[test]
fn an_outbound_worker_alone_is_the_entrance() {
    let alone = text("alone.test.toml");
    assert_eq!(failed(&run(&alone)), Vec::<&str>::new());
    let (first, second) = ("the entrance is the outbound worker", "what it received is seen");
    assert_eq!(failed(&run(&alone.replace("hop = \"entrance\"", "hop = \"outbound\""))), [first]);
    assert_eq!(failed(&run(&alone.replace("[{ url = \"http://origin.test/\"", "[{ url = \"x\""))), [second]);
}

#[test]
fn services_and_parameters_lead_to_somebody() {
    let hops = text("hops.test.toml");
    let fault = "expected another customer's worker of the composition, found \"nobody\"";
    let nobody = refused(&hops.replace("NEIGHBOUR = \"bob\"", "NEIGHBOUR = \"nobody\""));
    assert!(nobody.contains("worker \"alice\": binding \"NEIGHBOUR\"") && nobody.contains(fault), "{nobody}");
    let outbound = "test_outbound.wasm\"\n";
    for text in [&hops, &text("powers.test.toml")] {
        let hidden = refused(&text.replacen(outbound, &format!("{outbound}variables = {{ customer_name = 1 }}\n"), 1));
        let expected = "parameter \"customer_name\" has the name of a variable of the outbound worker \"outbound\"";
        assert_eq!(hidden, expected);
    }
}

#[test]
fn what_a_file_may_not_say_is_refused() {
    let powers = text("powers.test.toml");
    let outbound = "[workers.outbound]\n";
    let (mut texts, mut tolds) = (Vec::new(), Vec::new());
    for (from, to, told) in [
        (outbound, "[workers.outbound]\nname = \"o\"\n", "workers.outbound.name: only a customer's worker has it"),
        (outbound, "[workers.outbound]\nservices = { A = \"alice\" }\n", "workers.outbound.services: only"),
        (
            outbound,
            "[workers.outbound]\nvariables = { V = { a = [1979-05-27] } }\n",
            "workers.outbound.variables.V.a[0]: ",
        ),
        (
            "[parameters]\n",
            "[parameters]\nsince = 2024-01-01\n",
            "parameters.since: expected a text, as JSON has no dates, found the date 2024-01-01",
        ),
        ("plan = \"paid\"", "at = 07:32:00", "scenario[1].props.at: expected a text"),
        (
            "plan = \"paid\"",
            "rate = [1.5, nan]",
            "scenario[1].props.rate[1]: expected a finite number, as JSON has no other, found NaN",
        ),
        ("customer_name = \"alice\"\n", "customer_name = -inf\n", "parameters.customer_name: expected a finite number"),
        ("most = 55_999", "most = 5", "\"how long it took\": expect.lasted_ms: expected `least` not above `most`"),
        ("{ least = 55_000, most = 55_999 }", "{}", "expect.lasted_ms: expected `least`, `most`, or both"),
        (
            "headers = { x-twice = [\"one\", \"two\"] }\nbody = \"a\"",
            "headers = { content-length = \"5\" }\nbody = \"ab\"",
            "origin[4].headers.content-length: expected no such header: the body's own length is sent, found \"5\"",
        ),
        (
            "headers = { x-twice = [\"one\", \"two\"] }\n[[",
            "headers = { x-twice = 1 }\n[[",
            "expected a text, a list of texts, or a table with one of",
        ),
        (
            "{ json = { plan = \"paid\" } }",
            "{ json = { at = 2024-01-01T00:00:00Z } }",
            "scenario[1].expect.body.json.at: ",
        ),
        (
            outbound,
            "[workers.outbound]\nsecrets = { K = { env = \"GONE\" } }\n",
            "workers.outbound.secrets.K: expected its text in the environment variable GONE, found none",
        ),
        (
            "kind = \"refuse\" }",
            "kind = \"refuse\", after_bytes = 1 }",
            "`after_bytes` is for a fault of the kind `cut` alone",
        ),
        ("kind = \"refuse\" }", "kind = \"cut\", every_ms = 1 }", "`every_ms` is for a fault of the kind `drip` alone"),
        ("early = true\nstatus = 413", "status = 103", "origin[3].status: expected one from 200 to 999, found \"103\""),
        ("x-asked = [\"b\", \"a\"]", "x-asked = 1", "expected a text, or a list of texts"),
        (
            "x-asked = [\"b\", \"a\"]",
            "\"x asked\" = \"b\"",
            "request.headers: expected a header's name, found \"x asked\"",
        ),
        (
            "x-asked = [\"b\", \"a\"]",
            "x-asked = \"b\\n\"",
            "request.headers.x-asked: expected a header's value, on one line",
        ),
        ("early = true\nstatus = 413", "method = \"GE T\"", "origin[3].method: expected a method, found \"GE T\""),
        (
            "x-hop = { absent = true }",
            "\"x hop\" = { absent = true }",
            "scenario \"outbound\": expect: expected a header's name, found \"x hop\"",
        ),
        (outbound, "[workers.outbound]\nlimits = { cpu = 5 }\n", "unknown field `cpu`, expected one of `cpu_ms`"),
        (outbound, "[workers.outbound]\nvaribles = { A = 5 }\n", "unknown field `varibles`, expected one of `worker`"),
        (outbound, "[workers.outbound]\nsecrets = { A = 5 }\n", "expected a text, or `{ env = \"NAME\" }`"),
        (
            outbound,
            "[workers.outbound]\nsecrets = { A = \"abc\" }\n",
            "workers.outbound.secrets.A: expected 4 bytes or more, which can be told from other text, found 3",
        ),
        (
            outbound,
            "[workers.outbound]\nvariables = { \"A B\" = 5 }\n",
            "test_outbound.wasm: the name of a variable or binding",
        ),
        ("kind = \"refuse\" }", "kind = \"drip\", bytes = 0 }", "expected a nonzero usize"),
    ] {
        assert!(powers.contains(from), "{from}");
        texts.push(powers.replacen(from, to, 1));
        let error = refused(texts.last().unwrap());
        assert!(error.contains(told), "{error}");
        tolds.push(told);
    }
    // An editor refuses most of it while it is written: all but names of headers, texts, TOML's dates and
    // what is no number, one key against another, and the environment.
    let verdicts = schema::takes(&texts);
    let unseen: Vec<_> =
        tolds.iter().zip(verdicts).filter(|(_, verdict)| verdict.is_ok()).map(|(told, _)| *told).collect();
    let may_be = [
        "date",
        "expected a text, as",
        "environment",
        "header",
        "scenario[1].",
        "variables.V",
        "4 bytes",
        "name of a variable",
        "finite",
        "`least`",
    ];
    let strange: Vec<_> = unseen.iter().filter(|told| !may_be.iter().any(|text| told.contains(text))).collect();
    assert!(strange.is_empty(), "{strange:?}");
}
