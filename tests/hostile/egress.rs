//! What leaves the host: rules at three levels, and a worker that calls itself through a proxy.

use anyhow::Result;
use http::Method;
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tollgate_tests::{Host, Origin, Upload};

const DISPATCH: &str = "[[dispatch]]\ndomain = \"evil.test\"\nnamespace = \"evil\"\n";

/// The worker is denied, the origin sees nothing, and the log names the level.
async fn is_denied(host: &Host, origin: &Origin, worker: &str, level: &str) -> Result<()> {
    let (url, seen) = (origin.url("/"), origin.seen().len());
    let answer = host.get(&format!("{worker}.evil.test"), "/", &[("x-target-url", &url)]).await?;
    assert_eq!(answer.status, 502, "{}", answer.text());
    assert_eq!(origin.seen().len(), seen);
    let log = host.log()?;
    assert!(log.contains(&format!("of the {level}")), "{log}");
    Ok(())
}

async fn fetcher(host: &Host, worker: &str, egress: Value) -> Result<()> {
    host.deploy_in("evil", worker, Upload::of("fetch-2").metadata("egress", egress)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_of_the_host_or_of_a_worker_denies_and_the_origin_sees_nothing() -> Result<()> {
    let origin = Origin::start().await?;
    let rule = format!("[[egress.deny]]\nhost = \"*.blocked.test\"\nport = {}\n", origin.port());
    let host = Host::configured(&format!("\"a.blocked.test\" = \"127.0.0.1\"\n{rule}{DISPATCH}")).await?;
    host.namespace("evil").await?;
    fetcher(&host, "free", json!({})).await?;
    fetcher(&host, "bound", json!({ "only": [{ "host": "other.test" }] })).await?;
    is_denied(&host, &origin, "bound", "worker").await?;
    let url = format!("http://A.blocked.test.:{}/", origin.port());
    let answer = host.get("free.evil.test", "/", &[("x-target-url", &url)]).await?;
    assert_eq!((answer.status.as_u16(), origin.seen().len()), (502, 0));
    assert!(host.log()?.contains("egress.deny of the host"));
    let answer = host.get("free.evil.test", "/", &[("x-target-url", &origin.url("/"))]).await?;
    assert_eq!((answer.status.as_u16(), origin.seen().len()), (200, 1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_of_the_namespace_denies_by_address() -> Result<()> {
    let origin = Origin::start().await?;
    let host = Host::configured(DISPATCH).await?;
    let body = json!({ "name": "evil", "egress": { "deny": [{ "range": "127.0.0.0/8" }] } });
    let (status, envelope) = host.control(Method::POST, "dispatch/namespaces", Some(body)).await?;
    assert_eq!(status, 200, "{envelope}");
    fetcher(&host, "fetcher", json!({})).await?;
    is_denied(&host, &origin, "fetcher", "namespace").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outbound_worker_keeps_to_the_rules_of_the_worker_whose_requests_it_receives() -> Result<()> {
    let origin = Origin::start().await?;
    let outbound = "outbound = { service = \"outbound\", parameters = { customer_name = \"{worker}\" } }\n";
    let host = Host::configured(&format!("{DISPATCH}{outbound}")).await?;
    host.deploy("outbound", Upload::of("test-outbound")).await?;
    host.namespace("evil").await?;
    let deny = json!({ "deny": [{ "port": origin.port() }] });
    for (worker, egress) in [("bound", deny), ("free", json!({}))] {
        host.deploy_in("evil", worker, Upload::of("test-user").metadata("egress", egress)).await?;
    }
    // The outbound worker answers this request itself, with what the origin or the host told it.
    let (asks, url) = (("x-target-url", "http://outbound.test/fetch-many?1"), origin.url("/hello"));
    let ask = async |worker: &str| {
        let headers = [asks, ("x-outbound-url", url.as_str())];
        anyhow::Ok(host.get(&format!("{worker}.evil.test"), "/fetch", &headers).await?.text())
    };
    let (bound, free) = (ask("bound").await?, ask("free").await?);
    assert!(bound.contains("HttpRequestDenied") && !free.contains("Denied"), "{bound}; {free}");
    assert_eq!(origin.seen().len(), 1);
    assert!(host.log()?.contains("egress.deny of the worker"), "{}", host.log()?);
    Ok(())
}

/// Passes connections on to `to`, as a load balancer for TCP does.
async fn balancer(to: std::net::SocketAddr) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut host = TcpStream::connect(to).await.unwrap();
                let _ended = tokio::io::copy_bidirectional(&mut client, &mut host).await;
            });
        }
    });
    Ok(port)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_through_a_balancer_ends_at_the_depth_of_a_chain() -> Result<()> {
    let host = Host::configured(&format!("\"looper.evil.test\" = \"127.0.0.1\"\n{DISPATCH}")).await?;
    host.namespace("evil").await?;
    host.deploy_in("evil", "looper", Upload::of("test-user")).await?;
    let port = balancer(host.listen()).await?;
    let answer = host.get(&format!("looper.evil.test:{port}"), "/forward", &[]).await?;
    assert_eq!(answer.status, 508, "{}", answer.text());
    host.wait_for_instances(0, tollgate_tests::PATIENCE).await
}
