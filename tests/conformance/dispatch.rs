//! C: dispatch and errors.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tollgate_tests::{Host, Upload};

use crate::stage::{ALICE, Stage};

#[tokio::test(flavor = "multi_thread")]
async fn c01_getting_a_missing_worker_does_not_fail() -> Result<()> {
    let stage = Stage::without_outbound().await?;
    let answer = stage.user("/hello", &[("x-worker", "nobody"), ("x-get-only", "1")]).await?;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "got"));
    assert_eq!(stage.user("/hello", &[("x-worker", "nobody")]).await?.status, 404);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c02_worker_not_found_has_its_own_type() -> Result<()> {
    let stage = Stage::without_outbound().await?;
    for using in ["forward", "fetch"] {
        let answer = stage.user("/hello", &[("x-worker", "nobody"), ("x-use", using)]).await?;
        assert_eq!(answer.text(), "worker-not-found: Worker not found.");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c03_the_same_with_an_outbound() -> Result<()> {
    let stage = Stage::set().await?;
    let answer = stage.user("/hello", &[("x-worker", "nobody")]).await?;
    assert_eq!(answer.text(), "worker-not-found: Worker not found.");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c04_a_trap_is_an_error_that_can_be_caught() -> Result<()> {
    let stage = Stage::set().await?;
    let answer = stage.user("/trap", &[]).await?;
    // The trap's own words, or the exception's where the language has exceptions.
    let said = ["worker-failed: worker trapped: wasm trap", "worker-failed: worker trapped: Error: boom"];
    assert!(said.iter().any(|said| answer.text().starts_with(said)), "{}", answer.text());
    let answer = stage.user("/no-answer", &[]).await?;
    assert!(answer.text().starts_with("worker-failed: worker "), "{}", answer.text());
    assert_eq!(stage.user("/hello", &[]).await?.text(), "hello");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c06_a_failing_outbound_is_an_error_for_the_user() -> Result<()> {
    let stage = Stage::set().await?;
    for answer in [stage.fetch_outbound("/trap", &[]).await?, stage.fetch_outbound("/no-answer", &[]).await?] {
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (599, "ErrorCode::HttpResponseIncomplete"));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c07_failures_are_logged_by_name() -> Result<()> {
    let stage = Stage::set().await?;
    stage.host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    stage.user("/trap", &[]).await?;
    stage.fetch_outbound("/trap", &[]).await?;
    let log = stage.host.log()?;
    let failed: Vec<_> = log.lines().filter(|line| line.contains("worker failed")).collect();
    // The user was deployed twice.
    let named = [r#" namespace="prod" worker="user" version=2 "#, r#" namespace="" worker="outbound" version=1 "#];
    for (line, named) in failed.iter().zip(named) {
        assert!(line.contains(named), "{line}");
    }
    assert_eq!(failed.len(), named.len(), "{log}");
    assert_eq!(stage.user("/hello", &[]).await?.text(), "hello");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c08_an_outbound_that_does_not_exist_is_refused() -> Result<()> {
    let stage = Stage::without_outbound().await?;
    let upload = Upload::of("test-dispatch").dispatches("prod", Some(("nobody", json!([]))));
    let (status, envelope) = stage.host.upload("scripts/other", upload).await?;
    assert_eq!(status, 400);
    assert!(envelope["errors"][0]["message"].as_str().unwrap().contains("found \"nobody\""), "{envelope}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c09_cpu_time_has_a_limit() -> Result<()> {
    let stage = Stage::set().await?;
    let answer = stage.user("/loop", &[("x-limits", r#"{"cpu_ms":50}"#)]).await?;
    assert!(answer.text().contains("CPU time limit"), "{}", answer.text());
    // Waiting is not CPU time.
    let answer = stage.user("/sleep?ms=1500", &[("x-limits", r#"{"cpu_ms":1000}"#)]).await?;
    assert_eq!(answer.text(), "slept");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c09_the_outbounds_cpu_time_has_a_limit() -> Result<()> {
    let stage = Stage::set().await?;
    stage.host.deploy("outbound", Upload::of("test-outbound").limits(json!({ "cpu_ms": 500 }))).await?;
    let answer = stage.fetch_outbound("/loop", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (599, "ErrorCode::HttpResponseIncomplete"));
    // The user sees that there is no answer; the operator sees why.
    let log = stage.host.log()?;
    let told = |line: &str| line.contains("CPU time limit") && line.contains(r#"worker="outbound""#);
    assert!(log.lines().any(told), "{log}");
    assert_eq!(stage.fetch_outbound("/count", &[]).await?.text(), "counted");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c10_the_request_over_the_limit_fails() -> Result<()> {
    let stage = Stage::set().await?;
    let url = stage.origin.url("/hello");
    let headers = [("x-target-url", url.as_str()), ("x-limits", r#"{"subrequests":3}"#)];
    let answer = stage.user("/fetch-many?n=5", &headers).await?.text();
    let lines: Vec<_> = answer.lines().collect();
    assert_eq!(lines[..3], ["origin"; 3]);
    assert!(lines[3..].iter().all(|line| line.contains("too many subrequests")), "{answer}");
    assert_eq!(stage.origin.seen().len(), 3);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c11_the_smaller_limit_holds_for_that_dispatch_alone() -> Result<()> {
    let stage = Stage::set().await?;
    stage.host.deploy_in("prod", "user", Upload::of("test-user").limits(json!({ "subrequests": 2 }))).await?;
    let url = stage.origin.url("/hello");
    let passed = async |limits: &str| {
        let headers = [("x-target-url", url.as_str()), ("x-limits", limits)];
        let text = stage.user("/fetch-many?n=4", &headers).await?.text();
        anyhow::Ok(text.lines().filter(|line| *line == "origin").count())
    };
    assert_eq!(passed(r#"{"subrequests":1}"#).await?, 1);
    assert_eq!(passed(r#"{"subrequests":100}"#).await?, 2);
    assert_eq!(passed("{}").await?, 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c12_the_outbounds_requests_are_its_own() -> Result<()> {
    let stage = Stage::set().await?;
    let url = stage.origin.url("/hello");
    let headers = [("x-limits", r#"{"subrequests":1}"#), ("x-outbound-url", url.as_str())];
    let answer = stage.fetch_outbound("/fetch-many?5", &headers).await?;
    assert_eq!(answer.text(), ["origin"; 5].join("\n"));
    assert_eq!(stage.origin.seen().len(), 5);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c14_props_reach_the_user() -> Result<()> {
    let stage = Stage::set().await?;
    let answer = stage.user("/props", &[("x-props", r#"{"plan":"pro"}"#)]).await?;
    // White space is each language's own.
    assert_eq!(serde_json::from_str::<serde_json::Value>(&answer.text())?, json!({ "plan": "pro" }));
    assert_eq!(stage.user("/props", &[]).await?.text(), "null");
    Ok(())
}

/// Beside the statements: what every language must be able to read.
#[tokio::test(flavor = "multi_thread")]
async fn variables_reach_the_user() -> Result<()> {
    let stage = Stage::set().await?;
    let seats = json!({ "type": "json", "name": "SEATS", "json": { "free": 3 } });
    let user = Upload::of("test-user").variable("PLAN", "grüße").binding(seats);
    stage.host.deploy_in("prod", "user", user).await?;
    let environment = stage.user("/env", &[]).await?.text();
    for line in ["env PLAN=grüße", "config PLAN=grüße", r#"env SEATS={"free":3}"#, r#"config SEATS={"free":3}"#] {
        assert!(environment.lines().any(|found| found == line), "{line} in {environment}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c15_names_are_checked() -> Result<()> {
    let stage = Stage::without_outbound().await?;
    let long = "x".repeat(64);
    // A header without a value counts as absent, so `-` stands for the empty name.
    let empty = "-";
    for name in ["../x", "a/b", "a.b", "a b", empty, &long] {
        let answer = stage.user("/hello", &[("x-worker", name)]).await?;
        assert_eq!(answer.status, 400, "{name:?}: {}", answer.text());
        assert!(answer.text().starts_with("invalid-name: invalid worker name"), "{}", answer.text());
    }
    let (status, _) = stage.host.upload("dispatch/namespaces/prod/scripts/a.b", Upload::of("test-user")).await?;
    assert_eq!(status, 400);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c16_after_a_delete_the_worker_is_gone() -> Result<()> {
    let stage = Stage::set().await?;
    // Reads the origin's answer to its end before it answers itself, so that it runs until then.
    let gated = stage.origin.url("/gated");
    let headers = [("x-target-url", gated.as_str())];
    let in_flight = stage.user("/fetch-many?n=1", &headers);
    let delete = async {
        stage.origin.wait_for(1).await?;
        stage.host.delete_in("prod", "user").await?;
        let after = stage.user("/hello", &[]).await?;
        stage.origin.open_gate();
        anyhow::Ok(after)
    };
    let (in_flight, after) = tokio::try_join!(in_flight, delete)?;
    assert_eq!(in_flight.text(), "first last");
    assert_eq!(after.text(), "worker-not-found: Worker not found.");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c17_an_answered_upload_runs_at_once() -> Result<()> {
    let stage = Stage::set().await?;
    // Another script each time, then another variable of the same script.
    for (guest, said) in [("hello-2", "hello"), ("test-user", "no such path"), ("hello-3", "hello")].repeat(3) {
        stage.host.deploy_in("prod", "user", Upload::of(guest)).await?;
        assert_eq!(stage.user("/", &[]).await?.text(), said, "{guest} was deployed");
    }
    for round in 0..5 {
        let value = round.to_string();
        stage.host.deploy_in("prod", "user", Upload::of("test-user").variable("ROUND", &value)).await?;
        assert!(stage.user("/env", &[]).await?.text().contains(&format!("env ROUND={round}")));
    }
    Ok(())
}

/// Deploys an outbound worker that is a dispatcher, whose binding has itself as outbound: each request of a customer's
/// worker is dispatched anew.
async fn loop_the_outbound(host: &Host) -> Result<()> {
    let own = json!([{ "name": "customer_name" }, { "name": "url" }]);
    host.deploy("outbound", Upload::of("test-dispatch").dispatches("prod", Some(("outbound", own)))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn c19_a_dispatch_that_loops_ends_in_the_user() -> Result<()> {
    let stage = Stage::set().await?;
    loop_the_outbound(&stage.host).await?;
    // The user sends on what came in. Dispatcher, user, outbound, user, ...: the eighth worker is the user.
    let answer = stage.user("/forward", &[]).await?;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (599, "ErrorCode::LoopDetected"));
    stage.host.wait_for_instances(0, Duration::from_secs(5)).await?;
    assert_eq!(stage.user("/hello", &[]).await?.text(), "hello");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c19_a_dispatch_that_loops_ends_in_the_dispatcher() -> Result<()> {
    let outbound = r#"{ service = "outbound", parameters = { customer_name = "{worker}", url = "{url}" } }"#;
    let builtin = format!("[[dispatch]]\ndomain = \"test\"\nnamespace = \"prod\"\noutbound = {outbound}\n");
    let host = Host::configured(&builtin).await?;
    host.namespace("prod").await?;
    host.deploy("outbound", Upload::of("test-outbound")).await?;
    loop_the_outbound(&host).await?;
    host.deploy_in("prod", "user", Upload::of("test-user")).await?;
    // Without a dispatch worker in front, the eighth worker is the outbound, and it dispatches.
    let answer = host.get("user.test", "/forward", &[ALICE]).await?;
    let expected = "depth-exceeded: dispatches are nested deeper than 8";
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (508, expected));
    host.wait_for_instances(0, Duration::from_secs(5)).await
}
