//! A14 to A16: bindings that lead past the outbound worker.

use anyhow::Result;
use serde_json::{Value, json};
use tollgate_tests::{Answer, Upload};

use crate::stage::Stage;

/// A service binding of the user's: to the operator's worker `shared`, or to `sibling` in its own namespace.
fn service(name: &str, namespace: Option<&str>) -> Value {
    json!({ "type": "service", "name": name.to_uppercase(), "service": name, "dispatch_namespace": namespace })
}

/// A stage on which the user is bound to both.
async fn bound() -> Result<Stage> {
    let stage = Stage::set().await?;
    stage.host.deploy("shared", Upload::of("test-user")).await?;
    stage.host.deploy_in("prod", "sibling", Upload::of("test-user")).await?;
    let user = Upload::of("test-user").binding(service("shared", None)).binding(service("sibling", Some("prod")));
    stage.host.deploy_in("prod", "user", user).await?;
    Ok(stage)
}

/// The user asks a service for a path: by itself, and by a ticket.
async fn asked(stage: &Stage, service: &str, path: &str, more: &[(&str, &str)]) -> Result<[Answer; 2]> {
    let url = format!("http://service.test{path}");
    let mut headers = more.to_vec();
    headers.extend([("x-target-url", url.as_str()), ("x-service", service)]);
    let by_itself = stage.user("/fetch", &headers).await?;
    headers.push(("x-ticket", "1"));
    Ok([by_itself, stage.user("/fetch", &headers).await?])
}

#[tokio::test(flavor = "multi_thread")]
async fn a14_a_service_binding_passes_no_outbound() -> Result<()> {
    let stage = bound().await?;
    for name in ["SHARED", "SIBLING"] {
        for answer in asked(&stage, name, "/hello", &[]).await? {
            assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "hello"), "{name}");
        }
        // What it says of itself is what a dispatch without props would have said.
        for answer in asked(&stage, name, "/props", &[]).await? {
            assert_eq!(answer.text(), "null", "{name}");
        }
    }
    assert!(stage.origin.seen().is_empty());
    let [answer, _] = asked(&stage, "NOBODY", "/hello", &[]).await?;
    assert_eq!(answer.status.as_u16(), 599);
    assert!(answer.text().contains("no service or mTLS-certificate binding named"), "{}", answer.text());
    Ok(())
}

/// What arrives at the origin when the service that the user calls forwards there: `x-hop` tells of an outbound worker.
async fn hops(service: &str) -> Result<usize> {
    let stage = bound().await?;
    // The service gets the origin's URL, and passes on what it got.
    let forward = stage.origin.url("/forward");
    stage.user("/fetch", &[("x-target-url", forward.as_str()), ("x-service", service)]).await?;
    let seen = stage.origin.wait_for(1).await?;
    let named = seen[0].headers.get("x-intercepted-for").map(|name| name.to_str().unwrap_or_default().to_owned());
    let hops = seen[0].headers.get_all("x-hop").iter().count();
    assert_eq!(named, (hops > 0).then(|| "\"alice\"".to_owned()));
    Ok(hops)
}

#[tokio::test(flavor = "multi_thread")]
async fn a15_a_service_has_the_egress_that_is_its_own() -> Result<()> {
    assert_eq!(hops("SIBLING").await?, 1, "a worker of the namespace has the outbound of the dispatch");
    assert_eq!(hops("SHARED").await?, 0, "the operator's worker has the network");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a15_a_service_outside_of_the_namespace_is_refused() -> Result<()> {
    let stage = Stage::set().await?;
    stage.host.namespace("other").await?;
    stage.host.deploy_in("other", "sibling", Upload::of("test-user")).await?;
    let refused = async |binding: Value| {
        let upload = Upload::of("test-user").binding(binding);
        let (status, envelope) = stage.host.upload("dispatch/namespaces/prod/scripts/user", upload).await?;
        anyhow::Ok((status, envelope["errors"][0]["message"].as_str().unwrap_or_default().to_owned()))
    };
    let (status, message) = refused(service("sibling", Some("other"))).await?;
    assert_eq!(status, 400);
    assert!(message.contains("dispatch_namespace: expected the worker's own namespace, found \"other\""), "{message}");
    let (status, message) = refused(service("nobody", None)).await?;
    assert_eq!(status, 400);
    assert!(message.contains("service: expected a deployed worker, found \"nobody\""), "{message}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn c02_a_ticket_says_why_its_request_failed() -> Result<()> {
    let stage = Stage::set().await?;
    let ticket = ("x-use", "ticket");
    assert_eq!(stage.user("/hello", &[ticket]).await?.text(), "hello");
    // Who asks at once has sent it all the same.
    assert_eq!(stage.user("/hello", &[("x-use", "ticket-asked")]).await?.text(), "hello");
    let answer = stage.user("/hello", &[ticket, ("x-worker", "nobody")]).await?;
    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (404, "worker-not-found: Worker not found."));
    let answer = stage.user("/trap", &[ticket]).await?;
    assert!(answer.text().starts_with("worker-failed: worker trapped: "), "{}", answer.text());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a27_a_forged_ticket_is_an_ordinary_header() -> Result<()> {
    let stage = bound().await?;
    let forged = ("tollgate-ticket", "0123456789abcdef0123456789abcdef");
    stage.fetch_origin("/hello", &[forged]).await?;
    let seen = stage.origin.wait_for(1).await?;
    assert_eq!(seen[0].headers["tollgate-ticket"], forged.1);
    // One that is good is found beside it.
    let answer = stage.fetch_outbound("/see", &[forged, ("x-use", "ticket")]).await?;
    assert!(answer.text().contains(&format!("{}: {}\n", forged.0, forged.1)), "{}", answer.text());
    // One that was good is gone when it has been used.
    for answer in asked(&stage, "SHARED", "/env", &[]).await? {
        assert_eq!(answer.status.as_u16(), 200);
    }
    Ok(())
}
