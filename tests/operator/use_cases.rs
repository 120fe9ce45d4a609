//! The announcement's three outbound workers: one logs, one blocks, one adds a key.

use anyhow::Result;
use serde_json::json;
use tollgate_tests::{Host, Origin, Upload};

struct Stage {
    host: Host,
    origin: Origin,
}

impl Stage {
    async fn with(outbound: Upload) -> Result<Self> {
        let (host, origin) = (Host::start().await?, Origin::start().await?);
        host.namespace("prod").await?;
        host.deploy("outbound", outbound).await?;
        let params = json!([{ "name": "customer_name" }]);
        let dispatch = Upload::of("test-dispatch").dispatches("prod", Some(("outbound", params)));
        host.deploy("dispatch", dispatch.route("*.test/*")).await?;
        host.deploy_in("prod", "user", Upload::of("test-user")).await?;
        Ok(Self { host, origin })
    }

    /// What the customer's worker fetched, after a dispatch for `alice`.
    async fn fetch(&self, url: &str) -> Result<(u16, String)> {
        let headers = [("x-target-url", url), ("x-parameters", r#"{"customer_name":"alice"}"#)];
        let answer = self.host.get("user.test", "/fetch", &headers).await?;
        Ok((answer.status.as_u16(), answer.text()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_logger_names_customer_method_and_url() -> Result<()> {
    let stage = Stage::with(Upload::of("outbound-logger")).await?;
    let url = stage.origin.url("/hello");
    assert_eq!(stage.fetch(&format!("{url}?token=s3cret")).await?, (200, "origin".to_owned()));
    let log = stage.host.log()?;
    assert!(log.contains(&format!("alice GET {url}")) && !log.contains("s3cret"), "{log}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocklist_refuses_what_it_names_and_passes_the_rest() -> Result<()> {
    let outbound = Upload::of("outbound-blocklist").variable("BLOCKED_HOSTS", "bad.test, Worse.test., [::1]");
    let stage = Stage::with(outbound).await?;
    for url in
        ["http://bad.test/", "http://worse.test:8080/x", "http://BAD.test/", "http://bad.test./", "http://[0:0::1]:80/"]
    {
        let (status, text) = stage.fetch(url).await?;
        assert!(status == 403 && text.starts_with("blocked: "), "{url}: {status} {text}");
    }
    assert_eq!(stage.fetch(&stage.origin.url("/")).await?.0, 200);
    assert_eq!(stage.origin.seen().len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_added_for_its_host_alone() -> Result<()> {
    let origin = Origin::start().await?;
    let host = format!("Origin.test:{}", origin.port());
    let outbound = Upload::of("outbound-api-key").variable("API_HOST", &host).variable("API_KEY", "s3cret");
    // Without TLS it stays here, unless the operator says otherwise.
    let cases = [
        (outbound.clone(), origin.url("/"), None),
        (outbound.clone().variable("API_PLAINTEXT", "1"), origin.url("/"), Some("Bearer s3cret".parse()?)),
        (outbound.variable("API_PLAINTEXT", "1"), origin.url("/").replace("origin.test", "127.0.0.1"), None),
    ];
    for (outbound, url, key) in cases {
        let stage = Stage::with(outbound).await?;
        stage.fetch(&url).await?;
        assert_eq!(origin.seen().last().unwrap().headers.get("authorization").cloned(), key, "{url}");
    }
    Ok(())
}

/// The standard's own form of an interceptor: it imports the handler that it exports, and knows nothing of Tollgate.
#[tokio::test(flavor = "multi_thread")]
async fn a_middleware_of_0_3_is_an_outbound_worker() -> Result<()> {
    let stage = Stage::with(Upload::of("middleware-3")).await?;
    for (times, user) in [(1, "test-user"), (2, "test-user-3")] {
        stage.host.deploy_in("prod", "user", Upload::of(user)).await?;
        assert_eq!(stage.fetch(&stage.origin.url("/")).await?, (200, "origin".to_owned()), "{user}");
        let marked = stage.origin.seen().iter().filter(|seen| seen.headers.contains_key("x-middleware")).count();
        assert_eq!(marked, times, "{user}");
    }
    Ok(())
}
